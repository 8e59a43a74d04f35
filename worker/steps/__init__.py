"""The steps of an article's path, in its order: poll, fetch, extract, publish; and sweep, which wakes what is due.

Each is a plain function that reads, calls what is pure, and writes; none of them knows who calls it.
"""
