"""Bodies, and the governments that act under the name of a place."""
