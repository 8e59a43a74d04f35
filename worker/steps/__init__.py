"""The steps, each a plain function that reads, has it decided in `decide/`, and writes; none knows who calls it.

The path: `poll` a source, `fetch` an article, `extract` its records, `publish` its messages, `deliver` to webhooks;
`ingest` lists what is given by hand. Round again: `recheck` for changes of the page, `reextract` for newer extractors.
The tick: `sweep` wakes what is due, `learn` has sources teach their own lines, `retain` and `purge` let go.
"""
