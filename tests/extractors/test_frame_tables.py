"""The small language of the trigger tables: what it does not know fails where the tables are loaded, by name."""

from __future__ import annotations

import shutil
import subprocess
import sys
import tomllib
from pathlib import Path
from typing import Any

import pytest

import extractors
from extractors.events.predications.frame_checks import UnknownWord, check, roles
from extractors.events.predications.frames import entries
from extractors.lexicon import table, word_list

CORE = Path(extractors.__file__).parent
TRIGGERS = CORE / "lexicon" / "triggers"

FRAME: dict[str, Any] = {
    "rule": "accuse.blame", "type": "ACCUSE", "mode": ["disapprove"], "lemmas": ["blame", "fault"],
    "object": ["plan", "$wrong"], "particle_for": {"blame": ["out"]}, "actor": ["subject", "by"],
    "recipient": ["object", "within-to", "rest"], "confidence": 0.8,
    "yes": ["Chile blamed Peru."], "no": ["It rained."],
}  # fmt: skip
CONDITIONS = [*FRAME, "particle", "needs_recipient", "mode_for_object", "kind", "form"]


def test_a_frame_of_known_words_passes() -> None:
    check("accuse", FRAME, CONDITIONS)


@pytest.mark.parametrize(
    ("change", "told"),
    [
        ({"actor": ["subject", "custody"]}, "unknown actor role 'custody'; known are about, across"),
        ({"recipient": ["victim"]}, "unknown recipient role 'victim'"),
        ({"recipient_for": {"blame": ["belonging"]}}, "unknown recipient role 'belonging'"),
        ({"recipient": ["within-rest"]}, "unknown recipient role 'within-rest'"),
        ({"kind": "meeting", "recipient": ["rest"]}, "unknown recipient role 'rest'"),
        ({"mode": ["blame"]}, "unknown mode 'blame'; known are allege, disapprove, investigate"),
        ({"mode_for": {"blame": "arrest"}}, "unknown mode 'arrest'"),
        ({"mode_for_object": {"plan": "arrest"}}, "unknown mode 'arrest'"),
        ({"need_recipient": True}, "unknown condition 'need_recipient'; known are"),
        ({"partcle_for": {"blame": ["out"]}}, "unknown condition 'partcle_for'"),
        ({"particle_for": {"lash": ["out"]}}, "unknown lemma in particle_for 'lash'; known are blame, fault"),
        ({"type": "ACUSE"}, "unknown type 'ACUSE'; known are ACCUSE, AGREE"),
        ({"kind": "directd"}, "unknown kind 'directd'; known are call, directed"),
        ({"form": "adverb"}, "unknown form 'adverb'; known are adjective, noun, verb"),
        ({"object": ["$wrongs"]}, "unknown class of words '$wrongs'; known are $abstract"),
    ],
)
def test_a_word_that_means_nothing_fails_by_name(change: dict[str, Any], told: str) -> None:
    """With the file, the frame and the words that are known."""
    known = [*CONDITIONS, "recipient", "mode"]
    with pytest.raises(UnknownWord) as caught:
        check("accuse", FRAME | change, known)
    assert str(caught.value).startswith(f"lexicon/triggers/accuse.toml, frame accuse.blame: {told}")


def test_the_coder_does_not_start_on_a_table_with_an_unknown_word(tmp_path: Path) -> None:
    shutil.copytree(CORE, tmp_path / "extractors", ignore=shutil.ignore_patterns("__pycache__"))
    path = tmp_path / "extractors" / "lexicon" / "triggers" / "accuse.toml"
    text = path.read_text(encoding="utf-8")
    path.write_text(text.replace('actor = ["subject"]', 'actor = ["subjekt"]', 1), encoding="utf-8")
    done = subprocess.run(
        [sys.executable, "-c", "from extractors.events.predications.frames import frames_by_lemma as f; f()"],
        capture_output=True, text=True, cwd=tmp_path, timeout=120, env={"PYTHONPATH": str(tmp_path)},
    )  # fmt: skip
    assert done.returncode
    assert "lexicon/triggers/accuse.toml, frame accuse.blame: unknown actor role 'subjekt'" in done.stderr


def test_every_file_of_triggers_is_read() -> None:
    """In the order that the table of frames gives."""
    files = {path.stem for path in TRIGGERS.glob("*.toml")} - {"classes"}
    assert files == set(word_list("frames", "order"))
    assert len(entries()) == sum(
        len(tomllib.loads((TRIGGERS / f"{f}.toml").read_text("utf-8"))["frame"]) for f in files
    )


def test_every_word_of_the_role_language_is_used() -> None:
    """A word that no frame uses is one that nobody needs."""
    told = [word for entry in entries() for role in ("actor", "recipient") for word in entry[role]]
    assert roles("directed") >= set(told)
    within = {word.split("-")[0] for word in told if word.startswith("within")}
    words = {word for word in roles("directed") if not word.startswith("within-")}
    assert words - set(told) - within == set()


def test_every_class_of_words_is_used() -> None:
    """By a frame, or by the rules on what is threatened and promised."""
    rules = "".join(path.read_text("utf-8") for path in (CORE / "events" / "predications").glob("*.py"))
    tables = "".join(path.read_text("utf-8") for path in TRIGGERS.glob("*.toml"))
    classes = table("triggers/classes")
    assert classes
    assert [name for name in classes if f'"${name}"' not in rules + tables] == []
