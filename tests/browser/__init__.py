"""Tests of the website chat in a real browser."""
