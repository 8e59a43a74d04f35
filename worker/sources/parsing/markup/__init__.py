"""Markup of strangers: its tags and words, what of a feed and of a page is read, and trees of the rest."""
