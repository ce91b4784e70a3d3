"""Slots that several flows ask for in the same way: a place, a time ahead, a phone number."""
