"""Rasa's socket.io channel, spoken by us."""
