"""What the docs say is what the code does."""

from __future__ import annotations

from tests.docs import CODEBOOK, README, codebook, readme


def test_the_settings_table_is_that_of_the_code() -> None:
    """A new setting is in the README; `make docs` writes it."""
    assert README.read_text(encoding="utf-8") == readme()


def test_the_codebook_is_that_of_the_frames() -> None:
    """A new frame is in the codebook; `make docs` writes it."""
    assert CODEBOOK.read_text(encoding="utf-8") == codebook()
