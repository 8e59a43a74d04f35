"""An operator's slip is answered in one line, with what to do, and changes nothing."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from worker.cli.main import main
from worker.settings import Settings
from worker.store.database import Database

WIREROOM = Path(sys.executable).with_name("wireroom")


@pytest.fixture
def slip(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]):
    """Runs a command that must fail, over an empty Wireroom: what it says on standard error, and nothing on standard
    output."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("WIREROOM_DATA", str(tmp_path / "data"))
    Database(Settings().database_address).migrate()

    def slip(*arguments: str) -> str:
        monkeypatch.setattr(sys, "argv", ["wireroom", *arguments])
        with pytest.raises(SystemExit) as ended:
            main()
        said = capsys.readouterr()
        assert (ended.value.code, said.out) == (2, ""), said
        return said.err.strip()

    return slip


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        ("articles list --state extrcted", "there is no state 'extrcted'; did you mean 'extracted'?"),
        ("articles list --state gone", "no state 'gone'; there are dead, extracted, fetched, listed, rejected"),
        ("articles list --source voa", "there is no source 'voa'"),
        ("sources why voa", "there is no source 'voa'"),
        ("sources pause voa", "there is no source 'voa'"),
        ("sources add x http://x.example/ --kind feeds", "there is no kind of source 'feeds'; did you mean 'feed'?"),
        ("export --format cvs", "there is no format 'cvs'; did you mean 'csv'?"),
        ("export --country RUSS", "there is no country 'RUSS'; did you mean 'RUS'?"),
        ("tail --once --type evnt", "there is no type of message 'evnt'"),
        ("tail --once --between RUS,USSA", "there is no country 'USSA'; did you mean 'USA'?"),
        ("tail --once --from yesterday", "'yesterday' is no place in the stream"),
        ("reextract --verdict artcle", "there is no verdict 'artcle'; did you mean 'article'?"),
        ("reextract --extractor evnts", "there is no extractor 'evnts'; did you mean 'events'?"),
        ("reextract --family montor --all", "there is no family 'montor'; did you mean 'monitor'?"),
        ("tail --once --from 1-99999999999999999999", "is no place in the stream"),
        ("tail --once --between RUS", "--between RUS: two countries"),
        ("consume --once --exec no-such-command", "--exec no-such-command: no command that can be run"),
        ("articles retry", "say which: an article, or --reason"),
        ("articles retry a --reason timeout", "say which: an article, or --reason"),
        ("articles retry a --source wire", "say which: an article, or --reason"),
        ("articles retry --reason paywal", "there is no reason 'paywal'; did you mean 'paywall'?"),
        ("articles retry --reason purged", "there is no reason 'purged'"),
        ("articles retry --reason paywall --source voa", "there is no source 'voa'"),
        ("sources add x http://127.0.0.1/f --kind feed", "--local says that this is meant"),
        ("sources add x www.x.example/f", "begins with its scheme: https://www.x.example/f"),
        ("webhooks add x x.example/hook --secret-file s", "begins with its scheme: https://x.example/hook"),
        ("webhooks add x https://x.example/ --secret-file s --from noon", "--from noon: now or start"),
        ("webhooks drop first", "numbers of dead letters, or all"),
        ("reextract --source voa", "there is no source 'voa'"),
        ("replay --type article.gone", "there is no type of message 'article.gone'"),
        ("health --role pol", "there is no role 'pol'; did you mean 'poll'?"),
        ("consume --exec ' --once", "--exec ': no closing quotation"),
        ("sources import none.opml", "none.opml: No such file or directory"),
        ("sources import .", "Is a directory"),
        ("export --out none/events.csv", "none/events.csv: No such file or directory"),
        ("webhooks add x https://x.example/ --secret-file none/s", "none/s: No such file or directory"),
        ("articles show nobody", "no article fits 'nobody'"),
    ],
)  # fmt: skip
def test_a_slip_is_told_in_one_line(slip, arguments: str, said: str) -> None:
    """And with exit code 2."""
    found = slip(*arguments.split(" "))
    assert said in found
    assert len(found.splitlines()) == 1


@pytest.mark.parametrize(
    ("name", "value", "said"),
    [
        ("DATABASE_URL", "postgre://db/x", "WIREROOM_DATABASE_URL: must begin with postgresql://"),
        ("REDIS_URL", "localhost:6379", "WIREROOM_REDIS_URL: must begin with redis://"),
        ("REDIS_URL", "redis://localhost:x", "WIREROOM_REDIS_URL: has a port that is none"),
        ("SOURCES", "none.toml", "none.toml: no such file or directory"),
        ("SOURCES", ".", "is a directory"),
        ("WEB_PORT", "http", "WIREROOM_WEB_PORT: "),
    ],
)
def test_a_setting_that_is_none_is_told_in_one_line(
    slip, monkeypatch: pytest.MonkeyPatch, name: str, value: str, said: str
) -> None:
    """Before anything starts."""
    monkeypatch.setenv(f"WIREROOM_{name}", value)
    for command in (["run", "--once"], ["migrate"]):
        found = slip(*command)
        assert said in found
        assert len(found.splitlines()) == 1


def test_a_data_folder_that_is_none_is_told_in_one_line(slip, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "file").write_text("")
    monkeypatch.setenv("WIREROOM_DATA", str(tmp_path / "file" / "data"))
    found = slip("status")
    assert "Not a directory" in found
    assert len(found.splitlines()) == 1


@pytest.mark.parametrize("arguments", [["settings"], ["settings", "-h"], ["status", "--json"], ["articles", "list"]])
def test_a_reader_that_goes_away_is_no_failure(tmp_path: Path, arguments: list[str]) -> None:
    """As `head` does."""
    Database(Settings(data=tmp_path / "data").database_address).migrate()
    read, write = os.pipe()
    os.close(read)
    done = subprocess.run([WIREROOM, *arguments], stdout=write, stderr=subprocess.PIPE, cwd=tmp_path, check=False,
                          env={**os.environ, "WIREROOM_DATA": str(tmp_path / "data")}, timeout=60)  # fmt: skip
    os.close(write)
    assert (done.returncode, done.stderr) == (0, b"")


def test_logs_are_no_part_of_an_answer(tmp_path: Path) -> None:
    """A source that does not answer is told on standard output alone; what is logged of it goes beside."""
    done = subprocess.run([WIREROOM, "sources", "check", "http://127.0.0.1:9/feed", "--local", "--json"], cwd=tmp_path,
                          env={**os.environ, "WIREROOM_DATA": str(tmp_path / "data")}, check=False,
                          capture_output=True, text=True, timeout=60)  # fmt: skip
    assert done.returncode == 1
    assert [line[0] for line in done.stdout.splitlines()] == ["{"]
