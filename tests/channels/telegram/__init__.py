"""Telegram beyond what every channel does."""
