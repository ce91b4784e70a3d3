"""`INSERT … ON CONFLICT`, one construct for both databases: SQLite speaks PostgreSQL's words here."""

from sqlalchemy.dialects.postgresql import insert as insert_or

__all__ = ["insert_or"]
