"""The text itself: bytes decoded and put right, its language, words, marks and sentences. Knows no page."""
