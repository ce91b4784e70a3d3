"""Puts a backup back: everything is read and proved beside its place, and only then takes it."""

from __future__ import annotations

import gzip
import shutil
import tarfile
import tempfile
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from pathlib import Path
from typing import IO, BinaryIO

from sqlalchemy import URL, Connection, make_url

from backend import instant
from backend.archive import carry
from backend.archive.form import BLOCK, DATABASE, MANIFEST, PICTURE, Hashed, Manifest, Say, broken, read_manifest
from backend.archive.sqlite_file import alone, whole
from backend.db import Database
from backend.migrate import migrate, revisions
from backend.services import stories
from bot.contract.errors import Misconfigured, Unavailable

# A manifest names each picture in a hundred bytes; more than this is none of ours.
MANIFEST_LIMIT = 1 << 28
# A wait that should have ended so long before the backup did end, or is of no use to anybody.
TOLD_LATE = timedelta(days=7)
_TORN = (tarfile.TarError, EOFError, zlib.error, gzip.BadGzipFile)


def unpack(source: BinaryIO, name: str, url: URL, media: Path, say: Say, *, force: bool) -> Manifest:
    """Raises `Misconfigured` in one line, with nothing changed, for what is not whole or would be lost."""
    _free(url, media, force=force)
    try:
        media.parent.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory(prefix=".linli-restore-", dir=media.parent) as made:
            staged = Path(made)
            manifest = _staged(source, name, staged, say)
            _prove(staged / DATABASE, manifest, name)
            _place_pictures(staged / "media", media)
            _place_rows(staged / DATABASE, url, manifest, say)
    except OSError as error:
        raise Misconfigured(f"it cannot be put there: {error.strerror or error}", file=str(media.parent)) from error
    return manifest


def _free(url: URL, media: Path, *, force: bool) -> None:
    """What stands there already is not lost by a slip of the hand."""
    if url.get_backend_name() == "sqlite":
        there = Path(url.database or "")
        if there.is_file() and there.stat().st_size and not force:
            raise Misconfigured("a database stands here already; --force replaces it", file=str(there))
        if there.is_file() and not alone(url):
            raise Misconfigured("this database is in use: stop Linli first", file=str(there))
    elif not force and _has_rows(url):
        raise Misconfigured("this database is not empty; --force replaces its rows", file="LINLI_DATABASE_URL")
    if not force and any(media.glob("*/*")):
        raise Misconfigured("pictures stand here already; --force replaces them", file=str(media))


def _has_rows(url: URL) -> bool:
    db = Database(url)
    try:
        return any(db.read_now(carry.counts).values())
    finally:
        db.close()


def _staged(source: BinaryIO, name: str, staged: Path, say: Say) -> Manifest:
    """Every file written down beside its place and compared with what the manifest says of it."""
    manifest: Manifest | None = None
    marks: dict[str, tuple[int, str]] = {}
    with _plain(source, name) as plain, tarfile.open(fileobj=plain, mode="r|") as tar:
        for entry in tar:
            content = tar.extractfile(entry)
            if content is None or manifest is not None or entry.name in marks:
                raise broken(name, f"{entry.name!r} has no place in it")
            if entry.name == MANIFEST and entry.size <= MANIFEST_LIMIT:
                manifest = read_manifest(content.read(), name)
            elif entry.name == DATABASE or PICTURE.fullmatch(entry.name):
                marks[entry.name] = _written(content, staged / entry.name)
                say("files", len(marks), 0)
            else:
                raise broken(name, f"{entry.name!r} has no place in it")
        while plain.read(BLOCK):  # to its end: the last bytes hold the checksum of all
            pass
    if manifest is None:
        raise broken(name, "it ends before its manifest")
    differing = sorted(set(marks.items()) ^ set(manifest.files.items()))
    if differing:
        raise broken(name, f"{differing[0][0]} is not what the manifest says")
    return manifest


@contextmanager
def _plain(source: BinaryIO, name: str) -> Iterator[gzip.GzipFile]:
    try:
        with gzip.GzipFile(fileobj=source, mode="rb") as plain:
            yield plain
    except _TORN as error:
        raise broken(name, "it is torn or was changed") from error


def _written(content: IO[bytes], to: Path) -> tuple[int, str]:
    to.parent.mkdir(parents=True, exist_ok=True)
    with to.open("wb") as file:
        seen = Hashed(file)
        shutil.copyfileobj(content, seen, BLOCK)
    to.chmod(0o600)
    return seen.mark


def _prove(database: Path, manifest: Manifest, name: str) -> None:
    """The rows are as many as they were, and this release can read them."""
    if manifest.revision not in revisions():
        raise Misconfigured(
            f"made by a newer release ({manifest.release}, schema {manifest.revision}): install it first", file=name
        )
    url = make_url(f"sqlite:///{database}")
    if not database.is_file() or not whole(url):
        raise broken(name, "its database is damaged")
    db = Database(url)
    try:
        if db.read_now(carry.counts) != manifest.tables or db.read_now(carry.revision) != manifest.revision:
            raise broken(name, "its database has other rows than the manifest says")
    except Unavailable as error:
        raise broken(name, "its database cannot be read") from error
    finally:
        db.close()


def _place_pictures(staged: Path, media: Path) -> None:
    if media.exists():
        shutil.rmtree(media)
    if staged.is_dir():
        staged.rename(media)


def _revive(staged: Path, manifest: Manifest) -> None:
    """Waits belong to the engine of the machine that made them; our rows know which of them are to go on here."""
    here = make_url(f"sqlite:///{staged}")
    migrate(here)
    db = Database(here)
    since = datetime.fromisoformat(manifest.made_at) - TOLD_LATE
    try:
        db.submit(lambda c: stories.revive(c, since, instant.now())).result()
    finally:
        db.close()


def _place_rows(staged: Path, url: URL, manifest: Manifest, say: Say) -> None:
    _revive(staged, manifest)
    if url.get_backend_name() == "sqlite":
        there = Path(url.database or "")
        there.parent.mkdir(parents=True, exist_ok=True)
        for ending in ("-wal", "-shm"):
            there.with_name(there.name + ending).unlink(missing_ok=True)
        shutil.move(staged, there)
        return
    # Both at this release's schema: a backup of an older one was brought there beside its place.
    migrate(url)
    source, target = Database(make_url(f"sqlite:///{staged}")), Database(url)

    def work(ours: Connection) -> None:
        source.read_now(lambda theirs: carry.carry(theirs, ours, say))
        there = carry.counts(ours)
        if any(there[name] != count for name, count in manifest.tables.items() if name in there):
            raise Unavailable("the rows that arrived are not those that were sent")

    try:
        target.submit(work).result()
    finally:
        source.close()
        target.close()
