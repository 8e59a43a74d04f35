"""The sample newsroom: a small web server with invented articles, so that a first run needs no network.

Not on the path of an article; it stands where the outside world would. It imports nothing of the rest of `worker`, and
nothing imports it: `wireroom run` starts it as a child with `python -m samples`.
"""
