"""Pictures of every page in every language, to be looked at: `make screenshots`."""
