"""Of a robots.txt only what is said to us: the rules of our group, else those for all (RFC 9309, 2.2.1).

A parser that keeps every group with every rule pays agents times rules (100 kB can cost a minute and a gigabyte); one
pass that keeps our group costs one look at each line, and what is stored of a site is small.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

MOST_BYTES = 65_536
"""Of our group; rules behind that are not read. What is met has a few kB."""

# What a value begins with that can be a product token. yes: "Wireroom" of "Wireroom/0.1"   no: "360Spider"
TOKEN = re.compile(r"[A-Za-z_-]+")
# The robot's own name in a browser's. yes: "AcmeNews" of "Mozilla/5.0 (compatible; AcmeNews/1.0; +http://…)"
COMPATIBLE = re.compile(r"\(\s{0,9}compatible\s{0,9};\s{0,9}(?P<name>[A-Za-z_-]+)")
# A line that names an agent, with the spellings that are met. Bounded: each blank is looked at once.
AGENT = re.compile(r"user[\s-]?agent(?:\s*:\s*|\s+)(?P<value>.*)", re.IGNORECASE)
SITE_WIDE = re.compile(r"(?:sitemaps?|site-map|host)\b", re.IGNORECASE)  # belongs to no group and ends none


def token_of(user_agent: str) -> str:
    """The product token by which we look for rules: what stands before the version in the User-Agent."""
    found = TOKEN.match(user_agent)
    if found and found[0].lower() == "mozilla" and (own := COMPATIBLE.search(user_agent)):
        return own["name"]
    return found[0] if found else "*"


def group_for(text: str, token: str) -> str:
    """The rules for us as one group for all; empty where nothing is said to us."""
    name = token.lower()
    rules: dict[str, list[str]] = {}
    for names, rule in _rules(text, name):
        for each in names:
            rules.setdefault(each, []).append(rule)
    found = [rule for rule in rules.get(name, rules.get("*", [])) if rule]
    return _cut("\n".join(["User-agent: *", *found])) if found else ""


def _rules(text: str, name: str) -> Iterator[tuple[frozenset[str], str]]:
    """Each rule with those of us and everybody whom its group is for; an empty rule where a group names one of them."""
    names: frozenset[str] = frozenset()
    is_open = False
    for line in text.splitlines():
        said = line.partition("#")[0].strip()
        if not said or SITE_WIDE.match(said):
            continue
        if agent := AGENT.match(said):
            names = (names if is_open else frozenset()) | ({_agent(agent["value"])} & {name, "*"})
            is_open = True
            yield names, ""
        else:
            is_open = False
            yield names, said


def _agent(value: str) -> str:
    """Whom the value of a User-agent line means: everybody, or whoever has this token."""
    if value.startswith("*"):
        return "*"
    found = TOKEN.match(value)
    return found[0].lower() if found else ""


def _cut(text: str) -> str:
    return text if len(text) <= MOST_BYTES else text[:MOST_BYTES].rpartition("\n")[0]
