"""How well danger is noticed, on development messages and on spoiled ones."""
