"""What consumers are told: the `messages`, which `revision` of an article they belong to, and where they go (`stream`,
`sinks/`); what describes them (`asyncapi`), and all events as rows (`export`)."""
