"""What passes leave out of a page's tree, each element with the reason. The tree itself stays as it was parsed.

A pass finds elements that go and gives a new `LeftOut`; whoever reads the tree after it asks that.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Set
from dataclasses import dataclass
from types import MappingProxyType

from extractors.pages.source import tree
from extractors.pages.source.drop_reasons import Reason
from extractors.pages.source.tree import Element
from extractors.text.decode import fold


@dataclass(frozen=True, slots=True)
class LeftOut:
    """Every element that is left out, with all that is in it, and the reason given by the pass that did it first.
    `around` are the elements around them: what is not among these can be read as it stands."""

    reasons: Mapping[Element, Reason]
    around: Set[Element]

    def __contains__(self, element: Element) -> bool:
        return element in self.reasons

    def kept(self, elements: Iterable[Element]) -> Iterator[Element]:
        """Those of the elements that are not left out."""
        reasons = self.reasons
        return (element for element in elements if element not in reasons) if reasons else iter(elements)

    def content(self, element: Element) -> str:
        """All text that is left in the element. Words of neighbouring elements may run together."""
        if element not in self.around:
            return tree.content(element)
        parts = [element.text or ""]
        for child in element:
            parts += ("" if child in self.reasons else self.content(child), child.tail or "")
        return "".join(parts)

    def text(self, element: Element) -> str:
        """All text that is left in the element, on one line."""
        return fold(self.content(element))

    def own_texts(self, element: Element) -> list[str]:
        """The texts right in the element: before the first element that is left in it, and after each."""
        parts = [element.text or ""]
        for child in element:
            if child in self.reasons:
                parts[-1] += child.tail or ""
            else:
                parts.append(child.tail or "")
        return parts

    def before(self, element: Element) -> Element | None:
        """The sibling before it that is left."""
        found = element.getprevious()
        while found is not None and found in self.reasons:
            found = found.getprevious()
        return found


NOTHING = LeftOut(MappingProxyType({}), frozenset())
"""What is left out of a tree before any pass."""

Finds = Callable[[LeftOut], Iterable[tuple[Element, Reason]]]
"""A pass: given what is left out by then, which grows with each of its finds, the elements that go and why."""


def leaving_out(left: LeftOut, finds: Finds) -> LeftOut:
    """What is left out after the pass."""
    reasons, around = dict(left.reasons), set(left.around)
    for element, reason in finds(LeftOut(reasons, around)):
        if element in reasons:
            continue
        inside = dict.fromkeys(element.iter(), reason)
        reasons.update(inside if element not in around else {each: reason for each in inside if each not in reasons})
        for ancestor in element.iterancestors():
            if ancestor in around:
                break
            around.add(ancestor)
    return LeftOut(reasons, around)
