"""The database and the folder of snapshots, the only places that last; a function is one query or one change.

Rows come out as frozen dataclasses, or as what `decide.facts` makes of them. It decides nothing: that is for `decide`.
"""
