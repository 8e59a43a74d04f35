"""The shell: what fetches news, keeps it, has it read by `extractors`, and tells others what was found.

The path of an article:

    source     where articles are listed: `sources.catalogue` reads them from the operator's file, `sources.kinds` has
               one module for each kind, and the clock wakes those that are due (`steps.sweep`, `decide.schedule`)
    entry      what a source lists: `steps.poll` asks, `store.articles.entries` notes it, and which article it leads to
    snapshot   the bytes as fetched: `steps.fetch` asks over `http` and keeps them (`store.snapshots`) before anything
               looks into them; `decide.outcome` says what becomes of the article, also where none came
    document   the page made readable, and what was found in it: `steps.extract` has `extractors.extract` read the
    + records  snapshot; `decide.changes` compares with what is stored, `store.records` keeps it
    message    what changed, for others: `publication.revision` and `publication.messages` write it in the same
               transaction, `steps.publish` brings it to the sinks, `steps.deliver` to webhooks

An article that is out goes round: `steps.recheck` looks whether its page changed, `steps.reextract` reads its snapshot
again with newer extractors. `engine` runs the steps, `cli` and `web` show what they did, `consume` is how others read.
"""
