"""What is kept of a conversation, and what is taken out of it before it is kept."""
