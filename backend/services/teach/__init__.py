"""How a desk teaches the bot: sentences that were not understood, lessons of two people, runs that make a model."""
