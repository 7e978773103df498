"""Rasa actions, one module for each flow. Each is thin: the domain does the work."""
