"""A site that does everything wrong, and on purpose."""
