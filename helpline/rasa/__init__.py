"""All that is coupled to Rasa's internals: engine, state, policy, responses, logs. Importing this loads nothing."""
