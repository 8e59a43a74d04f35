"""The vectors that words have before their neighbours are looked at, made once for each word.

They hang on the word alone, and a third of the work of reading a text is to make them. What a process has read before
must not change what it reads: new words are multiplied by BLIS, which gives a row the same bits whatever rows stand
beside it; OpenBLAS does so on some processors only.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from spacy.tokens import Doc
    from thinc.api import Model

MOST_WORDS = 50_000
"""Words whose vectors are kept, some 400 bytes each; all are forgotten when there are more, and made again."""


def remembered(embedding: Model[Any, Any]) -> Model[Any, Any]:
    """The embedding as a layer that asks it once for each word; itself where it reads more than features of words."""
    from thinc.api import Model, NumpyOps, chain

    features, *rest = embedding.layers
    if features.name != "extract_features":
        return embedding
    made: Model[Any, Any] = chain(*rest)
    for each in made.walk():
        each.ops = NumpyOps(use_blis=True)
    memory = _Memory(made, embedding.get_dim("nO"))

    def forward(_: Any, docs: list[Doc], is_train: bool) -> tuple[list[Any], Callable[[Any], Any]]:
        import numpy

        found = memory.of(numpy.vstack(features.predict(docs)))
        ends = numpy.cumsum([len(doc) for doc in docs])[:-1]
        return numpy.split(found, ends), lambda gradient: []

    return Model("remembered_embedding", forward, dims={"nO": embedding.get_dim("nO")})


class _Memory:
    """Vectors by the features of their words."""

    def __init__(self, made: Model[Any, Any], width: int) -> None:
        import numpy

        self._made = made
        self._known: dict[bytes, int] = {}
        self._vectors = numpy.empty((MOST_WORDS, width), dtype="float32")

    def of(self, features: Any) -> Any:
        """The vectors of words, a row each, from their features, a row each."""
        size, packed = features.itemsize * features.shape[1], features.tobytes()
        words = [packed[at : at + size] for at in range(0, len(packed), size)]
        new = [word for word in dict.fromkeys(words) if word not in self._known]
        if len(self._known) + len(new) > MOST_WORDS:
            self._known.clear()
            new = list(dict.fromkeys(words))
        if len(new) > MOST_WORDS:
            return self._made.predict([features])[0]
        self._learn(new, features)
        return self._vectors[[self._known[word] for word in words]]

    def _learn(self, new: list[bytes], features: Any) -> None:
        import numpy

        if not new:
            return
        asked = numpy.frombuffer(b"".join(new), dtype=features.dtype).reshape(len(new), -1)
        first, end = len(self._known), len(self._known) + len(new)
        self._vectors[first:end] = self._made.predict([asked])[0]
        self._known.update(zip(new, range(first, end), strict=True))
