"""The tables in the docs that are made from code: `python -m tests.docs` writes them, a test says when they are old."""

from __future__ import annotations

from pathlib import Path

from worker.settings import Settings, defaults

README = Path(__file__).resolve().parents[1] / "README.md"
BEGIN, END = "<!-- settings: written by `make docs`, checked by a test -->", "<!-- /settings -->"


def settings_table() -> str:
    """Every setting with its default and meaning, as Markdown."""
    rows = [f"| `{name}` | {value} | {meaning} |" for name, (value, meaning) in defaults(Settings).items()]
    return "\n".join(["| setting | default | meaning |", "|---|---|---|", *rows])


def readme() -> str:
    """The README as it should read."""
    text = README.read_text(encoding="utf-8")
    head, _, rest = text.partition(BEGIN)
    return f"{head}{BEGIN}\n{settings_table()}\n{END}{rest.partition(END)[2]}"


if __name__ == "__main__":
    README.write_text(readme(), encoding="utf-8")
