"""Carries every row of one database into another of the same schema, whatever the two are made of."""

from __future__ import annotations

from sqlalchemy import Connection, Integer, MetaData, Table, func, select, text

from backend.archive.form import Say

ROWS = 2_000
REVISION = "alembic_version"


def tables_of(connection: Connection) -> list[Table]:
    """Ours, each after those that it refers to; what other engines keep in the same file is theirs."""
    found = MetaData()
    found.reflect(connection)
    return [table for table in found.sorted_tables if table.name != REVISION and not table.name.startswith("sqlite_")]


def counts(connection: Connection) -> dict[str, int]:
    return {t.name: connection.execute(select(func.count()).select_from(t)).scalar_one() for t in tables_of(connection)}


def revision(connection: Connection) -> str:
    return str(connection.execute(text("SELECT version_num FROM alembic_version")).scalar_one())


def snapshot(connection: Connection) -> None:
    """From here on this transaction sees one moment; SQLite's transactions always do."""
    if connection.dialect.name == "postgresql":
        connection.exec_driver_sql("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ")


def carry(source: Connection, target: Connection, say: Say) -> None:
    """Empties the target's tables first; both have the same schema."""
    theirs = {table.name: table for table in tables_of(source)}
    ours = [table for table in tables_of(target) if table.name in theirs]
    for table in reversed(ours):
        target.execute(table.delete())
    for done, table in enumerate(ours):
        say("tables", done, len(ours))
        rows = source.execution_options(yield_per=ROWS).execute(select(theirs[table.name]))
        for some in rows.mappings().partitions(ROWS):
            target.execute(table.insert(), [dict(row) for row in some])
        _count_on(target, table)
    say("tables", len(ours), len(ours))


def _count_on(target: Connection, table: Table) -> None:
    """PostgreSQL counts ids apart from the rows; the next one must come after those that were carried in."""
    if target.dialect.name != "postgresql" or "id" not in table.c or not isinstance(table.c.id.type, Integer):
        return
    most = target.execute(select(func.max(table.c.id))).scalar_one_or_none()
    if most is not None:
        quoted = target.dialect.identifier_preparer.format_table(table)
        target.execute(text("SELECT setval(pg_get_serial_sequence(:t, 'id'), :n)"), {"t": quoted, "n": most})
