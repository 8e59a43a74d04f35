"""The safe client: one bounded fetch, address by address, and the names that addresses go by."""
