"""Whether the words round a trigger are those that a frame asks for: its object, particles, complements and company."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from extractors.events.predications.frames import Frame, class_words
from extractors.events.predications.modality import measured
from extractors.events.predications.noun_readings import demanded, denied, told
from extractors.events.predications.tense import resumed
from extractors.lexicon import word_list, word_set
from extractors.lexicon.groups import actor_sector

if TYPE_CHECKING:
    from spacy.tokens import Token

SUFFERING = frozenset({"pay", "face", "suffer", "regret"})
PHRASAL = frozenset(tuple(each.split()) for each in word_list("predications", "frame_match.phrasal"))
"""Verbs with a particle that has the object behind it."""

OBJECTS = frozenset({"dobj", "nsubjpass", "obj", "dative"})
STATIVE = frozenset({"engage", "involve", "oppose", "prepare"})
"""Verbs whose passive tells what its subject does: "were engaged in", "is opposed to"."""

OCCASIONS = word_set("predications", "frame_match.occasions")
REFLEXIVE = frozenset({"himself", "herself", "itself", "themselves"})
NAME = "#name"
"""What a list of nouns has for any proper name."""

INTRANSITIVE = word_set("predications", "frame_match.intransitive")
"""Verbs whose past tense without object is no passive."""

SUBJECT_CONTROL = word_set("predications", "frame_match.subject_control")
"""Verbs whose own subject does what hangs on their object: "spent a week shuttling"."""

DEEP = 3
"""How far a noun phrase is followed for the nouns that it is about: "part of a program of aid"."""
SHARING_SUBJECT = word_set("dependencies", "sharing_subject")
NEAR_VERB = word_set("dependencies", "at_a_verb")

MENACE = word_set("predications", "frame_match.menace")


def matches(frame: Frame, token: Token) -> bool:
    """Whether the trigger stands in the company that its frame asks for."""
    if (frame.with_word or frame.not_with_word) and not _company(frame, token):
        return False
    if (frame.denied and not denied(token)) or (frame.demanded and not demanded(token)):
        return False
    fits = _nouns_fit(frame, token) and _phrases_fit(frame, token) and _clauses_fit(frame, token)
    return fits and (not frame.told or told(token))


def _company(frame: Frame, token: Token) -> bool:
    around = {near.lower_ for near in token.subtree if near != token}
    return not (frame.with_word and not around & frame.with_word) and not around & frame.not_with_word


def _nouns_fit(frame: Frame, token: Token) -> bool:
    if frame.object or frame.not_object or frame.no_object:
        nouns = object_nouns(token)
        if (frame.object and not nouns & frame.object) or nouns & frame.not_object or (frame.no_object and nouns):
            return False
    if frame.object_party and not _object_is_party(frame, token):
        return False
    if frame.subject or frame.not_subject:
        nouns = subject_nouns(token)
        return not (frame.subject and not nouns & frame.subject) and not nouns & frame.not_subject
    return True


def _object_is_party(frame: Frame, token: Token) -> bool:
    """Whether the object is somebody: of the nouns that the frame lists, an actor, or any name where it lists none."""
    listed = frame.object_party if isinstance(frame.object_party, frozenset) else frozenset({NAME})
    helped = [c for verb in complements(token) for c in verb.children if c.dep_ == "nsubj"]
    for head in object_heads(token) or helped:
        nouns = {head.lower_, *noun_lemmas(head, DEEP)}
        if nouns & listed or any(actor_sector(noun) for noun in nouns):
            return True
    return False


def _phrases_fit(frame: Frame, token: Token) -> bool:
    if frame.particle and not any(c.lower_ in frame.particle and c.dep_ != "pobj" for c in token.children):
        return False
    if frame.prep and not any(
        c.dep_ in ("prep", "dative", "prt", "agent") and c.lower_ in frame.prep for c in token.children
    ):
        # "called for the troops to stay": the preposition opens the clause
        marks = (c for clause in complements(token) for c in clause.children if c.dep_ in ("mark", "prep"))
        if not any(mark.lower_ in frame.prep and token.i < mark.i <= token.i + 3 for mark in marks):
            return False
    return not frame.argument or bool(argument_words(token) & frame.argument)


def _clauses_fit(frame: Frame, token: Token) -> bool:
    if not (frame.complement or frame.not_complement or frame.complement_or or frame.threat):
        return not (frame.infinitive or frame.said_infinitive) or _infinitive_fits(frame, token)
    verbs = {lemma for clause in complements(token) for lemma in verb_lemmas(clause)}
    nouns = bool(to_nouns(token))
    if isinstance(frame.complement, bool):
        if frame.complement and not (verbs or nouns):
            return False
    elif not verbs & frame.complement:
        return False
    if frame.not_complement is True and verbs:
        return False
    if isinstance(frame.not_complement, frozenset) and verbs & frame.not_complement:
        return False
    if frame.complement_or and not verbs and not argument_words(token) & frame.complement_or:
        return False
    return not frame.threat or _menaces(token)


def _infinitive_fits(frame: Frame, token: Token) -> bool:
    """Whether an infinitive completes the trigger: "told Peru to leave", "it is time for Peru to answer"."""
    if frame.said_infinitive and not (token.dep_ == "attr" and any(c.lower_ == "it" for c in token.head.children)):
        return False
    verbs = [*token.head.subtree] if frame.said_infinitive else complements(token)
    return any(c.lower_ == "to" and c.dep_ == "aux" and v.i > token.i for v in verbs for c in v.children)


def _menaces(token: Token) -> bool:
    """Whether a warning is of what the speaker will do: "warned of war", "warned that it would strike"."""
    if argument_words(token) & MENACE:
        return True
    told = (t for clause in complements(token) for t in clause.subtree if t.i > token.i)
    if any(t.lemma_.lower() in SUFFERING and argument_words(t) & (MENACE | {"price"}) for t in told):
        return True
    for clause in complements(token):
        own = next((c for c in clause.children if c.dep_ == "nsubj"), None)
        will = any(c.dep_ == "aux" and c.lower_ in ("will", "would", "'ll") for c in clause.children)
        acts = set(verb_lemmas(clause)) & class_words(["$harm", "$sever"])
        if will and any(t.dep_ == "mark" and t.lower_ in ("if", "unless") for t in token.subtree if t.i > token.i):
            return True  # what will happen on a condition: "warned that B would burn if rockets fell"
        if (
            will
            and acts
            and (own is None or own.pos_ == "PRON" or own.lemma_.lower() in ("police", "force", "troop", "army"))
        ):
            return True
    return False


def object_heads(token: Token) -> list[Token]:
    """The nouns that the verb is done to: objects, the subject of a passive, the noun before a bare participle."""
    heads = [child for child in token.children if child.dep_ in OBJECTS and child.dep_ != "dative"]
    heads += [child for child in token.children if child.dep_ == "dative" and child.pos_ in ("NOUN", "PROPN")]
    if not heads and token.dep_ == "acl" and token.tag_ == "VBN" and not _headline(token):
        heads = [token.head]
    if not heads and token.dep_ == "conj" and token.head.pos_ == "VERB" and token.tag_ == token.head.tag_:
        passive = [c for c in token.head.children if c.dep_ == "nsubjpass"]
        heads = passive if not any(c.dep_ in ("nsubj", "nsubjpass") for c in token.children) else []
    subjects = [child.lower_ for child in token.children if child.dep_ == "nsubj"]
    if not heads and token.dep_ == "relcl" and subjects[1:] and subjects[0] in ("which", "that", "whom"):
        noun = token.head  # "the war in the south, which both opposed": of the phrase, whatever of it is somebody's
        heads = [noun, noun.head.head] if noun.dep_ == "pobj" and noun.head.head.pos_ == "NOUN" else [noun]
    return heads or _behind_particle(token)


def _behind_particle(verb: Token) -> list[Token]:
    """The object that the parser hung on the particle of a phrasal verb: "handed in their rifles"."""
    near = verb.nbor(1) if verb.i + 1 < len(verb.doc) else None
    if near is None or near.dep_ not in ("prep", "prt") or (verb.lemma_.lower(), near.lower_) not in PHRASAL:
        return []
    return [child for child in near.children if child.dep_ == "pobj"]


def object_nouns(token: Token) -> set[str]:
    """The lemmas of the object's nouns, of what they are made of and of what modifies them."""
    return {lemma for head in object_heads(token) for lemma in noun_lemmas(head, DEEP)}


