"""What consumers are told: messages, revisions, and where they go."""
