"""The staff's console."""