def subject_nouns(token: Token) -> set[str]:
    """The lemmas of the subject's nouns."""
    subject = subject_token(token)
    return set(noun_lemmas(subject, DEEP)) if subject is not None else set()


def argument_words(token: Token) -> set[str]:
    """Nouns in object or in a phrase at the verb, its particles, predicates and reflexive pronouns."""
    found = object_nouns(token)
    for child in token.children:
        if child.dep_ in ("prep", "agent", "dative"):
            nested = [c for c in child.children if c.dep_ == "prep"]
            nouns = (noun for each in (child, *nested) for noun in each.children if noun.dep_ == "pobj")
            found.update(lemma for noun in nouns for lemma in noun_lemmas(noun, 1))
        if child.dep_ in NEAR_VERB or child.lower_ in REFLEXIVE:
            found.add(child.lower_)
        if child.dep_ in ("attr", "oprd", "acomp", "npadvmod"):
            found.update(noun_lemmas(child, 1))
    return found


def noun_lemmas(noun: Token, depth: int) -> Iterator[str]:
    """A noun's lemma, those of its modifiers and of the nouns behind "of", as far down as asked."""
    yield noun.lemma_.lower()
    if noun.pos_ == "PROPN" and depth == DEEP:
        yield NAME
    for child in noun.children:
        if child.dep_ in ("compound", "amod", "nmod", "nummod"):
            yield child.lemma_.lower()
            yield child.lower_
        elif child.dep_ in ("conj", "appos") and depth:
            yield from noun_lemmas(child, depth - 1)
        elif child.dep_ == "prep" and child.lower_ in ("of", "for") and depth:
            for inner in (c for c in child.children if c.dep_ == "pobj"):
                yield from noun_lemmas(inner, depth - 1)


