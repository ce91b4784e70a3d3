"""What is said about a thing that is filed: of which one, that it is off, another word for it, one more of it."""
