"""Measures understanding: on held-out messages, on published data, on the training data themselves."""
