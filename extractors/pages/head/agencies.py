"""Which news agency a story is from, as its dateline, its byline or its closing line says."""

from __future__ import annotations

import re

# Each agency's name with how a story names it as its own. yes: "RIGA (AP) — Talks"  no: "the AP said", "AP exams"
AGENCIES = (
    (
        "Associated Press",
        re.compile(
            r"\( AP \) | \b The \s Associated \s Press \b | \b Associated \s Press \s Writer | ^ AP-", re.VERBOSE
        ),
    ),
    ("Reuters", re.compile(r"\( Reuters? \) | ^ REUTERS? \b", re.VERBOSE)),
    ("Agence France-Presse", re.compile(r"\( AFP \) | \b Agence \s France-Presse \b | ^ AFP \b", re.VERBOSE)),
    ("United Press International", re.compile(r"\( UPI \) | ^ UPI \b", re.VERBOSE)),
    ("TASS", re.compile(r"\( (?: Itar - )? T[Aa][Ss][Ss] \) | / (?: ITAR-)? TASS /", re.VERBOSE)),
    ("Xinhua", re.compile(r"\( Xinhua \)", re.VERBOSE)),
    ("dpa", re.compile(r"\( dpa \)", re.VERBOSE)),
)


def agency_of(paragraphs: tuple[str, ...], byline: str | None) -> str | None:
    """The agency that the copy is from: in the first dateline, the byline, or a closing line of its own."""
    said = [
        paragraphs[0][:120] if paragraphs else "",
        byline or "",
        *(line for line in paragraphs[-1:] if len(line) < 90),
    ]
    for name, sign in AGENCIES:
        if any(sign.search(part) for part in said) or (byline or "").casefold().endswith(name.casefold()):
            return name
    return None
