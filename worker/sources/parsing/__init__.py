"""Lists of strangers, read: documents, dates, items."""
