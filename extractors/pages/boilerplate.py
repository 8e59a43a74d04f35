"""What is not article: the questions asked of one line. The words are in the lexicon (boilerplate.toml).

Where in a page a table may be used (before the title, at the very end, anywhere) is the business of head/opening.py and
body/closing.py: a story's own words are never matched out of place.
"""

from __future__ import annotations

import re
from functools import lru_cache

from extractors.lexicon import table as lexicon


def _all(section: str) -> tuple[str, ...]:
    """The words of all languages in a section of the table."""
    return tuple(word for words in _TABLE[section].values() for word in words)


_TABLE = lexicon("boilerplate")
BEFORE_TITLE = _all("before_title")
"""Labels that stand before the title, never in a story."""
RAILS = _all("rails")
"""Labels over a list of other stories: what follows one to the end of the page is no story, unless prose comes."""
LABELS = _all("labels")
"""Buttons and labels that stand as a line of their own, wherever they stand."""

# A whole line that sells, warns or directs. Bounded by MAX_NOTICE, and matched from the line's start only.
# yes: "Read more: Trade talks resume"  "Sign up for our daily newsletter"  "© 2019 Example Media. All rights reserved."
# no:  "Read more than one report and the picture changes."   "Sign up was brisk, the ministry said."
NOTICE = re.compile(
    r"""(?: (?: click | tap ) \s here \s to \b
        | (?: sign \s up | subscribe ) \s (?: (?: here | now | today ) \W{0,5} $ | to \s (?: our | the | receive | get )
             | for \s (?: our | the | free ) ) (?! \w )
        | (?: get | receive ) \s (?: our | the \s latest | breaking | all \s the \s latest ) \b .{0,80}
             (?: inbox | newsletter | app | email )
        | (?: follow | like | find | join ) \s (?: us | @\w{1,40} | \w{1,40} (?: \s \w{1,40} )? ) \s on \s
             (?: twitter | facebook | instagram | telegram | whatsapp | x\b )
        | (?: copyright | \(c\) | © ) \s? .{0,80}? (?: \d{4} | rights \s reserved )
        | all \s rights \s reserved
        | this \s (?: document | article | content ) \s is \s (?: subject \s to | protected \s by ) \s copyright
        | (?: image | photo | picture | slide ) \s \d{1,3} \s (?: of | / ) \s \d{1,3} \W{0,3} $
        | (?: this | we | our ) \s (?: site \s | website \s | page \s )? uses? \s cookies
        | by \s (?: continuing | signing \s up | using \s this ) \b .{0,60} you \s (?: agree | accept | consent )
        | this \s (?: material | article | story ) \s may \s not \s be \s (?: published | reproduced | copied )
        | (?: download | get ) \s (?: the | our ) \s .{0,30} \b app \b
        | (?: (?: did \s you \s )? (?: like | enjoy (?:ed)? ) | liked ) \s (?: this | the | our ) \s
             (?: story | article | post | content ) \s? \?
        | (?: already | not \s yet ) \s an? \s (?: subscriber | member ) \b .{0,60}
        | .{0,120} \b (?: e-?mail | write \s to | contact | text | whatsapp ) \s us \b .{0,40} (?: @ | \b here \b )
        | (?: do \s you \s have | got | have ) \s an? \s (?: story | tip | news \s tip ) .{0,40} \?
    )""",
    re.IGNORECASE | re.VERBOSE,
)
MAX_NOTICE = 400
LONGEST_LABEL = 200
# The start of a line that points to another story.
# yes: "Read more: Trade talks resume"  "Lire aussi : La grève"   no: "Read more than one report of it."
_POINTERS = "|".join(re.escape(each).replace("'", "['’]") for each in _TABLE["pointers"]["all"])
POINTER = re.compile(rf"(?: {_POINTERS} ) \s? [:：|»>]", re.IGNORECASE | re.VERBOSE)
# A short paragraph that asks for a subscription says one word of each table, wherever they stand.
# yes: "There's more where that came from. Sign up for our free newsletter."   no: "The newsletter went to Riga."
_ASKS = tuple(_TABLE["pitch"]["asks"])
_OFFERS = tuple(_TABLE["pitch"]["offers"])
MAX_PITCH = 260
_RIGHTS = tuple(_TABLE["rights"]["phrases"])

