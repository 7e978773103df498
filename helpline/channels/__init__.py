"""How messages reach the assistant, and how its answers leave it."""
