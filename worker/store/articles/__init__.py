"""The articles and what lists them: claims, choices, ends."""
