"""The chat page and its widget: over HTTP, and in a real browser."""