_TERMINALS = tuple(_TABLE["sentence"]["ends"])

PROSE_LENGTH = 60
DENSE_WEIGHT = 3
"""Characters of letters that say as much as one of a dense script."""
DENSE_LENGTH = 24
HEADING_LENGTH = 200

SMALL_WORDS = frozenset(_TABLE["headline"]["small_words"])
"""Words that headlines in title case leave small."""
WORD = re.compile(r"[^\W_]+(?:['’.&-][^\W_]+)*")


def key(line: str) -> str:
    """The line as compared with others: words only, without case, so that punctuation and spacing do not tell apart."""
    return " ".join(WORD.findall(line.casefold().replace("’", "'")))


def label_key(line: str) -> str:
    """The line's key where it is short enough to be in a table, else the line itself, which is in none."""
    return key(line) if len(line) <= LONGEST_LABEL else line


def keys(*tables: tuple[str, ...]) -> frozenset[str]:
    """The tables' lines as keys, for exact whole-line tests."""
    return frozenset(key(line) for table in tables for line in table)


def is_prose(line: str) -> bool:
    """Whether the line is written out in sentences, as a story is and menus, labels and headlines are not."""
    return _is_written_out(line) if len(line) <= LONGEST_KEPT else _is_prose(line)


LONGEST_KEPT = 4_000
"""Characters of a line whose answer is remembered."""


def _is_prose(line: str) -> bool:
    closed = (len(line) >= PROSE_LENGTH or (len(line) >= DENSE_LENGTH and is_dense(line))) and (
        line.endswith(_TERMINALS) or ". " in line
    )
    return closed and not is_title_case(line)


_is_written_out = lru_cache(maxsize=512)(_is_prose)  # a line is asked about in each round of settling the story


DENSE = re.compile(r"[\u3040-\u9fff\uac00-\ud7af]")


def is_dense(line: str) -> bool:
    """Whether the line is in a script that says in one character what takes others two or three: Chinese, Japanese."""
    return not line.isascii() and len(DENSE.findall(line)) * 2 > len(line)


def is_heading(line: str) -> bool:
    """Whether the line can be a headline or label: short, not closed as a sentence or else in title case."""
    return len(line) <= HEADING_LENGTH and (not line.endswith(_TERMINALS) or is_title_case(line))


def is_title_case(line: str) -> bool:
    """Whether every word but the small ones begins with a capital or figure: headlines do, next to no sentence does."""
    words, capital = 0, False
    for match in WORD.finditer(line):  # a sentence is told by its second or third word
        word = match.group()
        if word[0].islower() and word.casefold() not in SMALL_WORDS:
            return False
        words, capital = words + 1, capital or word[0].isupper()
    return words > 1 and capital  # scripts without case have no title case


def is_notice(line: str) -> bool:
    """Whether the whole line sells, warns or directs."""
    return len(line) <= MAX_NOTICE and _is_short_notice(line)


@lru_cache(maxsize=4096)  # a line is asked about in each round of settling the story
def _is_short_notice(line: str) -> bool:
    return NOTICE.match(line) is not None or POINTER.match(line) is not None or _is_pitch(line) or _is_rights(line)


def _is_rights(line: str) -> bool:
    """Whether a short line reserves rights, in whatever words it says so."""
    said = line.casefold()
    return len(line) <= LONGEST_LABEL and any(phrase in said for phrase in _RIGHTS)


def _is_pitch(line: str) -> bool:
    if len(line) > MAX_PITCH:
        return False
    said = line.casefold()
    return any(word in said for word in _OFFERS) and any(word in said for word in _ASKS)
