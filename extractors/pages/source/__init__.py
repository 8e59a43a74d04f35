"""A page as it came: a tree of elements, or the lines of a stripped page."""
