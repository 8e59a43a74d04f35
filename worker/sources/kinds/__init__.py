"""One module a kind of source: what one poll of it lists."""
