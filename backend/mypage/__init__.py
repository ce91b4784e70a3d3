"""The resident's own page: what is theirs on file, and how we talk to them, behind a link that opens once."""
