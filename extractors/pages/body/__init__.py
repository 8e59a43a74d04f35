"""The story in a page: which element holds it, what in it is no story, its paragraphs."""
