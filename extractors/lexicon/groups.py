"""Names beside the gazetteer's that tell whose side somebody is on: peoples, movements, towns, statesmen;
and nouns for those who act.

The gazetteer's names come first; where one of these is longer ("Bosnian Serb" beside "Bosnian") it wins.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from functools import cache, lru_cache

from extractors.lexicon import table, word_list
from extractors.lexicon.gazetteer import WORLD, Entry, Named, Sort, names_in
from extractors.lexicon.gazetteer import entries as gazetteer_entries
from extractors.lexicon.words import as_listed, either, names_at, openers_of

# A capitalised word right before a surname, unless it is a title or opens the sentence. One word back only.
# yes: "Chelsea "   "Kenneth "      no: "But "   "President "   "the "
NAME_BEFORE = re.compile(
    rf"""
    (?<! [\w.-] )
    (?! (?: {either((*word_list("openings", "titles"), *word_list("openings", "before_a_surname")))} ) \s )
    [A-Z] [\w.'-]* [\ -] $
    """,
    re.VERBOSE,
)
# Yes: " House"      no: " met"   "'s"
NAME_AFTER = re.compile(r"[ -][A-Z]\w")

LONGEST_NAME = 8
"""Words in the longest name of the table."""

INTERNATIONAL = WORLD | {"NGO"}


@lru_cache(maxsize=2)  # the gate and the event coder ask for those of the same text
def all_names(text: str) -> tuple[Named, ...]:
    """The names of both tables in order, none inside another: the longer of two, and the gazetteer's of two equals."""
    found = sorted((*names_in(text), *_extra(text)), key=lambda name: (name.span[0], -name.span[1]))
    kept: list[Named] = []
    for name in found:
        if not kept or name.span[0] >= kept[-1].span[1]:
            kept.append(name)
    return tuple(kept)


def sector_of_name(name: Named) -> str | None:
    """PLOVER's sector of a movement or statesman, None where the name is not of this table."""
    return _sectors().get(name.text)


def is_people(name: Named) -> bool:
    """Whether a name is that of a people without a state of its own: "Kurds", "Tamil"."""
    return name.text in _peoples()


def statesman(name: str) -> str | None:
    """The country of whoever bears the name, written in any of its spellings; by surname where only one bears it."""
    return _statesmen().get(respelled(name))


def actor_sector(noun: str) -> str | None:
    """The sector that a noun for an actor stands for, None where it is no such noun."""
    return _actors().get(noun)


def respelled(name: str) -> str:
    """A name without what transliterations differ in: accents, case, hyphens, doubled letters; two spellings of one
    name come out alike."""
    plain = unicodedata.normalize("NFKD", name).encode("ascii", "ignore").decode().lower()
    plain = plain.replace("-", " ").replace("ck", "k").replace("'", "").replace("ou", "u")
    return "".join(c for at, c in enumerate(plain) if at == 0 or c != plain[at - 1])


def _extra(text: str) -> Iterator[Named]:
    known = _entries()
    for start, end in names_at(text, known, _openers(), LONGEST_NAME):
        name = text[start:end]
        if name not in _surnames() or _alone(text, start, end):
            yield Named((start, end), name, known[as_listed(name)])


def _alone(text: str, start: int, end: int) -> bool:
    """Whether no other name stands beside a surname: not in "Kenneth Clinton" or "Bush House"."""
    return not (NAME_BEFORE.search(text[max(0, start - 30) : start]) or NAME_AFTER.match(text, end))


@cache
def _entries() -> dict[str, Entry]:
    groups, found = table("groups"), dict[str, Entry]()
    adjectival = word_list("groups", "adjectival_endings")
    for code, names in groups["states"].items():
        for name in names:
            sort: Sort = "body" if code in INTERNATIONAL else "adjective" if name.endswith(adjectival) else "country"
            found.setdefault(name, Entry(code, sort, name))
    for kind, sort in (
        ("movements", "body"),
        ("peoples", "adjective"),
        ("towns", "place"),
        ("statesmen", "body"),
        ("surnames", "body"),
    ):
        for key, names in groups[kind].items():
            for name in names:
                found.setdefault(name, Entry(key.split(".")[0], sort, name))
    for name, entry in gazetteer_entries().items():
        if entry.sort == "adjective" and name.endswith(("an", "i", "ari", "ali")):
            found.setdefault(f"{name}s", entry)
    return found


@cache
def _openers() -> frozenset[str]:
    return openers_of(_entries())


@cache
def _sectors() -> dict[str, str]:
    groups = table("groups")
    found = {name: key.partition(".")[2] for key, names in groups["movements"].items() for name in names}
    for code, names in (*groups["statesmen"].items(), *groups["surnames"].items()):
        found.update(dict.fromkeys(names, "IGO" if code in INTERNATIONAL else "GOV"))
    found.update({name: "CVL" for names in groups["peoples"].values() for name in names})
    return found


@cache
def _surnames() -> frozenset[str]:
    return frozenset(name for names in table("groups")["surnames"].values() for name in names)


@cache
def _peoples() -> frozenset[str]:
    return frozenset(name for names in table("groups")["peoples"].values() for name in names)


@cache
def _statesmen() -> dict[str, str]:
    found: dict[str, str] = {}
    surnames: dict[str, set[str]] = {}
    for code, names in table("groups")["statesmen"].items():
        for name in names:
            found[respelled(name)] = code
            surnames.setdefault(respelled(name.split()[-1]), set()).add(code)
    for surname, codes in surnames.items():
        if len(codes) == 1:
            found.setdefault(surname, next(iter(codes)))
    return found


@cache
def _actors() -> dict[str, str]:
    found: dict[str, str] = {}
    for sector, nouns in table("groups")["actors"].items():
        for noun in nouns:
            found.setdefault(noun, sector)
    return found
