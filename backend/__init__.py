"""The data, the services on it, and the API over it."""
