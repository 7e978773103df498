"""Messages to people by e-mail: set-up, wording, sending, and what the links in them do."""
