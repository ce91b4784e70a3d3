"""A person instead of the program, and whoever is angry, in a hurry or speaks of the talk itself."""
