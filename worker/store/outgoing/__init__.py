"""Messages on their way out: the outbox, the order of publication, webhooks."""
