"""Rasa beside us: its own process and environment, asked over HTTP; nothing else in the house knows its words."""
