"""How well danger is noticed, on held-out messages and on spoiled ones."""
