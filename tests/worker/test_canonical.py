"""One story, one address: what makes two addresses one, what keeps them apart, and what is no address."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from worker.errors import BadAddress
from worker.http.canonical import canonical

SAME = [
    ("HTTP://Example.ORG/a", "http://example.org/a"),
    ("http://example.org:80/a", "http://example.org/a"),
    ("https://example.org:443/a", "https://example.org/a"),
    ("https://example.org:8443/a", "https://example.org:8443/a"),
    ("http://example.org", "http://example.org/"),
    ("http://example.org?", "http://example.org/"),
    ("  http://example.org/a\n", "http://example.org/a"),
    ("http://example.org/a#comments", "http://example.org/a"),
    ("http://example.org/a?utm_source=x&UTM_Medium=y&id=7&fbclid=z", "http://example.org/a?id=7"),
    ("http://example.org/a?utm_source=x", "http://example.org/a"),
    ("http://example.org/a;jsessionid=0AF3.node1?id=7", "http://example.org/a?id=7"),
    ("http://example.org/a;v=2", "http://example.org/a;v=2"),
    ("http://example.org/a?id=b%20c&gclid=1", "http://example.org/a?id=b%20c"),
    ("http://example.org/a?id=b+c&gclid=1", "http://example.org/a?id=b+c"),
    ("http://example.org/a?flag&gclid=1", "http://example.org/a?flag"),
    ("http://example.org/a?%75tm_source=x&id=7", "http://example.org/a?id=7"),
    ("http://example.org/a?source=x&ref=y&cid=z", "http://example.org/a?source=x&ref=y&cid=z"),
    ("http://example.org/новости", "http://example.org/%D0%BD%D0%BE%D0%B2%D0%BE%D1%81%D1%82%D0%B8"),
    ("http://example.org/a%2Fb", "http://example.org/a%2Fb"),
    ("http://новости.example/", "http://xn--b1amnebsh.example/"),
    ("http://１２７.０.０.１/", "http://127.0.0.1/"),
    ("http://[2001:DB8::1]:80/a", "http://[2001:db8::1]/a"),
    ("http://example.org/a?amp=1&id=7", "http://example.org/a?id=7"),
    ("http://example.org/a?amp", "http://example.org/a"),
    ("http://example.org/a?outputType=amp", "http://example.org/a"),
    ("http://example.org/a?amp=12", "http://example.org/a?amp=12"),
    ("http://example.org/a?output=pdf", "http://example.org/a?output=pdf"),
    ("http://example.org/1/leaders-meet-in-ankara/amp/", "http://example.org/1/leaders-meet-in-ankara/"),
    ("http://example.org/1/leaders_meet_in_ankara/amp", "http://example.org/1/leaders_meet_in_ankara"),
    ("http://example.org/a/7412036/amp", "http://example.org/a/7412036"),
    ("http://example.org/a/7412036.html/amp", "http://example.org/a/7412036.html"),
    ("http://example.org/tags/amp", "http://example.org/tags/amp"),
    ("http://example.org/amp", "http://example.org/amp"),
    ("http://example.org/power-amp/amp/", "http://example.org/power-amp/amp/"),
    ("http://example.org/a/index.html", "http://example.org/a/index.html"),
    ("http://m.example.org/a", "http://m.example.org/a"),
    ("http://example.org/a;b=1?c", "http://example.org/a;b=1?c"),
]

NONE = [
    "",
    "example.org/a",
    "/a",
    "//example.org/a",
    "ftp://example.org/a",
    "file:///etc/passwd",
    "javascript:alert(1)",
    "mailto:desk@example.org",
    "data:text/html,x",
    "gopher://example.org/",
    "http:///a",
    "http://",
    "http:example.org",
    "http://user@example.org/",
    "http://user:secret@example.org/",
    "http://example.org\\@127.0.0.1/",
    "http://example.org:99999/",
    "http://example.org:port/",
    "http://[::1/",
    "http://[nonsense]/",
    "http://exa mple.org/",
    "http://example.org/a b",
    "http://example.org/a\r\nHost: other",
    "http://example.org/\x00",
    "http://example.org/\ud800",
    "http://example.org/?q=\udfff",
    f"http://{'ö' * 70}.example/",
    f"http://example.org/{'a' * 3000}",
    f"http://example.org/{'ö' * 700}",
    f"http://example.org/?q={'ö' * 1500}",
]


@pytest.mark.parametrize(("written", "known"), SAME)
def test_an_address_is_known_under_one_form(written: str, known: str) -> None:
    """Case, default port, fragment and tracking make no other article; everything else does."""
    assert canonical(written) == known


@pytest.mark.parametrize("written", NONE)
def test_what_cannot_be_fetched_is_refused(written: str) -> None:
    """Only whole http and https addresses without credentials pass."""
    with pytest.raises(BadAddress):
        canonical(written)


@given(st.one_of(st.text(), st.text(max_size=60).map("http://example.org/{}".format), st.from_regex(r"https?://.+")))
def test_whatever_is_written_is_an_address_or_refused(written: str) -> None:
    """No text of a stranger's feed raises anything else, and the form found is its own form."""
    try:
        found = canonical(written)
    except BadAddress:
        return
    assert canonical(found) == found
    assert found.isascii() or "?" in found


@given(st.lists(st.from_regex(r"[a-z0-9%+=]{0,8}", fullmatch=True)), st.integers(0, 5))
def test_tracking_changes_nothing_else(parts: list[str], place: int) -> None:
    """An address with tracking parameters and one without are one, whatever else stands in the query."""
    plain = "&".join(["id=1", *parts])
    tracked = "&".join([*["id=1", *parts][: place + 1], "utm_source=feed", *["id=1", *parts][place + 1 :]])
    assert canonical(f"http://example.org/a?{tracked}") == canonical(f"http://example.org/a?{plain}")