def subject_token(verb: Token, depth: int = 0) -> Token | None:
    """The noun that does what the verb says, through control, conjunction and relative clauses."""
    wanted = ("nsubj", "nsubjpass") if verb.lemma_.lower() in STATIVE else ("nsubj",)
    subjects = [child for child in verb.children if child.dep_ in wanted]
    if subjects:
        near = subjects[-1]
        return verb.head if near.lower_ in ("which", "that", "who") and verb.dep_ in ("relcl", "ccomp") else near
    if passive(verb) and verb.lemma_.lower() not in STATIVE:
        return next((n for c in verb.children if c.dep_ == "agent" for n in c.children if n.dep_ == "pobj"), None)
    if depth > 4 or verb.dep_ == "ROOT":
        return None
    head = verb.head
    if (speech := resumed(verb)) is not None:
        return subject_token(speech, depth + 1)
    if verb.dep_ in ("acl", "relcl"):
        if verb.tag_ == "VBN" and depth == 0:
            return head if _headline(verb) else None
        return _through_noun(verb, depth)
    if verb.dep_ == "pcomp":
        head = head.head
    if verb.dep_ in SHARING_SUBJECT and head.pos_ in ("VERB", "AUX", "ADJ"):
        if passive(head) and verb.dep_ in ("xcomp", "advcl", "ccomp"):
            return next((c for c in head.children if c.dep_ == "nsubjpass"), None)
        if verb.dep_ == "xcomp" and (given := _controlled(head)) is not None:
            return given
        return subject_token(head, depth + 1)
    return None


def _headline(verb: Token) -> bool:
    """Whether the parser took a past tense for a participle and left the sentence without a verb: "Tanks massed near
    …"."""
    return (
        verb.head.dep_ == "ROOT"
        and not any(c.dep_ == "agent" for c in verb.children)
        and verb.lemma_.lower() in INTRANSITIVE
    )


