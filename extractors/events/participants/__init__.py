"""Who can take part in an event, and who fills which of its roles."""
