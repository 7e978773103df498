"""Whether every flow of the conversation obeys every messaging channel's limits."""
