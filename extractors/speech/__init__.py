"""What was said: quotations and reported speech, and by whom."""
