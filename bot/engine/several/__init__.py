"""Several things at once: one by one, put off, off, moved to where they belong, or left for what was open before."""
