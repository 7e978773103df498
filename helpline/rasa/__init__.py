"""All that is coupled to Rasa's internals: the engine, its state, policy, responses and logs. Importing this loads nothing."""
