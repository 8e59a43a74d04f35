"""What an extractor is given: a document, the records of those before it, and the grammar of its text."""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import cached_property

from extractors.model import Document, Record
from extractors.parse.analysis import Analysis, analyse
from extractors.parse.gate import stretches


@dataclass(frozen=True)
class Reading:
    """What an extractor is given: the document, earlier records, and the analysis, made only when first asked for."""

    document: Document
    article: str
    found: list[Record] = field(default_factory=list)

    @cached_property
    def analysis(self) -> Analysis:
        """Sentences, tokens and parse of what may hold an event, computed once and shared by all extractors."""
        text, paragraphs = self.document.text, self.document.paragraphs
        return analyse(text, paragraphs, stretches(text, paragraphs))

    def records(self, kind: str) -> tuple[Record, ...]:
        """The records of one kind that earlier extractors found, in their order."""
        return tuple(record for record in self.found if record.kind == kind)
