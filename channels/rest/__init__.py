"""Rasa's REST channel, spoken by us."""
