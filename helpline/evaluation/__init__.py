"""Measures the assistant on messages it never saw."""
