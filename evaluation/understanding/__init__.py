"""Understanding on development messages, on published data, and on the training messages themselves."""
