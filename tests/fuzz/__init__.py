"""Runs without an end of their own, on content that nobody wrote: `make fuzz`."""
