"""Bytes in, document and records out; pure: no clock, no network, no database.

`read` cleans only, `extract` does all; `why` and `why_not` tell how it came to that. The same bytes with the same
arguments give the same result on every machine. What stands in `__all__` is what others use; each name is loaded when
it is first asked for, so that who only wants a word of the vocabulary does not wait for the coder.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from extractors.explain import Explanation
    from extractors.extraction import extract, plugins, preload, read, versions
    from extractors.ids import article_id
    from extractors.lexicon.gazetteer import country_codes, country_name
    from extractors.lexicon.times import MONTHS
    from extractors.model import (
        Citation,
        Document,
        Ends,
        Event,
        Extraction,
        Model,
        Person,
        Published,
        Quote,
        Record,
        Span,
        Verdict,
    )
    from extractors.page_families import FAMILY_NAMES, FamilyName
    from extractors.pages.learned import Learned, corrected, grown
    from extractors.parse.pipeline import choose_model
    from extractors.reasons import EventReason, Reasons, Tried, Uncoded, why, why_document, why_not, why_not_in
    from extractors.registry import Plugin
    from extractors.text.decode import MAX_BYTES, decode, normalised

__all__ = [
    "FAMILY_NAMES",
    "MAX_BYTES",
    "MONTHS",
    "Citation",
    "Document",
    "Ends",
    "Event",
    "EventReason",
    "Explanation",
    "Extraction",
    "FamilyName",
    "Learned",
    "Model",
    "Person",
    "Plugin",
    "Published",
    "Quote",
    "Reasons",
    "Record",
    "Span",
    "Tried",
    "Uncoded",
    "Verdict",
    "article_id",
    "choose_model",
    "corrected",
    "country_codes",
    "country_name",
    "decode",
    "extract",
    "grown",
    "normalised",
    "plugins",
    "preload",
    "read",
    "versions",
    "why",
    "why_document",
    "why_not",
    "why_not_in",
]

_MODULES = {
    "explain": ("Explanation",),
    "extraction": ("extract", "plugins", "preload", "read", "versions"),
    "ids": ("article_id",),
    "lexicon.gazetteer": ("country_codes", "country_name"),
    "lexicon.times": ("MONTHS",),
    "model": ("Citation", "Document", "Ends", "Event", "Extraction", "Model", "Person", "Published", "Quote", "Record",
              "Span", "Verdict"),
    "page_families": ("FAMILY_NAMES", "FamilyName"),
    "pages.learned": ("Learned", "corrected", "grown"),
    "parse.pipeline": ("choose_model",),
    "reasons": ("EventReason", "Reasons", "Tried", "Uncoded", "why", "why_document", "why_not",
                "why_not_in"),
    "registry": ("Plugin",),
    "text.decode": ("MAX_BYTES", "decode", "normalised"),
}  # fmt: skip
"""Where each public name stands."""
_PLACES = {name: module for module, names in _MODULES.items() for name in names}

if not TYPE_CHECKING:  # else any name at all would pass for one of ours

    def __getattr__(name: str) -> object:
        """The public name, loaded now and kept."""
        if name not in _PLACES:
            raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
        found = globals()[name] = getattr(import_module(f"{__name__}.{_PLACES[name]}"), name)
        return found
