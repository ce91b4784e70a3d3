"""WhatsApp beyond what every channel does."""