def _through_noun(verb: Token, depth: int) -> Token | None:
    """Whoever has the noun that an infinitive hangs on ("Peru's plan to build"), or the noun itself ("troops
    firing")."""
    noun = verb.head
    if not any(c.dep_ == "aux" and c.lower_ == "to" for c in verb.children):
        return noun
    owner = next((c for c in noun.children if c.dep_ == "poss"), None)
    if owner is not None or noun.dep_ not in ("dobj", "attr") or noun.head.pos_ not in ("VERB", "AUX"):
        return owner
    return subject_token(noun.head, depth + 1)


def _controlled(head: Token) -> Token | None:
    """Whom an order or a permission makes act: "ordered Peru to leave"."""
    if head.lemma_.lower() in SUBJECT_CONTROL:
        return None
    return next((c for c in head.children if c.dep_ == "dobj"), None)


def passive(verb: Token) -> bool:
    """Whether the verb stands in the passive voice."""
    return any(child.dep_ in ("nsubjpass", "auxpass") for child in verb.children)


def complements(token: Token) -> list[Token]:
    """The verbs of the clauses that complete a word: "agreed to open", "guilty of breaking", "a threat to strike"."""
    found = [c for c in token.children if c.dep_ in ("xcomp", "ccomp") and c.pos_ in ("VERB", "AUX")]
    for child in token.children:
        if child.dep_ == "prep":
            found += [c for c in child.children if c.dep_ == "pcomp"]
            found += [c for noun in child.children for c in noun.children if _misplaced(c)]
        infinitive = any(c.dep_ == "aux" and c.lower_ == "to" for c in child.children)
        clause = infinitive or (child.dep_ in ("acl", "relcl") and _content(token, child))
        if child.dep_ in ("advcl", "acl", "relcl") and clause and child.i > token.i:
            found.append(child)  # "demand to pay", "demand that Peru pay"
        if child.dep_ == "dobj":  # "proposed delaying the vote": the parser takes the participle for a part of the noun
            found += [
                c for c in child.children if c.dep_ in ("compound", "amod") and c.tag_ == "VBG" and c.i == token.i + 1
            ]
        if child.dep_ in ("dobj", "nsubjpass") and token.pos_ == "VERB":
            found += [
                c for c in child.children
                if c.dep_ in ("acl", "relcl") and any(a.dep_ == "aux" and a.lower_ == "to" for a in c.children)
            ]  # fmt: skip
    return found


def _content(noun: Token, clause: Token) -> bool:
    """Whether a clause tells what a noun says: "the demand that Peru pay", whatever the parser calls "that"."""
    after = noun.nbor(1) if noun.i + 1 < len(noun.doc) else None
    subject = next((c for c in clause.children if c.dep_ == "nsubj"), None)
    return after is not None and after.lower_ == "that" and subject is not None and subject != after


def _misplaced(clause: Token) -> bool:
    """Whether a clause that the parser hung on a word of time completes the verb: "agreed for the first time that
    …", "complained at a press conference that …"."""
    return (
        clause.dep_ in ("relcl", "acl")
        and clause.head.lemma_.lower() in OCCASIONS
        and any(c.dep_ == "nsubj" and c.lower_ not in ("that", "which", "who") for c in clause.children)
        and any(t.lower_ == "that" for t in clause.doc[clause.head.i + 1 : clause.i])
    )


def to_nouns(token: Token) -> list[Token]:
    """The nouns behind "to" or "on" that complete a word: "agreed to a truce"."""
    phrases = [child for child in token.children if child.dep_ == "prep" and child.lower_ in ("to", "on", "in")]
    nouns = [measured(noun) for phrase in phrases for noun in phrase.children if noun.dep_ == "pobj"]
    return [noun for noun in nouns if noun.pos_ in ("NOUN", "PROPN")]


def verb_lemmas(clause: Token) -> Iterator[str]:
    """The lemmas of a clause's verb, its equals and the verb that completes it."""
    yield clause.lemma_.lower()
    for child in clause.children:
        if child.dep_ in ("conj", "xcomp") and child.pos_ == "VERB":
            yield child.lemma_.lower()
