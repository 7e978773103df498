"""The helpline's domain: what the assistant knows and does, apart from Rasa's own machinery."""
