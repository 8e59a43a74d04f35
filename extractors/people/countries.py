"""Countries for people beside whose office none stands: lent by a neighbour in a list, by "his", by the sentence's own
state, or by what the text was about just before.
"""

from __future__ import annotations

from bisect import bisect_left
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from itertools import pairwise
from typing import Generic, TypeVar

from extractors.lexicon import table
from extractors.lexicon.gazetteer import WORLD
from extractors.lexicon.towns import towns
from extractors.model import Document, Span
from extractors.people.identity import Someone
from extractors.people.names import Name
from extractors.people.offices import Office
from extractors.people.offices_beside import NATIONAL
from extractors.text.sentences import at_offset, sentences_in
from extractors.text.tokens import Tokens

T = TypeVar("T")

STATES = frozenset({"country", "adjective", "capital", "government", "place"})
SEATS = frozenset({"capital"})
SENT = frozenset({"envoy", "ambassador", "analyst", "expert", "correspondent", "mediator"})
"""Posts that "in Moscow" or "Russia" places or concerns, but does not own."""
PLAIN = frozenset({"president", "vice president", "director", "chief of staff", "adviser", "aide"})
"""Offices that firms have too: only the title right before the name means a state's."""
MOST = 0.5
"""Share of all states named from which a document is about one of them."""
REACH = 4
"""Words back from an office within which "his" may stand: "his brother, the field commander X"."""
BACK = 8
"""Sentences and paragraphs back in which the state may stand that one is about."""
OWN = frozenset({"his", "her", "their"})
MINISTRIES = frozenset({"ministry", "department", "administration"})
"""Last words of the bodies that speak for a state: "the U.S. State Department"."""
RELATIVE = frozenset({"which", "who", "whose", "where", "whom"})
LISTING = frozenset({"and", "or", "but", "as"})
SENDING = frozenset(
    {"sent", "sends", "send", "dispatched", "dispatches", "named", "names", "appointed", "dismissed", "fired", "sacked",
     "recalled", "instructed", "ordered", "nominated", "replaced", "withdrew"}
)  # fmt: skip
"""Verbs whose object is an officer of whoever does it."""
BETWEEN = frozenset({"its", "the", "a", "new", "also", "then", "promptly", "has", "had", "have", "immediately"})


def lend_countries(someones: Sequence[Someone], tokens: Tokens) -> None:
    """Gives a person without a country that of the neighbour in a list: "Russian Foreign Minister A and Prime
    Minister B"."""
    placed = sorted(((name, s) for s in someones for name in s.full[:1]), key=lambda pair: pair[0].first)
    for (before, lender), (after, borrower) in pairwise(placed):
        if borrower.country is None and lender.country and _listed(tokens, before, after):
            borrower.country = lender.country


def _listed(tokens: Tokens, before: Name, after: Name) -> bool:
    """Whether only list words stand between two names."""
    start = after.office.first if after.office and after.office.end <= after.first else after.first
    between = [tokens.word(at) for at in range(before.end, start)]
    return "and" in between and len(between) <= 6 and not {".", ";"} & set(between)


