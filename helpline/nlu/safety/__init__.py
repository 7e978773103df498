"""Notices a crisis, violence or an emergency in a message, whatever else it says."""
