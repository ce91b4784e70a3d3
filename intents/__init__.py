"""Hop 2: what one utterance says, without state."""
