"""The front door: the one process that faces the world. It imports neither Rasa nor NumPy."""
