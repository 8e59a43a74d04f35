"""What a speaker binds himself or others to: "said it would withdraw", "said that Peru must go".

PLOVER codes the outer act: a duty laid on somebody is REQUEST, a promised kindness AGREE, a promised harm THREATEN, a
kindness refused REJECT.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Literal, NamedTuple

from extractors.events.predications.frame_match import argument_words, subject_token, verb_lemmas
from extractors.events.predications.frames import Frame, class_words
from extractors.lexicon import word_set
from extractors.lexicon.cues import speech_verbs
from extractors.model import Span

if TYPE_CHECKING:
    from spacy.tokens import Token

BINDING = speech_verbs("binding")
DUTY = frozenset({"must", "should", "ought"})
OWED = frozenset({"have", "need"})
WILL = word_set("predications", "commitments.will")

COOPERATIVE = word_set("plover_groups", "types.cooperative")
HARMFUL = word_set("plover_groups", "types.harmful")
GIVING = word_set("predications", "commitments.giving")
"""Verbs whose flat denial for the future is a refusal."""

VIOLENT = word_set("predications", "commitments.violent")
ECONOMIC = word_set("predications", "commitments.economic")
"""What a threat that names it would restrict, rather than end relations."""
TAKING_LAND = word_set("predications", "commitments.taking_land")
JAILING = word_set("predications", "commitments.jailing")
TALKS = word_set("predications", "commitments.talks")
ASSISTANCE = word_set("predications", "commitments.assistance")
OWN_PRONOUNS = word_set("predications", "commitments.own_pronouns")

Stand = Literal["promise", "refusal", "intolerance"]


class Commitment(NamedTuple):
    """How a speaker stands to what a verb says, and the words that tell."""

    stand: Stand
    span: Span
    said: bool


def duty(verb: Token) -> tuple[Token, Token] | None:
    """The verb of speech and the word of duty where a clause says what somebody must do."""
    speech = speech_above(verb)
    if speech is None:
        return None
    for child in verb.children:
        if child.dep_ == "aux" and child.lower_ in DUTY and not _negated(verb):
            return speech, child
    if verb.dep_ == "xcomp" and verb.head.lemma_.lower() in OWED and any(c.lower_ == "to" for c in verb.children):
        above = speech_above(verb.head)
        return (above, verb.head) if above is not None and not _negated(verb.head) else None
    return None


def commitment(verb: Token, same: Callable[[Token, Token], bool]) -> Commitment | None:
    """Whether the verb says what its subject will or will not do: on the subject's own word, or flatly. `same` tells
    of two nouns whether they are of one state: "the minister said that Chile will send"."""
    will = next(
        (c for c in verb.children if c.dep_ == "aux" and c.lower_ in WILL | {"can", "could", "may", "might"}), None
    )
    if will is None or any(c.dep_ == "mark" and c.lower_ in ("if", "unless", "whether") for c in verb.children):
        return None
    speech = speech_above(verb)
    doer, speaker = subject_token(verb), subject_token(speech) if speech is not None else None
    own = doer is not None and speaker is not None and (_same(doer, speaker) or same(doer, speaker))
    span = (will.idx, will.idx + len(will))
    if will.lower_ in ("can", "could", "may", "might"):
        conditional = any(m.lower_ in ("if", "unless") for c in verb.children for m in c.children if m.dep_ == "mark")
        return Commitment("promise", span, own) if will.lower_ in ("may", "might") and conditional else None
    if will.lower_ == "would" and not own:
        return None
    if not _negated(verb):
        return Commitment("promise", span, own)
    return Commitment("intolerance" if verb.lemma_.lower() == "tolerate" else "refusal", span, own)


def conditional(verb: Token) -> bool:
    """Whether a condition is put to the other side: "unless it withdraws", "until their demands are met"."""
    return any(t.lower_ in ("unless", "until") for t in verb.subtree if t.dep_ in ("mark", "advmod", "prep"))


def mode_of(kind: str, trigger: Token, act: Frame | None, acts: Sequence[Token]) -> tuple[str, ...]:
    """The mode that the act asked for, refused or threatened gives: "refused to meet", "threatened to expel".

    `acts` are its verbs and `act` the frame that one of them matches.
    """
    lemmas = {lemma for clause in acts for lemma in verb_lemmas(clause)}
    nouns = argument_words(trigger).union(*(argument_words(clause) for clause in acts))
    if kind == "THREATEN":
        return _threat(lemmas, nouns, act)
    inner = act.type if act is not None else None
    if inner == "CONSULT" or lemmas & class_words(["$meet"]) or nouns & TALKS:
        return ("meet",)
    if inner == "AID" or lemmas & class_words(["$help"]) or nouns & ASSISTANCE:
        return ("assist",)
    if inner in ("RETREAT", "CONCEDE") or lemmas & class_words(["$stop"]) or nouns & {"withdrawal", "release", "end"}:
        return ("yield",)
    return ("change",)


def _threat(lemmas: set[str], nouns: set[str], act: Frame | None) -> tuple[str, ...]:
    inner, modes = (act.type, act.mode) if act is not None else ("", ())
    if lemmas & TAKING_LAND:
        return ("territory",)
    if lemmas & {"expel", "deport", "evict", "banish"} or {"expel", "deport"} & set(modes):
        return ("expel",)
    if lemmas & JAILING or nouns & {
        "arrest",
        "imprisonment",
        "prosecution",
    }:
        return ("arrest",)
    if inner == "ASSAULT" or lemmas & class_words(["$harm"]) or nouns & VIOLENT:
        return ("violence",)
    if nouns & ECONOMIC or inner in ("COERCE", "PROTEST"):
        return ("restrict",)
    if inner in ("SANCTION", "REJECT") or nouns & class_words(["$dealings"]):
        return ("relations",)
    return ("restrict",)


def speech_above(verb: Token) -> Token | None:
    """The verb of speech whose reported clause the verb leads, or the one set behind the clause: "…, he said"."""
    token = verb
    while token.dep_ == "conj" and token.head.pos_ in ("VERB", "AUX"):
        token = token.head
    if token.dep_ in ("ccomp", "xcomp") and token.head.lemma_.lower() in BINDING:
        return token.head
    return next((c for c in token.children if c.dep_ == "parataxis" and c.lemma_.lower() in BINDING), None)


def _same(one: Token, other: Token) -> bool:
    """Whether a clause's subject is the speaker: a pronoun, or the same word again."""
    return one == other or one.lower_ in OWN_PRONOUNS or one.lemma_ == other.lemma_


def _negated(verb: Token) -> bool:
    words = {c.lower_ for c in verb.children if c.dep_ in ("neg", "advmod", "aux")}
    return bool(words & {"not", "n't", "never", "cannot"}) or ("longer" in words)
