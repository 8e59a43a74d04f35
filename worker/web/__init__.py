"""What is served over HTTP: the messages as Server-Sent Events, the contract's documents, and re-extraction."""
