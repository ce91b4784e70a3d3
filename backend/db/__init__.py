"""The database: transactions in, results out, on SQLite in one process or PostgreSQL in many; the only commit."""

from backend.db.beside import at_once, nothing_beside
from backend.db.database import Database, Limits
from backend.db.locks import hold
from backend.db.upsert import insert_or
from backend.db.url import open_engine, parse_url
from backend.db.work import Record, Work

__all__ = [
    "Database",
    "Limits",
    "Record",
    "Work",
    "at_once",
    "hold",
    "insert_or",
    "nothing_beside",
    "open_engine",
    "parse_url",
]
