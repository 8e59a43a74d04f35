"""Why a line of a page is not in its document: a closed set, each with its words for people.

The pass that leaves a line out notes the reason, so that nobody has to guess it afterwards.
"""

from __future__ import annotations

from enum import StrEnum


class Reason(StrEnum):
    """Why something was left out, in words that go on from "it"."""

    TAG = "stands in a menu, a footer, a form, an aside or a picture's frame"
    HIDDEN = "is hidden by its own attributes"
    COMMENTS = "stands among readers' comments"
    NAME = "stands in an element named like what surrounds stories"
    LINKS = "is links to elsewhere, and little more"
    LABEL_ALONE = "is a label of which nothing but the label is left"
    CAPTION = "is the caption of a picture"
    EMBED = "stands in a block that this family of pages sets into its stories"
