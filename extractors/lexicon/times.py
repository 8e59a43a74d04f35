"""Words of time in English as figures, and as alternatives for the patterns of dates."""

from __future__ import annotations

from extractors.lexicon import table, word_list

_MONTHS = [cell.split("|") for cell in table("months")["en"]]

MONTH_NAMES = tuple(names[0].capitalize() for names in _MONTHS)
"""January to December."""
MONTH_ABBREVIATIONS = tuple(short.capitalize() for names in _MONTHS for short in names[1:])
"""Jan to Dec; May has none, and September two, the longer first."""
WEEKDAYS = {name: number for number, name in enumerate(word_list("times", "weekdays"))}
"""Monday is 0."""
MONTHS = {name: n for row in table("months").values() for n, cell in enumerate(row, 1) for name in cell.split("|")}
"""The number of a month by its name in small letters, in every language that pages are read in."""
COUNTS: dict[str, int] = table("times")["counts"]
"""What a word counts, one for the article too."""

MONTH = "|".join(MONTH_NAMES)
MONTH_SHORT = "|".join(MONTH_ABBREVIATIONS)
WEEKDAY = f"(?:{'|'.join(WEEKDAYS)})"


def counts(first: int, last: int) -> str:
    """The words for the counts from one to another as alternatives of a pattern."""
    return "|".join(word for word, count in COUNTS.items() if first <= count <= last)


def with_capital(words: str) -> str:
    """The alternatives, each with a capital or without."""
    return "|".join(f"[{word[0].upper()}{word[0]}]{word[1:]}" for word in words.split("|"))
