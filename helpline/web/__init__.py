"""The front door, the one process that faces the world, and how all our processes serve HTTP. Knows nothing of Rasa."""
