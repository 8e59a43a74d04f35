"""The tables in the docs that are made from code: `python -m tests.docs` writes them, a test says when they are old."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

from extractors.events.predications.frames import entries
from extractors.lexicon import table
from worker.settings import Settings, defaults

ROOT = Path(__file__).resolve().parents[1]
README = ROOT / "README.md"
CODEBOOK = ROOT / "docs" / "codebook.md"
BEGIN, END = "<!-- settings: written by `make docs`, checked by a test -->", "<!-- /settings -->"

CODEBOOK_HEAD = """# The codebook

What the event coder looks for, printed from its frames in `extractors/lexicon/triggers` by `make docs`; a test holds it
current and runs every example. The types are PLOVER's. A frame fires on one of its words in the company it asks for:

| key | asks for |
|---|---|
| `object`, `subject` | one of these nouns as object (or subject of a passive), as subject; `not_…` for none |
| `argument` | one of these in the object, in a phrase at the verb, or as particle or predicate |
| `particle`, `prep` | one of these particles or prepositions at the verb |
| `complement`, `infinitive` | a clause (of one of these verbs), an infinitive, that completes the trigger |
| `complement_or` | such a clause, or one of these as argument |
| `object_party` | an object that is somebody, or one of these nouns |
| `with_word` | one of these words anywhere under the trigger; `not_with_word` for none |
| `civil`, `violent` | that the actor is no government or army; that the actor can use force |
| `needs_recipient`, `needs_recipient_or_pair` | a recipient; a recipient or two actors |
| `both` | nothing: two actors of different countries act on each other |
| `threat`, `said_infinitive` | that the speaker would do it; "it is time for X to …" in somebody's mouth |
| `told` | a noun that is told as done: it has a day, an effect or an echo ("after the arrest", "the offer saved") |
| `denied`, `demanded` | that the clause denies it; that it asks others for something ("insist that Peru leave") |
| `KEY_for` | KEY for these lemmas only |

`$name` is a class of words in `classes.toml`, `#name` any proper name. Roles are filled from the first place
listed that holds somebody: `rest` is whoever is named further on in the clause, `place` the state where it happened,
`utterer` whoever says it.
"""


def settings_table() -> str:
    """Every setting with its default and meaning, as Markdown."""
    rows = [f"| `{name}` | {value} | {meaning} |" for name, (value, meaning) in defaults(Settings).items()]
    return "\n".join(["| setting | default | meaning |", "|---|---|---|", *rows])


def readme() -> str:
    """The README as it should read."""
    text = README.read_text(encoding="utf-8")
    head, _, rest = text.partition(BEGIN)
    return f"{head}{BEGIN}\n{settings_table()}\n{END}{rest.partition(END)[2]}"


def codebook() -> str:
    """The codebook as it should read: every frame by type, with its words, its conditions and its examples."""
    parts = [CODEBOOK_HEAD]
    for kind in (name for name in table("plover") if name.isupper()):
        parts.append(f"\n## {kind}\n")
        parts.extend("\n".join(_frame(entry)) for entry in entries() if entry["type"] == kind)
    return "\n".join(parts)


def _frame(entry: dict[str, Any]) -> Iterator[str]:
    mode = f", mode {', '.join(entry['mode'])}" if entry.get("mode") else ""
    yield f"### {entry['rule']}\n"
    yield f"{entry.get('form', 'verb')}: {', '.join(entry['lemmas'])}{mode}; confidence {entry['confidence']}\n"
    yield f"- actor: {', '.join(entry['actor'])}; recipient: {', '.join(entry['recipient']) or 'none'}"
    told = {"rule", "type", "form", "kind", "mode", "lemmas", "actor", "recipient", "confidence", "yes", "no"}
    for key, value in entry.items():
        if key not in told:
            yield f"- `{key}`: {_shown(value)}"
    yield from (f"- yes: {sentence}" for sentence in entry["yes"])
    yield from (f"- no: {sentence}" for sentence in entry["no"])
    yield ""


def _shown(value: Any) -> str:
    if isinstance(value, dict):
        return "; ".join(f"{key}: {_shown(inner)}" for key, inner in value.items())
    return (
        ", ".join(value) if isinstance(value, list) else str(value).lower() if isinstance(value, bool) else str(value)
    )


if __name__ == "__main__":
    README.write_text(readme(), encoding="utf-8")
    CODEBOOK.parent.mkdir(exist_ok=True)
    CODEBOOK.write_text(codebook(), encoding="utf-8")
