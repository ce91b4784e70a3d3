"""Routes that are nobody's channel."""
