"""Zones as dates name them: an offset where it is certain which one is meant, nothing where it is not."""

from __future__ import annotations

import datetime as dt
import re
import zoneinfo

# yes: "+0300"  "-05:30"  "GMT+3"  "UTC +03:00"  "+02"   no: "+99999"  "GMT"
OFFSET = re.compile(r"(?:(?:GMT|UTC|UT)\s?)?(?P<sign>[+-])(?P<hours>\d{1,2}):?(?P<minutes>\d{2})?", re.ASCII | re.I)
# A comment after the zone (RFC 2822, 3.2.3). yes: "-0700 (PDT)" -> "-0700"
COMMENT = re.compile(r"\s{0,3}\([^()]{0,30}\)$")
# yes: "Europe/Moscow"  "America/Argentina/Salta"   no: "EST"  "../etc"
PLACE = re.compile(r"[A-Z][A-Za-z_]{2,20}(?:/[A-Z][A-Za-z_-]{1,24}){1,2}", re.ASCII)
ABBREVIATION = re.compile(r"[A-Za-z]{1,5}", re.ASCII)
FURTHEST_HOURS = 14

# Abbreviations that mean one thing in the world's news, in hours from UTC.
CERTAIN = {
    "Z": 0.0, "UT": 0.0, "UTC": 0.0, "GMT": 0.0, "WET": 0.0, "WEST": 1.0, "CET": 1.0, "MEZ": 1.0, "CEST": 2.0,
    "MESZ": 2.0, "EET": 2.0, "EEST": 3.0, "MSD": 4.0, "SAST": 2.0, "PKT": 5.0, "WIB": 7.0, "HKT": 8.0, "SGT": 8.0,
    "JST": 9.0, "KST": 9.0, "AEST": 10.0, "AEDT": 11.0, "NZST": 12.0, "NZDT": 13.0, "AKST": -9.0, "AKDT": -8.0,
}  # fmt: skip
# What RFC 2822 (4.3) lays down for its own form of date; elsewhere CST may be China's.
BY_MAIL = {"EST": -5.0, "EDT": -4.0, "CST": -6.0, "CDT": -5.0, "MST": -7.0, "MDT": -6.0, "PST": -8.0, "PDT": -7.0}
# Moscow's winter time; in these years it was one hour further all year round (IANA tz database).
MOSCOW_AHEAD = (dt.datetime(2011, 3, 27, 2), dt.datetime(2014, 10, 26, 2))  # noqa: DTZ001 -- wall-clock times


class NoZone(ValueError):
    """What stands after the time is no zone at all."""


def zone(written: str, moment: dt.datetime, *, by_mail: bool) -> dt.tzinfo | None:
    """The offset at that wall-clock time; None for a name that could be several zones; raises NoZone for anything
    else. `by_mail`: the date is in the form of RFC 2822, which says what the American names mean."""
    name = COMMENT.sub("", written).strip().strip("()")
    if found := OFFSET.fullmatch(name):
        return _offset(found)
    if PLACE.fullmatch(name):
        return _place(name)
    if not ABBREVIATION.fullmatch(name):
        raise NoZone(f"{name[:40]!r} is no time zone")
    if name.upper() == "MSK":
        return _hours(4.0 if MOSCOW_AHEAD[0] <= moment < MOSCOW_AHEAD[1] else 3.0)
    hours = CERTAIN.get(name.upper(), BY_MAIL.get(name.upper()) if by_mail else None)
    return None if hours is None else _hours(hours)


def _offset(found: re.Match[str]) -> dt.tzinfo:
    hours, minutes = int(found["hours"]), int(found["minutes"] or 0)
    if hours > FURTHEST_HOURS or minutes > 59:
        raise NoZone(f"no place is {found[0]} from Greenwich")
    ahead = dt.timedelta(hours=hours, minutes=minutes)
    return dt.timezone(-ahead if found["sign"] == "-" else ahead)


def _place(name: str) -> dt.tzinfo | None:
    try:
        return zoneinfo.ZoneInfo(name)
    except (zoneinfo.ZoneInfoNotFoundError, OSError, ValueError):
        return None


def _hours(hours: float) -> dt.tzinfo:
    return dt.timezone(dt.timedelta(hours=hours))
