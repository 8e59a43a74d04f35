"""Addresses of servers, as settings give them: what is wrong with one, said without the password that it may hold."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from urllib.parse import urlsplit

from pydantic import SecretStr

# What stands before "://" and can be repeated: no part of a password. yes: "postgre"  "rediss"  "postgresql+psycopg2"
SCHEME = re.compile(r"(?P<scheme>[a-z][a-z0-9+.-]{0,30})://", re.IGNORECASE)

LAST_PORT = 65_535
BAD_PORT = "has a port that is none, or a password whose special characters are not percent-encoded"


def with_driver(address: str) -> str:
    """The database's address as SQLAlchemy takes it, with our driver where it names none."""
    scheme, separator, rest = address.partition("://")
    return f"postgresql+psycopg{separator}{rest}" if scheme in ("postgres", "postgresql") else address


def of_database(address: str) -> str | None:
    """Why this is no database that can be opened."""
    if fault := _scheme_fault(address, ("postgresql", "postgres", "sqlite"), "postgresql://user@host/name"):
        return fault
    from sqlalchemy.engine import make_url  # not needed where nothing is set
    from sqlalchemy.exc import ArgumentError

    try:
        url = make_url(with_driver(address))
        url.get_dialect().import_dbapi()
    except ImportError as error:
        return f"the driver {error.name!r} is not installed; without one in its scheme ours is taken"
    except ArgumentError:
        return "names a driver that there is none of, or is no address at all"
    except ValueError:
        return BAD_PORT
    return BAD_PORT if url.port is not None and url.port > LAST_PORT else None


def of_redis(address: str) -> str | None:
    """Why this is no address of a Redis."""
    return _scheme_fault(address, ("redis", "rediss", "unix"), "redis://host:6379/0") or _port_fault(address)


def of_amqp(address: str) -> str | None:
    """Why this is no address of a RabbitMQ."""
    return _scheme_fault(address, ("amqp", "amqps"), "amqp://user@host:5672//") or _port_fault(address)


def checked(given: SecretStr | None, fault_of: Callable[[str], str | None]) -> SecretStr | None:
    """What was given; raises ValueError with its fault."""
    if given is not None and (fault := fault_of(given.get_secret_value())):
        raise ValueError(fault)
    return given


def _scheme_fault(address: str, schemes: tuple[str, ...], example: str) -> str | None:
    found = SCHEME.match(address)
    scheme = found["scheme"].lower().partition("+")[0] if found else None
    if scheme in schemes:
        return None
    said = f"its scheme is {scheme!r}" if scheme else "it has no scheme"
    return f"must begin with {', '.join(f'{each}://' for each in schemes)}, as {example} does; {said}"


def _port_fault(address: str) -> str | None:
    try:
        urlsplit(address).port  # noqa: B018
    except ValueError:
        return BAD_PORT
    return None


ADDRESS_FAULTS: Mapping[str, Callable[[str], str | None]] = {
    "database_url": of_database,
    "redis_url": of_redis,
    "amqp_url": of_amqp,
}