class Surroundings:
    """Where states and people with a country stand in a document."""

    def __init__(
        self, someones: Sequence[Someone], tokens: Tokens, offices: Sequence[Office], document: Document
    ) -> None:
        self.tokens = tokens
        self.sentences = sentences_in(document.text, document.paragraphs)
        self.paragraphs = document.paragraphs
        states = {
            named.span[0]: named.entry.code
            for at, named in tokens.named.items()
            if named.entry.sort in STATES and named.entry.code and not _of_thing(tokens, at)
        }
        held = {tokens.spans[at][0] for o in offices for at in range(o.first, o.end)}
        firsts = [n.first for s in someones for n in s.full if tokens.word(n.first - 1) in ("'s", "’s")]
        past = [at for o in offices if o.former for at in range(o.first, o.end)]
        national = {tokens.spans[at][0] for at in (*(first - 2 for first in firsts), *past)}
        placed = [(at, code) for at, code in sorted((states | _towns(tokens)).items()) if at not in national]
        self._states = _Marks(placed)
        self._free = _Marks((at, code) for at, code in placed if at not in held)
        entries = {named.span[0]: named.entry for named in tokens.named.values()}
        ministries = {at: e.code for at, e in entries.items() if e.sort == "body" and _is_ministry(e.name)}
        self._openings = _Marks(sorted([*placed, *ministries.items()]))
        self._bodies = _Marks((at, e.code) for at, e in entries.items() if e.code in WORLD)
        inside = {tokens.spans[at][0] for at in range(1, len(tokens)) if tokens.lowered[at - 1] == "in"}
        self._seats = _Marks(
            (at, c) for at, c in placed if at in inside and (at not in entries or entries[at].sort in SEATS)
        )
        self._people = _Marks((tokens.spans[n.first][0], s) for s in someones for n in s.full)
        self._most = next(iter(Counter(code for _, code in placed).most_common(1)), (None, 0))
        self._about: dict[int, frozenset[str]] = {}

    def states(self, span: Span, *, free: bool = False) -> Sequence[str]:
        """The states named in a stretch, in order; `free`: without those that only say whose an office is."""
        return (self._free if free else self._states).within(span)

    def about(self, number: int) -> frozenset[str]:
        """The states named in a paragraph."""
        if number not in self._about:
            self._about[number] = frozenset(self.states(self.paragraphs[number]))
        return self._about[number]

    def body(self, at: int) -> str | None:
        """The international body named last before an offset."""
        return self._bodies.before(at)

    def opening(self, span: Span) -> str | None:
        """The state that a sentence is about: the one in whose capital it is, else the first."""
        return self._seats.first(span) or self._openings.first(span)

    def before(self, at: int) -> Someone | None:
        """Who was named last before an offset."""
        return self._people.before(at)

    def nearest(self, at: int) -> str | None:
        """The last state of the sentence up to an offset, else the one that a sentence before it in the paragraph
        begins with, else the document's own."""
        number = at_offset(self.sentences, at)
        if number < 0:
            return None
        start = self.sentences[number][0]
        own = self._of_clause(start, at)
        if own:
            return own
        paragraph = max(0, at_offset(self.paragraphs, at))
        opening = self.paragraphs[paragraph][0] if self.paragraphs else 0
        earlier = [each for each in reversed(self.sentences[max(0, number - BACK) : number]) if each[0] >= opening]
        code = next((code for span in earlier if (code := self.opening(span))), None) or self.home(MOST)
        before = reversed(self.paragraphs[max(0, paragraph - BACK) : paragraph])
        return code or next((code for span in before if (code := self._states.first(span))), None) or self.home(0.0)

    def _of_clause(self, start: int, at: int) -> str | None:
        """The state of the clause that goes on at an offset: the last one named in it, without those that only a
        relative clause or an apposition names; before an officer who is sent, that of whoever sends him."""
        every = self.states((start, at))
        if len(set(every)) < 2:
            return every[0] if every else None
        stretches = list(self._open_stretches(start, at))
        free = [code for stretch in stretches for code in self.states(stretch, free=True)]
        if not free:
            return (self.states((start, at), free=True) or every[:1])[-1]
        return free[0] if self._sent(at) else free[-1]

    def _open_stretches(self, start: int, at: int) -> Iterator[Span]:
        """The parts of a clause between commas that are not set off from it: "Greece, which opposes the Bulgarian
        deal, sent"."""
        first, end = self._token(start), self._token(at)
        commas = [n for n in range(first, end) if self.tokens.words[n] == ","]
        edges = [first, *(n + 1 for n in commas), end]
        for number, (here, then) in enumerate(pairwise(edges)):
            closed = 0 < number < len(commas)
            aside = closed and self.tokens.lower(here) in RELATIVE
            after = self.tokens.word(then)
            opener = self.tokens.named.get(first + 1 if self.tokens.lower(first) == "the" else first)
            named = number == 1 and opener is not None and self.tokens.named.get(here - 2) is opener
            follows = closed and named and after.islower() and after not in LISTING
            if not (aside or follows):
                yield (self.tokens.spans[here][0] if here < len(self.tokens) else at, self.tokens.spans[then - 1][1])

    def _sent(self, at: int) -> bool:
        """Whether an officer is the object of a verb that goes on with the subject: "…, sent Defense Minister X"."""
        verb = self._token(at) - 1
        while self.tokens.lower(verb) in BETWEEN:
            verb -= 1
        before = verb - 1
        while self.tokens.lower(before) in BETWEEN:
            before -= 1
        return self.tokens.lower(verb) in SENDING and self.tokens.word(before) in (",", "and")

    def _token(self, at: int) -> int:
        return bisect_left(self.tokens.spans, (at, -1))

    def home(self, share: float) -> str | None:
        """The state that the document names most often, if it has the share of all; of two the one named first."""
        code, count = self._most
        return code if count >= share * len(self._states.values) else None


class _Marks(Generic[T]):
    """Values at offsets, in order."""

    def __init__(self, placed: Iterable[tuple[int, T]]) -> None:
        ordered = sorted(placed, key=lambda pair: pair[0])
        self._at = [at for at, _ in ordered]
        self.values = [value for _, value in ordered]

    def within(self, span: Span) -> Sequence[T]:
        return self.values[bisect_left(self._at, span[0]) : bisect_left(self._at, span[1])]

    def first(self, span: Span) -> T | None:
        number = bisect_left(self._at, span[0])
        return self.values[number] if number < len(self._at) and self._at[number] < span[1] else None

    def before(self, at: int) -> T | None:
        number = bisect_left(self._at, at) - 1
        return self.values[number] if number >= 0 else None


