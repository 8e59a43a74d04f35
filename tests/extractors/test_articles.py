"""Whole articles in the manner of the publications: people, mentions, quotations, citations and what the page says."""

from __future__ import annotations

import pytest

from tests.extractors.articles import Sample, misses, samples


@pytest.mark.parametrize("sample", samples("tuned") + samples("kept"), ids=lambda s: s.facts["name"])
def test_an_article_is_read_but_for_its_known_gaps(sample: Sample) -> None:
    """What a sample lists under `gaps` is missed, and nothing else; who closes a gap takes it off the list."""
    assert list(misses(sample)) == sample.facts.get("gaps", [])
