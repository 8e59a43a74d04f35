"""docs/how-to-add/page-family.md does as it says: its module, put into a copy of the package, reads its sample."""

from __future__ import annotations

import json
import re
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

import extractors

GUIDE = Path(__file__).parents[1] / "docs" / "how-to-add" / "page-family.md"
BLOCK = re.compile(r"^```(\w+)\n(.*?)^```$", re.MULTILINE | re.DOTALL)
READ = """
import json, sys
from extractors import Document, read
from extractors.explain import explain
content, kind = sys.stdin.buffer.read(), sys.argv[1]
document = read(content, content_type=kind)
Document.model_validate_json(document.model_dump_json())
left_out = {each.text: each.reason.name for each in explain(content, content_type=kind).stripped}
families = Document.model_json_schema()["properties"]["family"]["enum"]
print(json.dumps({"document": document.model_dump(mode="json"), "left_out": left_out, "families": families}))
"""


@pytest.fixture(scope="module")
def guide() -> dict[str, str]:
    """The guide's blocks by their language."""
    return dict(BLOCK.findall(GUIDE.read_text(encoding="utf-8")))


@pytest.fixture(scope="module")
def package(guide: dict[str, str], tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with a copy of the package to which the guide's one module is added, and nothing else."""
    folder = tmp_path_factory.mktemp("package")
    shutil.copytree(Path(extractors.__file__).parent, folder / "extractors", ignore=shutil.ignore_patterns("*.pyc"))
    (folder / "extractors" / "pages" / "families" / "courier.py").write_text(guide["python"], encoding="utf-8")
    return folder


def told(package: Path, page: str, kind: str) -> dict[str, Any]:
    """What the copy tells of a page, in a process of its own."""
    done = subprocess.run(
        [sys.executable, "-c", READ, kind], input=page.encode(), capture_output=True, check=True, cwd=package,
        env={"PYTHONPATH": str(package)}, timeout=120,
    )  # fmt: skip
    found: dict[str, Any] = json.loads(done.stdout)
    return found


def keeps(found: dict[str, Any], wanted: dict[str, Any]) -> None:
    """Raises where the document is not as the guide's expectation says."""
    document = found["document"]
    assert wanted["page"]
    assert {name: document[name] for name in wanted["page"]} == wanted["page"]
    assert [document["text"][start:end] for start, end in document["paragraphs"]] == wanted["paragraphs"]


def test_the_guides_module_reads_its_sample(guide: dict[str, str], package: Path) -> None:
    found = told(package, guide["html"], "text/html")
    keeps(found, json.loads(guide["json"]))
    assert found["left_out"]["Bring your own bread to the pier, says our cook."] == "EMBED"
    assert found["families"] == ["courier", "monitor", "pangea", "wire", "generic"]


def test_the_guides_module_reads_what_a_stripper_leaves_of_its_sample(guide: dict[str, str], package: Path) -> None:
    wanted = json.loads(guide["json"])
    lines = ["The Example Courier, No. 214", wanted["page"]["title"], *wanted["paragraphs"]]
    found = told(package, "\n\n".join(lines), "text/plain")
    keeps(found, wanted)
    assert found["left_out"] == {lines[0]: "MASTHEAD", lines[1]: "HEADLINE"}


def test_other_pages_are_read_as_before(guide: dict[str, str], package: Path) -> None:
    """The sample without its folio is any page."""
    page = guide["html"].replace("The Example Courier, No. 214", "The Example Courier")
    assert told(package, page, "text/html")["document"]["family"] == "generic"
