"""What users thought of answers: given in the chat, used by maintenance for training."""
