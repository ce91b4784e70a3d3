"""`INSERT … ON CONFLICT`, one construct for both databases: SQLite speaks PostgreSQL's words here."""

from sqlalchemy import Table
from sqlalchemy.dialects.postgresql import Insert, insert


def insert_or(table: Table) -> Insert:
    """Say what to do on a conflict; the result's `rowcount` is whether anything was written.

    Not inline, SQLAlchemy would fetch the new row's id on PostgreSQL, and the count would be lost over it.
    """
    return insert(table).inline().execution_options(preserve_rowcount=True)