def _is_ministry(name: str) -> bool:
    return name.split()[-1].lower() in MINISTRIES


def _at_home(each: Someone, tokens: Tokens, around: Surroundings) -> str | None:
    """Where a scholar's institute stands, "at the X Institute in Seoul"; for who has no office the one state that the
    paragraph is about."""
    start, end = _extent(each)
    if each.sector in ("EDU", "CVL"):
        stop = next((at for at in range(end, min(end + 20, len(tokens))) if tokens.word(at) in ".,;"), end)
        last = tokens.spans[min(stop, len(tokens) - 1)][0]
        inside = around.states((tokens.spans[start][0], last)) if stop > end else []
        if inside or each.sector == "EDU":
            return inside[-1] if inside else None
    if each.office is not None and each.office.post == NATIONAL:
        return None
    at = at_offset(around.paragraphs, tokens.spans[start][0])
    home = around.home(MOST)
    return home if each.office is not None or (at >= 0 and around.about(at) == {home}) else None


def _of_thing(tokens: Tokens, at: int) -> bool:
    """Whether a town's name only opens that of something else: "Paris Club", "Vienna Convention"."""
    after = tokens.word(at + 1)
    return tokens.named[at].entry.sort in ("capital", "place") and after in THINGS and tokens.adjoining(at)


THINGS = frozenset(
    {
        "summit", "talks", "meeting", "conference", "accord", "treaty", "forum", "Club", "Convention", "Accord",
        "Accords", "Agreement", "Treaty", "Protocol", "Process", "Group",
    }
)  # fmt: skip


TOWARDS = frozenset({"in", "at", "from", "near", "to"})


def _towns(tokens: Tokens) -> dict[int, str]:
    """The towns behind a preposition that only the table of cities has, by offset."""
    found = {}
    for at in (before + 1 for before, word in enumerate(tokens.lowered) if word in TOWARDS):
        if at not in tokens.named:
            words = [tokens.word(n) for n in range(at, at + 3)]
            town = next((t for n in (3, 2, 1) if (t := towns().get(" ".join(words[:n])))), None)
            if town:
                found[tokens.spans[at][0]] = town.country
    return found


def lend_from_context(
    someones: Sequence[Someone], tokens: Tokens, offices: Sequence[Office], document: Document
) -> None:
    """Gives whoever has an office of state, but no country in the text beside it, that of the state it stands in:
    "A Japanese delegation led by Trade Minister X", "his defense minister, Y"."""
    lacking = [s for s in someones if s.country is None and s.full]
    if not lacking:
        return
    around = Surroundings(someones, tokens, offices, document)
    for each in sorted(lacking, key=lambda s: s.full[0].first):
        each.country = _owned(each, tokens, around)
        if each.country is None and _of_state(each, tokens):
            start, end = _extent(each)
            inside = around.states((tokens.spans[start][0], tokens.spans[min(end, len(tokens) - 1)][0]))
            first = None if each.office and each.office.post in SENT else next(iter(inside), None)
            each.country = first or around.nearest(tokens.spans[start][0])
        elif each.country is None and each.sector == "IGO":
            each.country = around.body(tokens.spans[_extent(each)[0]][0])
        elif each.country is None and each.sector in (None, "EDU", "CVL", "BUS"):
            each.country = _at_home(each, tokens, around)


def _extent(each: Someone) -> Span:
    """The tokens of the name with its office."""
    name = each.full[0]
    office = each.office or name.office
    return (min(name.first, office.first), max(name.first, office.end)) if office else (name.first, name.end)


def _owned(each: Someone, tokens: Tokens, around: Surroundings) -> str | None:
    """The country of whose "his envoy" somebody is."""
    start = _extent(each)[0]
    near = range(start - 1, max(-1, start - 1 - REACH), -1)
    own = next((at for at in near if tokens.lower(at) in OWN), None)
    kin = set(table("people")["kin"])
    between = [tokens.lower(at) for at in range(own + 1, start)] if own is not None else []
    if each.office is None or own is None or not all(w in kin or w in (",", "the") or w.isalpha() for w in between):
        return None
    if len(between) > 1 and not kin & set(between):
        return None
    owner = around.before(tokens.spans[own][0])
    return owner.country if owner else None


def _of_state(each: Someone, tokens: Tokens) -> bool:
    """Whether the office is one that states have; a president or director only as the title right before the name, an
    adviser also as the president's."""
    if each.office is None or each.sector in (None, "BUS", "CVL", "EDU", "JRN", "IGO"):
        return False
    office, first = each.office, each.full[0].first
    if office.post not in PLAIN or office.end == first or (office.end == first - 1 and not office.weak):
        return True
    return any(
        tokens.word(at) in ("'s", "’s") and tokens.lower(at - 1) in RULERS
        for at in range(max(1, office.first - 3), office.first)
    )


RULERS = frozenset({"president", "minister", "premier", "king", "government", "leader"})
