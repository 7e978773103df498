"""Replays conversations from a file against the running assistant, and judges the last reply of each."""
