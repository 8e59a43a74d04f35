"""Each test has a folder of its own, and nothing that it started outlives it."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from tests.faults.engine import Wireroom
from tests.faults.stories import write_stories

STORIES = 200
LIMIT_SECONDS = 600  # the deadlines within a test say more, and sooner


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Whole engines are started here: the limit for single tests is too short on a busy machine."""
    for item in items:
        if Path(__file__).parent in item.path.parents:
            item.add_marker(pytest.mark.timeout(LIMIT_SECONDS))


@pytest.fixture
def wireroom(tmp_path: Path) -> Iterator[Callable[..., Wireroom]]:
    """Makes a Wireroom: `sources` is its sources.toml, everything else a setting."""
    made: list[Wireroom] = []

    def make(sources: str = "", name: str = "room", **options: object) -> Wireroom:
        made.append(Wireroom(tmp_path / name, {key: str(value) for key, value in options.items()}, sources))
        return made[-1]

    yield make
    for each in made:
        each.end()


@pytest.fixture(scope="session")
def stories(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder of stories that all tests ingest: article ids come from paths, so the paths are the same for all."""
    return write_stories(tmp_path_factory.mktemp("stories"), STORIES)


@pytest.fixture(scope="session")
def undisturbed(stories: Path, tmp_path_factory: pytest.TempPathFactory) -> set[str]:
    """The ids of all messages that the stories come to when nothing goes wrong."""
    room = Wireroom(tmp_path_factory.mktemp("undisturbed"))
    try:
        said = room.do("ingest", str(stories))
        assert f"{STORIES} extracted" in said
        ids = room.ids()
        assert len(ids) == len(set(ids))
        return set(ids)
    finally:
        room.end()
