"""Settings: where they come from, which faults are told, and what is never shown."""

from __future__ import annotations

import os
import stat
from pathlib import Path

import pytest
import redis

from worker.engine.run import server_command
from worker.settings import PREFIX, SECRETS, Settings, SettingsError, effective, load_settings

ADDRESSES = {
    "database_url": "postgresql://user:hidden@db.example/0",
    "redis_url": "redis://user:hidden@db.example/0",
    "amqp_url": "amqp://user:hidden@db.example/0",
    "web_token": "hidden from everybody who asks",
}


@pytest.fixture(autouse=True)
def _empty_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Tests run where there is no .env but their own."""
    monkeypatch.chdir(tmp_path)


def faults(monkeypatch: pytest.MonkeyPatch, **values: str) -> list[str]:
    for name, value in values.items():
        monkeypatch.setenv(name, value)
    with pytest.raises(SettingsError) as raised:
        load_settings()
    return str(raised.value).splitlines()


def test_nothing_has_to_be_set(tmp_path: Path) -> None:
    """Everything runs on this machine, below the data folder."""
    settings = load_settings()
    assert settings.data == tmp_path / "data"
    assert settings.database_address == f"sqlite:///{tmp_path}/data/wireroom.db"
    assert settings.snapshot_address == f"{tmp_path}/data/snapshots"
    assert settings.embedded_redis


def test_the_environment_goes_before_the_file(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """What .env says can be overridden for one command."""
    (tmp_path / ".env").write_text("WIREROOM_MAX_ATTEMPTS=7\nWIREROOM_QUEUE_LIMIT=9\n")
    monkeypatch.setenv("WIREROOM_MAX_ATTEMPTS", "8")
    settings = load_settings()
    assert (settings.max_attempts, settings.queue_limit) == (8, 9)


def test_every_fault_is_told_at_once(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """Each on its line, with its name, what is wrong and what was given: one start finds them all."""
    found = faults(
        monkeypatch,
        WIREROOM_TICK_SECONDS="often",
        WIREROOM_MAX_ATTEMPTS="0",
        WIREROOM_LOG_LEVEL="loud",
        WIREROOM_FETCH_TIMEOUT_SECONDS="60",
        WIREROOM_LEASE_SECONDS="30",
        WIREROOM_MAXATTEMPTS="5",
        WIREROOM_MODEL="en_core_web_none",
        WIREROOM_DATABASE_URL_FILE=str(tmp_path / "missing"),
        WIREROOM_REDIS_URL_FILE=str(tmp_path),
    )
    named = {line.partition(":")[0]: line for line in found}
    assert set(named) == {
        "WIREROOM_TICK_SECONDS", "WIREROOM_MAX_ATTEMPTS", "WIREROOM_LOG_LEVEL", "WIREROOM_LEASE_SECONDS",
        "WIREROOM_MAXATTEMPTS", "WIREROOM_MODEL", "WIREROOM_DATABASE_URL", "WIREROOM_REDIS_URL",
    }  # fmt: skip
    assert "'often'" in named["WIREROOM_TICK_SECONDS"]
    assert "no such setting" in named["WIREROOM_MAXATTEMPTS"]
    assert "WIREROOM_FETCH_TIMEOUT_SECONDS" in named["WIREROOM_LEASE_SECONDS"]
    assert f"{tmp_path}/missing: No such file" in named["WIREROOM_DATABASE_URL"]
    assert "directory" in named["WIREROOM_REDIS_URL"]


def test_a_lease_of_the_default_length_must_outlive_the_fetch(monkeypatch: pytest.MonkeyPatch) -> None:
    """The relation holds whichever of the two was set."""
    (line,) = faults(monkeypatch, WIREROOM_FETCH_TIMEOUT_SECONDS="200")
    assert line.startswith("WIREROOM_LEASE_SECONDS")


@pytest.mark.parametrize("host", ["0.0.0.0", "192.168.1.5", "::", "news.example"])
def test_whom_others_reach_needs_a_token(monkeypatch: pytest.MonkeyPatch, host: str) -> None:
    """One that cannot be guessed; on loopback none is needed."""
    (line,) = faults(monkeypatch, WIREROOM_WEB_HOST=host)
    assert line.startswith("WIREROOM_WEB_TOKEN: must be set")
    (line,) = faults(monkeypatch, WIREROOM_WEB_HOST=host, WIREROOM_WEB_TOKEN="hunter2")
    assert line.startswith("WIREROOM_WEB_TOKEN: must have at least 16")
    assert "hunter2" not in line
    monkeypatch.setenv("WIREROOM_WEB_TOKEN", "a token of enough characters")
    assert load_settings().web_host == host
    assert "enough" not in str(effective(load_settings()))


@pytest.mark.parametrize("name", ["WIREROOM_DATABSE_URL", "wireroom_nonsense", "WIREROOM_DATA_FILE", "WIREROOM_"])
def test_a_name_that_is_no_setting_fails(monkeypatch: pytest.MonkeyPatch, name: str) -> None:
    """A typing error does not leave a default in force."""
    assert faults(monkeypatch, **{name: "x"}) == [f"{name}: no such setting"]


def test_a_name_in_the_file_that_is_no_setting_fails(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """The file is held to the same names; those of other programs are none of our business."""
    (tmp_path / ".env").write_text("WIREROOM_TICKS=2\nPOSTGRES_PASSWORD=x\n")
    assert faults(monkeypatch) == ["WIREROOM_TICKS: no such setting"]


@pytest.mark.parametrize("name", SECRETS)
@pytest.mark.parametrize("where", ["environment", ".env"])
def test_a_secret_may_stand_in_a_file(monkeypatch: pytest.MonkeyPatch, tmp_path: Path, name: str, where: str) -> None:
    """Named by NAME_FILE in the environment or in .env; white space around it is not part of it."""
    (tmp_path / "secret").write_text(f"{ADDRESSES[name]}\n")
    setting = f"{PREFIX}{name}_FILE".upper()
    if where == ".env":
        (tmp_path / ".env").write_text(f"{setting}={tmp_path}/secret\n")
    else:
        monkeypatch.setenv(setting, str(tmp_path / "secret"))
    assert getattr(load_settings(), name).get_secret_value() == ADDRESSES[name]


def test_a_secret_is_shown_nowhere(monkeypatch: pytest.MonkeyPatch) -> None:
    """Neither in the effective set, nor in a repr, nor in a fault beside it."""
    for name in SECRETS:
        monkeypatch.setenv(f"{PREFIX}{name}".upper(), ADDRESSES[name])
    settings = load_settings()
    shown = effective(settings)
    assert "hidden" not in f"{shown} {settings!r} {settings}"
    assert shown["WIREROOM_REDIS_URL"][0] == "**********"
    told = faults(monkeypatch, WIREROOM_TICK_SECONDS="x")
    assert told
    assert "hidden" not in "".join(told)


def test_the_effective_set_tells_every_setting_with_its_line() -> None:
    """What `wireroom settings` prints is complete."""
    shown = effective(load_settings())
    assert set(shown) == {f"{PREFIX}{name}".upper() for name in Settings.model_fields}
    assert all(words and not words.endswith(".") for _, words in shown.values())


@pytest.mark.parametrize(
    ("given", "address"),
    [
        ("postgres://a:b@db/wireroom", "postgresql+psycopg://a:b@db/wireroom"),
        ("postgresql://db/wireroom?sslmode=require", "postgresql+psycopg://db/wireroom?sslmode=require"),
        ("postgresql+psycopg://db/wireroom", "postgresql+psycopg://db/wireroom"),
        ("sqlite:////tmp/other.db", "sqlite:////tmp/other.db"),
    ],
)
def test_a_postgres_address_gets_its_driver(given: str, address: str) -> None:
    """Whatever way a hoster writes it."""
    assert Settings(database_url=given).database_address == address


@pytest.mark.parametrize(
    ("name", "given", "said"),
    [
        ("DATABASE_URL", "postgre://u:hidden@db/x", "must begin with postgresql://, postgres://, sqlite://"),
        ("DATABASE_URL", "mysql://u:hidden@db/x", "its scheme is 'mysql'"),
        ("DATABASE_URL", "/var/lib/hidden.db", "it has no scheme"),
        ("DATABASE_URL", "postgresql+psycopg2://u:hidden@db/x", "the driver 'psycopg2' is not installed"),
        ("DATABASE_URL", "postgresql+nothing://u:hidden@db/x", "names a driver that there is none of"),
        ("DATABASE_URL", "postgresql://u:hidden@db:port/x", "has a port that is none"),
        ("DATABASE_URL", "postgresql://u:hidden@db:65536/x", "has a port that is none"),
        ("REDIS_URL", "http://u:hidden@db", "must begin with redis://, rediss://, unix://"),
        ("REDIS_URL", "localhost:6379", "it has no scheme"),
        ("REDIS_URL", "redis://u:hidden@db:637900", "has a port that is none"),
        ("REDIS_URL", "redis://u:hidden@db:hidden", "has a port that is none"),
        ("AMQP_URL", "ampq://u:hidden@mq", "its scheme is 'ampq'"),
        ("AMQP_URL", "amqp://u:hidden@mq:x", "has a port that is none"),
    ],
)
def test_an_address_that_is_none_is_told_at_the_start(
    monkeypatch: pytest.MonkeyPatch, name: str, given: str, said: str
) -> None:
    """In one line, without the password that it may hold."""
    (line,) = faults(monkeypatch, **{f"WIREROOM_{name}": given})
    assert line.startswith(f"WIREROOM_{name}: ")
    assert said in line
    assert "hidden" not in line


@pytest.mark.parametrize(
    ("name", "given"),
    [
        ("database_url", "postgresql://u:p%23ss@db:5432/x?sslmode=require"), ("database_url", "postgres:///x"),
        ("database_url", "postgresql://u:p#s/s@db/x"), ("database_url", "sqlite://"),
        ("redis_url", "rediss://db:6379/1"), ("redis_url", "unix:///run/redis.sock?db=2"), ("redis_url", "redis://[::1]"),
        ("amqp_url", "amqps://u:p@mq:5671//"),
    ],
)  # fmt: skip
def test_an_address_that_a_client_takes_is_taken(name: str, given: str) -> None:
    assert getattr(Settings(**{name: given}), name).get_secret_value() == given


def test_a_redis_address_is_written_for_each_client() -> None:
    """redis-py and kombu write unix sockets in two ways."""
    socket = Settings(redis_url="unix:///run/redis.sock?db=2")
    assert (socket.redis_address, socket.broker_address) == (
        "unix:///run/redis.sock?db=2",
        "redis+socket:///run/redis.sock?db=2",
    )
    assert Settings(redis_url="rediss://db:6379/1").broker_address == "rediss://db:6379/1"


def test_a_long_data_path_gets_a_short_socket(tmp_path: Path) -> None:
    """The kernel allows about a hundred bytes; the server still starts and answers there, and only for its owner."""
    deep = tmp_path / ("ü" * 40) / ("x" * 60)
    settings = Settings(data=deep)
    socket = settings.redis_socket
    assert len(os.fsencode(socket)) <= 100
    assert socket == Settings(data=deep).redis_socket != Settings(data=deep / "other").redis_socket
    server_command(settings)
    assert stat.S_IMODE(socket.parent.stat().st_mode) == 0o700
    socket.parent.rmdir()
    with redis.Redis.from_url(settings.redis_address) as client:
        assert client.connection_pool.connection_kwargs["path"] == str(socket)


def test_a_short_data_path_keeps_its_socket(monkeypatch: pytest.MonkeyPatch) -> None:
    """Everything of one Wireroom is in its folder."""
    assert Settings(data="/srv/wireroom").redis_socket == Path("/srv/wireroom/redis.sock")
    assert Settings(data="~/w").data == Path.home() / "w"
