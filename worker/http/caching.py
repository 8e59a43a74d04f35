"""What an answer's headers say about time: for how long it is fresh, and how long the server asks to be left alone.

Servers write nonsense there; nonsense says nothing, and never raises.
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterable
from email.utils import parsedate_to_datetime

Headers = Iterable[tuple[str, str]]

# One directive of Cache-Control; what stands in quotes is read as one value, so that `ext="max-age=1"` names no age.
# yes: `max-age=60` `MAX-AGE="60"` `no-store`   no: `=60`   Bounded: each character is looked at once.
DIRECTIVE = re.compile(r'(?P<name>[!#$%&*+.^_`|~\w\'-]+)\s*(?:=\s*(?:"(?P<quoted>[^"]*)"|(?P<plain>[^\s,]*)))?')
UNCACHED = frozenset(("no-store", "no-cache"))
LONGEST_SECONDS = 2**31  # RFC 9111, 1.2.2: a larger number counts as this


def fresh_seconds(headers: Headers, now: dt.datetime) -> float | None:
    """Seconds for which the answer may be used without asking again (RFC 9111, 4.2), of a private cache: `s-maxage` is
    not for us. 0 where it forbids keeping or is stale already; None where it says nothing that makes sense."""
    fields = _fields(headers)
    directives = _directives(fields.get("cache-control", ""))
    if UNCACHED & directives.keys():
        return 0.0
    age = seconds(fields.get("age")) or 0.0
    lifetime = seconds(directives.get("max-age"))
    if "max-age" not in directives and "expires" in fields:
        lifetime = _until_expiry(fields, now)
    return None if lifetime is None else max(0.0, lifetime - age)


def retry_after(value: str | None, now: dt.datetime) -> float | None:
    """Seconds that a Retry-After header asks for (RFC 9110, 10.2.3: seconds or a date); None where it says nothing."""
    if (asked := seconds(value)) is not None:
        return asked
    at = instant(value)
    return None if at is None else max(0.0, (at - now).total_seconds())


def seconds(value: str | None) -> float | None:
    """The number of seconds that a header gives (RFC 9111, 1.2.2: digits only); None where it is none."""
    digits = (value or "").strip()
    if not (digits.isascii() and digits.isdigit()):
        return None
    return float(min(int(digits[:20]), LONGEST_SECONDS))


def instant(value: str | None) -> dt.datetime | None:
    """The instant of an HTTP date in any of its forms (RFC 9110, 5.6.7), UTC where it names no zone; or None."""
    try:
        at = parsedate_to_datetime(value or "")
        return at.replace(tzinfo=at.tzinfo or dt.UTC).astimezone(dt.UTC)
    except (ValueError, OverflowError, TypeError):
        return None


def _until_expiry(fields: dict[str, str], now: dt.datetime) -> float:
    """RFC 9111, 5.3: against the server's own clock; what is no date (`0`, `-1`) means already expired."""
    expires = instant(fields["expires"])
    date = instant(fields.get("date")) or now
    return (expires - date).total_seconds() if expires else 0.0


def _fields(headers: Headers) -> dict[str, str]:
    """The fields by name in lower case: lists joined (RFC 9110, 5.3), of the others the first counts (RFC 9111, 4.2.1:
    of doubled ones either the first is used or the answer is stale)."""
    found: dict[str, str] = {}
    for key, value in headers:
        name = key.strip().lower()
        if name == "cache-control" and name in found:
            found[name] += f", {value}"
        else:
            found.setdefault(name, value)
    return found


def _directives(value: str) -> dict[str, str]:
    found: dict[str, str] = {}
    for each in DIRECTIVE.finditer(value):
        found.setdefault(each["name"].lower(), each["quoted"] or each["plain"] or "")
    return found
