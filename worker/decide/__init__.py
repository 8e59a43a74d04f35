"""Decisions, pure: tried with literals, and carried out by the steps."""
