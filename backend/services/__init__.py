"""Plain functions, connection first; every query scoped to its community."""
