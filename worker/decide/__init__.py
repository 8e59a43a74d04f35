"""Decisions: pure functions from values to values, tried with literals; the steps carry them out.

`schedule`: what is due when. `outcome`: what becomes of an article after a fetch, a look or an extraction;
`poll_outcome`: of a source after a poll. `changes`: what a new extraction changes against what is stored, as `facts`.
"""
