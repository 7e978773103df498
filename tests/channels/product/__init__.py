"""The messaging channels as `make run` serves them: real processes, the trained model, a provider on loopback."""
