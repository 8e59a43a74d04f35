"""The agency that copy is from; the samples of the family itself are tests/samples/pages/wire-*."""

from __future__ import annotations

import pytest

from extractors.pages.head.agencies import agency_of


@pytest.mark.parametrize(
    ("line", "byline", "agency"),
    [
        ("RIGA (AP) — Talks began.", None, "Associated Press"),
        ("Talks began.", "Reuters", "Reuters"),
        ("The AP said that talks began.", "Anna Example", None),
    ],
)
def test_agency_is_told_by_dateline_or_byline(line: str, byline: str | None, agency: str | None) -> None:
    assert agency_of((line,), byline) == agency
