"""Understanding: Rasa graph components that turn a message into an intent, topics and entities."""
