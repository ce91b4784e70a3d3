"""Column types and shorthands shared by every table; times are stored as UTC and come back aware."""

from __future__ import annotations

from datetime import UTC, datetime

from sqlalchemy import Column, DateTime, Dialect, ForeignKey, Integer, MetaData, String
from sqlalchemy.types import TypeDecorator

metadata = MetaData(
    naming_convention={
        "ix": "ix_%(table_name)s_%(column_0_N_name)s",
        "uq": "uq_%(table_name)s_%(column_0_N_name)s",
        "fk": "fk_%(table_name)s_%(column_0_name)s",
        "pk": "pk_%(table_name)s",
    }
)


class Instant(TypeDecorator[datetime]):
    """An aware datetime; naive ones are a programming error and are refused."""

    impl = DateTime
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError("a time without a zone cannot be stored")
        return value.astimezone(UTC).replace(tzinfo=None)

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        return None if value is None else value.replace(tzinfo=UTC)


def serial() -> Column[int]:
    return Column("id", Integer, primary_key=True)


def public_id() -> Column[str]:
    """The primary key of what the outside may see: unguessable, sorted by time."""
    return Column("id", String(26), primary_key=True)


def of_community() -> Column[str]:
    """Every row that belongs to a community says so itself: queries are scoped by it, never by a join."""
    return Column("community_id", String(40), ForeignKey("community.id"), nullable=False)
