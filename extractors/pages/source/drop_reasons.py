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
    UNREAD = "is of a page in which no story was looked for"
    ELSEWHERE = "stands outside the element that holds the story"
    STATED = "is not what the page states as its text for programs"
    BEYOND = "stands further down than a page is read"
    HEADLINE = "is the headline"
    SECTION = "names the section"
    DAY = "is a date or a time"
    BYLINE = "is a byline"
    DATELINE = "is a dateline on a line of its own"
    HEAD = "stands between the headline and the story"
    LABEL = "is a label or button"
    NOTICE = "is a notice, or the heading over one"
    RULE = "has no word in it"
    POINTER = "points to another story"
    RAIL = "is the label over a list of other stories, or stands after it"
    CARD = "is another story's headline with its day"
    LOST_HEADING = "is a heading with nothing under it"
    FILING = "files the story, under tags, dates or its address"
    SIGNATURE = "is signed by the writer or the desk, at the end"
    TAIL = "is what this family of pages ends with"
    MASTHEAD = "is the masthead, or stands before it"
    IMPRINT = "is the publisher's notice after an issue"
    NEXT_STORY = "is the headline of the issue's next story"
    ENVELOPE = "belongs to the envelope of agency copy"
    GLOSSARY = "stands in the glossary after the story"
    SIGN_OFF = "is a sign-off, a goodbye or credits"
    LEARNED = "comes again in this source's articles"
