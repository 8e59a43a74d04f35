"""Dates in a text: expressions, the intervals that they mean, and their order over a document."""
