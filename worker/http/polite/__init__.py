"""The polite way to strangers: what a site allows, when it is our turn, and one poll's way through it."""
