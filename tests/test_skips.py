"""What may be skipped: on a laptop what it lacks, where services are required nothing."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parents[1]
SKIPS = {
    "test_mark.py": "import pytest\n@pytest.mark.skipif(True, reason='no server')\ndef test_it(): pass",
    "test_call.py": "import pytest\ndef test_it(): pytest.skip('no server')",
    "test_fixture.py": "import pytest\n@pytest.fixture\ndef it(): pytest.skip('no server')\ndef test_it(it): pass",
    "test_file.py": "import pytest\npytest.skip('no server', allow_module_level=True)",
}


def ran(folder: Path, **variables: str) -> subprocess.CompletedProcess[str]:
    """A run over a folder of tests that are all skipped, in an environment with these variables."""
    for name, code in SKIPS.items():
        (folder / name).write_text(code)
    others = {name: value for name, value in os.environ.items() if name != "REQUIRE_SERVICES"}
    options = ["-n", "0", "-rs", "-p", "tests.conftest", "--continue-on-collection-errors", "--rootdir", str(folder)]
    return subprocess.run(
        [sys.executable, "-m", "pytest", *options, "-c", str(ROOT / "pyproject.toml"), str(folder)],
        env=others | {"PYTHONPATH": str(ROOT)} | variables, capture_output=True, text=True, check=False,
    )  # fmt: skip


def test_on_a_laptop_what_it_lacks_is_skipped_with_the_reason(tmp_path: Path) -> None:
    done = ran(tmp_path)
    assert (done.returncode, done.stdout.count(": no server")) == (0, len(SKIPS))


def test_where_services_are_required_each_skip_is_a_failure(tmp_path: Path) -> None:
    done = ran(tmp_path, REQUIRE_SERVICES="1")
    assert done.returncode == 1
    assert done.stdout.count("may not be skipped. Skipped: no server\n") == len(SKIPS)
    assert " skipped in " not in done.stdout
