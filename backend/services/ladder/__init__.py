"""The ladder of an alarm: who is called when, on which channel, and what really came of it."""
