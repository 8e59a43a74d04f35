"""The tree of errors: each survives pickling with what it carries, and each reason is used."""

from __future__ import annotations

import ast
import copy
import pickle
from pathlib import Path

import pytest

import worker
from extractors import Verdict
from worker import errors
from worker.errors import Broken, RateLimited, Reason, Rejected, Retryable, WireroomError

TREE = [
    each
    for each in vars(errors).values()
    if isinstance(each, type) and issubclass(each, WireroomError) and each not in (Retryable, Rejected)
]
PACKAGE = Path(worker.__file__).parent


@pytest.mark.parametrize("kind", TREE)
@pytest.mark.parametrize("again", [lambda e: pickle.loads(pickle.dumps(e)), copy.copy, copy.deepcopy])
def test_an_error_comes_through_as_it_was(kind: type[WireroomError], again) -> None:
    """Between processes and through a broker."""
    error = kind("http://example.org/", "status 500")
    found = again(error)
    assert type(found) is kind
    assert (found.subject, found.detail, found.reason) == ("http://example.org/", "status 500", kind.reason)
    assert str(found) == str(error) == f"{kind.reason} http://example.org/: status 500"


def test_a_rate_limit_comes_through_with_its_delay() -> None:
    """What a subclass adds is not lost either."""
    found = pickle.loads(pickle.dumps(RateLimited("http://example.org/", "status 429", 90.0)))
    assert (found.delay_seconds, found.detail) == (90.0, "status 429")
    assert RateLimited("a", "b").delay_seconds is None


def test_each_error_has_one_policy_and_a_reason_of_its_own() -> None:
    """Try again, count and stop, or dead: never two of them, and never under another one's name."""
    leaves = [kind for kind in TREE if kind is not WireroomError and not issubclass(kind, Broken)]
    assert all(issubclass(kind, Retryable) != issubclass(kind, Rejected) for kind in leaves)
    assert len({kind.reason for kind in leaves}) == len(leaves)
    assert Reason.BROKEN not in {kind.reason for kind in leaves}


def test_every_verdict_of_the_core_but_one_is_a_reason() -> None:
    """A page that is no article can always be counted."""
    assert {str(verdict) for verdict in Verdict} - {"article"} <= {str(reason) for reason in Reason}


def test_every_reason_can_happen() -> None:
    """The closed set holds nothing that no line of ours gives: an error's, a verdict's, or a step's own."""
    named = {
        node.attr
        for path in PACKAGE.rglob("*.py")
        for node in ast.walk(ast.parse(path.read_text()))
        if isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name) and node.value.id == "Reason"
    }
    verdicts = {reason.name for reason in Reason if str(reason) in {str(verdict) for verdict in Verdict}}
    assert {reason.name for reason in Reason} == named | verdicts


def test_reasons_and_their_tree_are_documented() -> None:
    """Each retryable class stands in the drawing at the top of the module; each reason reads as a word."""
    drawing = errors.__doc__ or ""
    for kind in (Retryable, Rejected, Broken, *Retryable.__subclasses__()):
        assert kind.__name__ in drawing
    assert all(kind.__doc__ for kind in TREE)
    assert all(reason.value == reason.name.lower().replace("_", "-") for reason in Reason)
