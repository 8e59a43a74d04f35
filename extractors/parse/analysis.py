"""Sentences, tokens and their grammar, computed once a document by spaCy and shared by the extractors above.

Every paragraph is read by itself: what stands in one changes nothing in another, and many are read at once.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from itertools import pairwise
from typing import TYPE_CHECKING, Any, cast

from extractors.lexicon.times import MONTH_SHORT
from extractors.lexicon.words import abbreviations
from extractors.model import Span
from extractors.parse.pipeline import COLUMNS, preload, read
from extractors.text.sentences import OPENERS

if TYPE_CHECKING:
    from spacy.tokens import Doc, Token
    from thinc.types import Ints2d

STRAIGHT = str.maketrans({"’": "'", "‘": "'", "“": '"', "”": '"', "\u00a0": " ", "\n": " ", "\r": " ", "\t": " "})
"""One character for one, so that offsets hold: the model was trained on straight quotes and plain spaces."""

# An abbreviation before which spaCy likes to end a sentence. Tried on a single token, so it cannot backtrack far.
# yes: "U.S."  "Mr."  "Gen."  "J."  "Jan."      no: "talks."  "IRA"  "Moscow."
ABBREVIATION = re.compile(
    rf"""
    (?:[A-Z]\.)+ | (?: {abbreviations("parse")} | {MONTH_SHORT} ) \.
    """,
    re.VERBOSE,
)

DASHES = frozenset({"-", "--", "–", "—"})
DATELINE = 20
"""Tokens at the head of a paragraph within which "(AGENCY) --" closes a dateline; the sentence begins behind it."""

ENDS = frozenset({".", "!", "?"})
LONGEST_SENTENCE = 250
"""Tokens after which a sentence is ended by force: no writer writes that, and what walks a parse may be quadratic in
it."""


class Analysis:
    """The parse of one text. Offsets of tokens and sentences are those of the text."""

    def __init__(self, doc: Doc) -> None:
        self.doc = doc

    def sentences(self) -> tuple[Span, ...]:
        """The sentences as spans into the text, in order, without the white space round them."""
        return tuple(span for span in (self._trimmed(s.start, s.end) for s in self.doc.sents) if span[0] < span[1])

    def _trimmed(self, start: int, end: int) -> Span:
        while start < end and self.doc[start].is_space:
            start += 1
        while start < end and self.doc[end - 1].is_space:
            end -= 1
        if start == end:
            return (0, 0)
        return (self.doc[start].idx, self.doc[end - 1].idx + len(self.doc[end - 1]))


def analyse(text: str, paragraphs: tuple[Span, ...], wanted: Sequence[Span] | None = None) -> Analysis:
    """The analysis of a text, each paragraph read by itself, so that none depends on what another says.

    With `wanted`, only these stretches of whole sentences are read, none over the end of a paragraph; what lies between
    them is one blank token each, so that offsets hold, and has no sentence.
    """
    plain = text.translate(STRAIGHT)
    chosen = paragraphs if wanted is None else wanted
    docs = [_tokenised(plain[start:end]) for start, end in chosen]
    return Analysis(_joined(plain, docs, read(docs), chosen))


def _tokenised(plain: str) -> Doc:
    """The tokens of a stretch, with the sentence ends that are certain."""
    import numpy

    doc = preload().make_doc(plain)
    # All at once, in one column: set one by one, each would walk the whole document.
    column = numpy.array(_sentence_marks(doc), dtype="int64").astype("uint64").reshape(-1, 1)
    doc.from_array(["SENT_START"], cast("Ints2d", column))
    return doc


def _joined(plain: str, docs: list[Doc], columns: list[Any], wanted: Sequence[Span]) -> Doc:
    """One document from the stretches that were read, with blanks for what lies between."""
    import numpy
    from spacy.tokens import Doc as Whole

    vocab = preload().vocab
    words: list[Any] = []  # spaCy takes a word's number for the word
    spaces: list[bool] = []
    rows: list[Any] = []  # numpy's stubs and spaCy's do not agree on arrays
    at = 0
    for doc, read_rows, (start, end) in zip(docs, columns, wanted, strict=True):
        if start > at:
            words.append(" " * (start - at))
            spaces.append(False)
            rows.append(_blank(vocab.strings.add("ROOT")))
        forms = doc.to_array(["ORTH", "SPACY"]).reshape(-1, 2)
        words.extend(forms[:, 0].tolist())
        spaces.extend(forms[:, 1].tolist())
        rows.append(read_rows)
        at = end
    whole = Whole(vocab, words=words, spaces=spaces)
    if rows:
        whole.from_array(list(COLUMNS), cast("Ints2d", numpy.vstack(rows)))
    return whole


def _blank(root: int) -> Any:
    """The row of a token that stands for what was not read."""
    import numpy

    row = numpy.zeros((1, len(COLUMNS)), dtype="uint64")
    row[0, COLUMNS.index("DEP")] = root
    return row


def _sentence_marks(doc: Doc) -> list[int]:
    """For each token whether a sentence begins there: 1, -1 for certainly not, 0 where the parser is to decide."""
    marks = [1] if len(doc) else []
    broken = 0
    for before, token in pairwise(doc):
        mark = 0
        if _ends_dateline(before, token.i) or token.i - broken >= LONGEST_SENTENCE:
            mark = 1
        elif token.is_space or _goes_on(before, token):
            mark = -1
        if mark == 1 or (
            mark == 0 and before.text in ENDS
        ):  # at a full stop the parser will most likely break by itself
            broken = token.i
        marks.append(mark)
    return marks


def _ends_dateline(before: Token, at: int) -> bool:
    return before.text in DASHES and 1 < at < DATELINE and before.i > 0 and before.nbor(-1).text == ")"


def _goes_on(before: Token, token: Token) -> bool:
    """Whether no sentence can begin at `token`: it follows an abbreviation, a bracket opens before it, or it is
    small. What nearly always opens a sentence is left to the parser even right after "U.S."."""
    if ABBREVIATION.fullmatch(before.text):
        return token.text not in OPENERS
    if before.text in {"(", "[", "-", "–", "/"}:
        return True
    return token.is_lower and before.text not in {".", "!", "?", '"', "'", "…", "..."}
