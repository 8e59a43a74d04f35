"""The articles: which `entries` lead to them, who has a claim on one and how it ends (`claims`), two addresses of one
story (`merging`); lists (`listed`), choices for a run (`selection`), what is done by hand (`retrying`, `purging`)."""
