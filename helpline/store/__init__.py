"""The helpline store: requests, feedback and flagged conversations, in SQLite or PostgreSQL."""
