"""Parts of the dialogue that run inside the Rasa server: policy, responses, tracker store."""
