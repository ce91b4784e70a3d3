"""Writes a backup while Linli goes on serving: one moment of the database, then the pictures that it names."""

from __future__ import annotations

import gzip
import io
import os
import sqlite3
import tarfile
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from typing import BinaryIO

from sqlalchemy import URL, Connection, make_url

from backend.archive import carry
from backend.archive.form import DATABASE, MANIFEST, PICTURE, Hashed, Manifest, Say
from backend.archive.sqlite_file import copy_file
from backend.db import Database
from backend.migrate import migrate, revisions
from bot.contract.errors import Misconfigured

# Half the size of level 1 is not worth four times its time.
COMPRESSION = 3


def pack(url: URL, media: Path, to: Path, real: datetime, say: Say) -> Manifest:
    """Everything into one file that only its owner may read; it bears its name only once it is whole."""
    half = to.with_name(to.name + ".part")
    try:
        to.parent.mkdir(parents=True, exist_ok=True)
        handle = os.open(half, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
        with os.fdopen(handle, "wb") as out:
            made = pack_into(url, media, out, real, say)
            out.flush()
            os.fsync(out.fileno())
        half.replace(to)
    except OSError as error:
        if half.is_file():
            half.unlink()
        raise Misconfigured(f"the backup cannot be written: {error.strerror or error}", file=str(to)) from error
    return made


def pack_into(url: URL, media: Path, out: BinaryIO, real: datetime, say: Say) -> Manifest:
    """The same into anything that takes bytes, such as a pipe to a program that encrypts."""
    with _copied(url, say) as copy:
        db = Database(make_url(f"sqlite:///{copy}"))
        try:
            tables, revision = db.read_now(carry.counts), db.read_now(carry.revision)
        finally:
            db.close()
        packed = gzip.GzipFile(fileobj=out, mode="wb", compresslevel=COMPRESSION, filename="", mtime=0)
        with packed, tarfile.open(fileobj=packed, mode="w|") as tar:
            files = {DATABASE: _add(tar, DATABASE, copy)}
            pictures = _pictures(media)
            for done, path in enumerate(pictures, 1):
                name = f"media/{path.relative_to(media).as_posix()}"
                files[name] = _add(tar, name, path)
                say("pictures", done, len(pictures))
            made = Manifest(revision, real.isoformat(timespec="seconds"), tables, files)
            content = made.written()
            tar.addfile(_entry(MANIFEST, len(content)), io.BytesIO(content))
    return made


@contextmanager
def _copied(url: URL, say: Say) -> Iterator[Path]:
    """One moment of the database as a SQLite file of its own."""
    with tempfile.TemporaryDirectory(prefix="linli-backup-") as made:
        copy = Path(made) / DATABASE
        if url.get_backend_name() == "sqlite":
            if not Path(url.database or "").is_file():
                raise Misconfigured("there is no database here yet", file=str(url.database))
            try:
                copy_file(url, copy, lambda left, whole: say("database", whole - left, whole))
            except sqlite3.Error as error:
                raise Misconfigured(f"the database cannot be copied: {error}", file=str(url.database)) from error
        else:
            _carried(url, copy, say)
        yield copy


def _carried(url: URL, copy: Path, say: Say) -> None:
    """From a database server: the same schema anew, and every row."""
    source = Database(url)
    try:
        here = make_url(f"sqlite:///{copy}")
        if source.read_now(carry.revision) != revisions()[-1]:
            raise Misconfigured(
                "this database is not at this release's schema: start Linli once", file=str(url.database)
            )
        migrate(here)
        target = Database(here)

        def work(theirs: Connection) -> None:
            carry.snapshot(theirs)
            target.submit(lambda ours: carry.carry(theirs, ours, say)).result()

        try:
            source.read_now(work)
        finally:
            target.close()
    finally:
        source.close()


def _pictures(media: Path) -> list[Path]:
    """Those of the shelf; half-written ones and strangers are left behind."""
    found = (path for path in media.glob("*/*") if PICTURE.fullmatch(f"media/{path.relative_to(media).as_posix()}"))
    return sorted(found)


def _add(tar: tarfile.TarFile, name: str, path: Path) -> tuple[int, str]:
    with path.open("rb") as file:
        seen = Hashed(file)
        tar.addfile(_entry(name, os.fstat(file.fileno()).st_size), seen)
    return seen.mark


def _entry(name: str, size: int) -> tarfile.TarInfo:
    entry = tarfile.TarInfo(name)
    entry.size, entry.mode = size, 0o600
    return entry
