"""Stories of ours, as many as wanted, each its own: invented ministers meet, sign, accuse and refuse, with sources."""

from __future__ import annotations

import random
from pathlib import Path

PARTIES = (
    ("Finland", "Finnish", "Helsinki", "Aino Halvari"), ("Norway", "Norwegian", "Oslo", "Sunniva Eikrem"),
    ("Poland", "Polish", "Warsaw", "Krystyna Wolanska"), ("Turkey", "Turkish", "Ankara", "Demir Aksoylu"),
    ("Georgia", "Georgian", "Tbilisi", "Nino Abashvili"), ("Japan", "Japanese", "Tokyo", "Shizuka Morinaga"),
    ("Brazil", "Brazilian", "Brasilia", "Otavio Queiros"), ("Chile", "Chilean", "Santiago", "Ines Arancibia"),
    ("Kazakhstan", "Kazakh", "Astana", "Erlan Tasbolatov"), ("Ukraine", "Ukrainian", "Kyiv", "Bohdan Ostrenko"),
)  # fmt: skip
SUBJECTS = ("a pipeline under the sea", "fishing quotas", "an observer mission", "the return of prisoners",
            "grain", "a railway link", "border crossings", "an air corridor", "the price of gas",
            "visas for students")  # fmt: skip
DEEDS = (
    "{a} Foreign Minister {pa} met in {cb} on {day} with the {b} foreign minister, {pb}, and discussed {x}.",
    "{a} President {pa} and {b} President {pb} signed an agreement on {x} in {cb} on {day}.",
    "{a} Prime Minister {pa} on {day} accused {nb} of delaying the talks on {x}.",
    "{a} Defense Minister {pa} rejected on {day} a {b} proposal on {x}.",
    "{a} Foreign Minister {pa} called on {nb} on {day} to resume the negotiations on {x}.",
    "{a} Prime Minister {pa} arrived in {cb} on {day} for a two-day visit and was received by President {pb}.",
)
AGENCIES = ("Reuters", "AP", "AFP", "Itar-Tass", "Interfax", "Kyodo", "Anatolia")


def story(number: int) -> str:
    """The text of one story; the same number gives the same text."""
    dice = random.Random(number)
    paragraphs = []
    for _ in range(dice.randint(1, 3)):
        (na, a, _, pa), (nb, b, cb, pb) = dice.sample(PARTIES, 2)
        day = f"March {dice.randint(4, 12)}"
        said = dice.choice(DEEDS).format(a=a, b=b, nb=nb, cb=cb, pa=pa, pb=pb, day=day, x=dice.choice(SUBJECTS))
        sources = ", ".join(dice.sample(AGENCIES, dice.randint(1, 2)))
        paragraphs.append(
            f"{said} Officials in {na} said that file number {number * 10 + len(paragraphs)} would be taken up again "
            f"before the summer, and declined to give details ({sources}, {day})."
        )
    head = (
        f"Publication: Monitor Volume: 8 Issue: {number % 60 + 1}\n\n{PARTIES[number % 10][0].upper()} TALKS, {number}."
    )
    return "\n\n".join([head, *paragraphs]) + "\n"


def write_stories(folder: Path, count: int) -> Path:
    """The folder with that many stories, one a file."""
    folder.mkdir(parents=True, exist_ok=True)
    for number in range(count):
        (folder / f"story-{number:04}.txt").write_text(story(number), encoding="utf-8")
    return folder
