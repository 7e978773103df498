"""Which intent a message has: one of all leaf intents, two of them, or none that is sure enough."""
