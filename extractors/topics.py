"""What paragraphs and documents are about: PLOVER's contexts and named issues, with scores.

A paragraph's score grows with the number of different words of the topic in it; the document's is the share of its
text that has the topic, weighted by those scores.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator
from functools import cache, lru_cache

from extractors.lexicon import table, word_set
from extractors.lexicon.words import LETTERS, either
from extractors.model import Draft, Span, Topic
from extractors.reading import Reading
from extractors.registry import extractor

LEAST_WORDS = 2
"""Different words that a context needs in a paragraph; an issue is named by one."""
ENOUGH_WORDS = 6
"""Different words from which a paragraph is wholly about a context."""
WEAKEST_SCORE = 0.15
"""Document scores below this are not worth a record."""
# A word with its inner hyphens; each part needs a letter, so there is one way only to read it.
# yes: "army"  "cease-fire"     no: "1999"  "-"
WORD = re.compile(r"[^\W\d_]+(?:-[^\W\d_]+)*")


@extractor("topics", version=2)
def topics(reading: Reading) -> Iterator[Draft]:
    """The topics of each paragraph, then of the document, the strongest first."""
    document = reading.document
    total = sum(end - start for start, end in document.paragraphs) or 1
    weight: dict[str, float] = defaultdict(float)
    for number, span in enumerate(document.paragraphs):
        for code, score in sorted(scores(document.text[slice(*span)]).items(), key=lambda pair: (-pair[1], pair[0])):
            weight[code] += score * (span[1] - span[0]) / total
            yield _draft(code, score, span, f"{code} {_words(document.text, span) or number}")
    whole = (document.paragraphs[0][0], document.paragraphs[-1][1]) if document.paragraphs else (0, 0)
    for code, score in sorted(weight.items(), key=lambda pair: (-pair[1], pair[0])):
        if score >= WEAKEST_SCORE and len(document.paragraphs) > 1:
            yield _draft(code, score, whole, f"{code} document")


def _words(text: str, span: Span) -> str:
    """The beginning of a paragraph: what tells it from its siblings, wherever it stands."""
    return " ".join(text[span[0] : min(span[1], span[0] + 80)].split())


def _draft(code: str, score: float, span: Span, key: str) -> Draft:
    return Draft(kind="topic", span=span, key=key, data=Topic(code=code, score=round(min(1.0, score), 3)))


def scores(text: str) -> dict[str, float]:
    """The topics of one paragraph with their scores from 0 to 1."""
    words = frozenset(WORD.findall(text))
    found = _by_context(words).items()
    result = {code: min(1.0, len(told) / ENOUGH_WORDS) for code, told in found if len(told) >= LEAST_WORDS}
    for code in issues_in(text) if any(map(_opens_issue, words)) else ():
        result[code] = min(1.0, result.get(code, 0.25) + 0.25)
    return result


def words_by_context(text: str) -> dict[str, frozenset[str]]:
    """For each context the different words of a text that tell of it."""
    return _by_context(frozenset(WORD.findall(text)))


def _by_context(words: frozenset[str]) -> dict[str, frozenset[str]]:
    found: dict[str, set[str]] = defaultdict(set)
    for word in words:
        for context, telling_part in _contexts_of(word):
            found[context].add(telling_part)
    return {context: frozenset(each) for context, each in found.items()}


@lru_cache(maxsize=50_000)
def _contexts_of(word: str) -> tuple[tuple[str, str], ...]:
    """The contexts that a word tells of, each with the word or the stem of it that is in the table."""
    word = word.lower()
    stems = (word[:length] for length in range(3, min(len(word), 14) + 1))
    whole = [(context, word) for context in _exact().get(word, ())]
    return (*whole, *((context, stem) for stem in stems for context in _stems().get(stem, ())))


@lru_cache(maxsize=50_000)
def _opens_issue(word: str) -> bool:
    """Whether a form of an issue may begin in a word: "Taiwanese", "US-Taiwan"."""
    return any(part.startswith(_openers()) for part in word.split("-"))


@cache
def _openers() -> tuple[str, ...]:
    return tuple({opener.group() for form in _issue_of() if (opener := LETTERS.match(form))})


def issues_in(text: str) -> list[str]:
    """The issues that a text names, once for each time that it does."""
    return [_issue_of()[match.group()] for match in _issues().finditer(text)]


def plain_contexts() -> frozenset[str]:
    """The contexts of which one word in a sentence is enough."""
    return word_set("topics", "plain")


@cache
def _exact() -> dict[str, tuple[str, ...]]:
    return _index(stems=False)


@cache
def _stems() -> dict[str, tuple[str, ...]]:
    return _index(stems=True)


def _index(*, stems: bool) -> dict[str, tuple[str, ...]]:
    found: dict[str, list[str]] = defaultdict(list)
    for context, words in table("topics")["contexts"].items():
        for word in words.split():
            if word.endswith("*") == stems:
                found[word.rstrip("*")].append(context)
    return {word: tuple(contexts) for word, contexts in found.items()}


@cache
def _issue_of() -> dict[str, str]:
    return {form: issue for issue, forms in table("topics")["issues"].items() for form in forms}


@cache
def _issues() -> re.Pattern[str]:
    """Every form of the named issues, the longest first, as one alternation of literals: linear.

    yes: "Kosovo"  "Kosovo’s"     no: "NewKosovo"
    """
    return re.compile(rf"\b(?:{either(_issue_of())})")
