"""One module a family of pages: how it is known by its structure, and how it is read."""
