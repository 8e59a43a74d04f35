"""What the commands print: messages, tables, an annotated article, and the running display."""
