"""Understanding on held-out messages, on published data, and on the training messages themselves."""
