"""The staff console: pages for the people at the desk, and the stream that keeps them up to date."""
