"""A backup is whole or it is refused: taken under way, put back elsewhere, torn, changed, too new, or in the way."""

from __future__ import annotations

import gzip
import io
import json
import os
import random
import shutil
import sqlite3
import subprocess
import sys
import tarfile
import threading
from collections.abc import Callable
from pathlib import Path

import pytest
from sqlalchemy import text

from backend.archive import carry
from backend.archive.form import Manifest
from backend.archive.pack import pack, pack_into
from backend.archive.unpack import unpack
from backend.db import Database, parse_url
from backend.media import Shelf
from bot.clock import SystemClock
from bot.contract.errors import Misconfigured
from bot.settings import Settings
from tests.conftest import MakeResident
from tests.load.process import ROOT

Done = subprocess.CompletedProcess[bytes]


@pytest.fixture
def database_url(prepared: Settings, tmp_path: Path) -> str:
    """SQLite only: these tests read the file itself."""
    shutil.copy(prepared.database_url.removeprefix("sqlite:///"), tmp_path / "linli.db")
    return f"sqlite:///{tmp_path / 'linli.db'}"


def _say(what: str, done: int, whole: int) -> None:
    return None


def _backup(settings: Settings, to: Path) -> Manifest:
    real = SystemClock(settings.zone).real()
    return pack(parse_url(settings.database_url), settings.media_path, to, real, _say)


def _restore(source: Path, folder: Path, *, force: bool = False) -> Manifest:
    with source.open("rb") as file:
        url = parse_url(f"sqlite:///{folder / 'linli.db'}")
        return unpack(file, source.name, url, folder / "media", _say, force=force)


def _rows(path: Path) -> dict[str, list[tuple[object, ...]]]:
    """Everything that stands in a SQLite file."""
    connection = sqlite3.connect(path)
    names = [
        name for (name,) in connection.execute("SELECT name FROM sqlite_master WHERE type = 'table' ORDER BY name")
    ]
    found = {name: sorted(connection.execute(f'SELECT * FROM "{name}"').fetchall(), key=repr) for name in names}  # noqa: S608 - our own names
    connection.close()
    return found


@pytest.fixture
def kept(resident: MakeResident, fresh: Settings, tmp_path: Path) -> tuple[Settings, Path]:
    """A desk that has something to lose, and its backup."""
    one = resident()
    one.say("厨房水龙头漏水")
    one.say("是")
    one.say("救命，我摔倒了起不来")
    one.say("明天下午三点有客人来，叫王小明")
    _picture(fresh)
    _backup(fresh, tmp_path / "kept.tar.gz")
    return fresh, tmp_path / "kept.tar.gz"


def _picture(settings: Settings) -> None:
    from PIL import Image

    out = io.BytesIO()
    Image.new("RGB", (40, 30), "green").save(out, "PNG")
    Shelf(settings.media_path).keep(out.getvalue(), "somebody")


def test_on_an_empty_machine_everything_is_there_again(
    kept: tuple[Settings, Path], prepared: Settings, tmp_path: Path
) -> None:
    settings, file = kept
    machine = tmp_path / "elsewhere"
    made = _restore(file, machine)
    # One more than the demo brings along.
    assert made.tables["case"] == len(_rows(Path(prepared.database_url.removeprefix("sqlite:///")))["case"]) + 1
    assert made.tables["alarm"] == 1
    assert made.tables["pass_key"] == 1
    assert _rows(machine / "linli.db") == _rows(Path(settings.database_url.removeprefix("sqlite:///")))
    here = {p.name: p.read_bytes() for p in settings.media_path.rglob("*.png")}
    assert here
    assert {p.name: p.read_bytes() for p in (machine / "media").rglob("*.png")} == here
    assert file.stat().st_mode & 0o077 == 0


def test_a_backup_under_way_is_one_moment(fresh: Settings, tmp_path: Path) -> None:
    """Two tables written together are always equally long in it, however fast they grow meanwhile."""
    db = Database(parse_url(fresh.database_url))
    for name in ("left_one", "right_one"):
        db.submit(lambda c, name=name: c.execute(text(f"CREATE TABLE {name} (id INTEGER, words TEXT)"))).result()  # type: ignore[misc]  # bound now
    stop = threading.Event()
    written = 0

    def grow() -> None:
        nonlocal written
        while not stop.is_set():
            written += 1
            both = [text(f"INSERT INTO {n} VALUES ({written}, '{'x' * 400}')") for n in ("left_one", "right_one")]  # noqa: S608 - our own names
            db.submit(lambda c, both=both: [c.execute(one) for one in both]).result()  # type: ignore[misc]  # bound now

    thread = threading.Thread(target=grow)
    thread.start()
    try:
        seen = []
        for number in range(4):
            made = _backup(fresh, tmp_path / f"{number}.tar.gz")
            assert made.tables["left_one"] == made.tables["right_one"]
            seen.append(made.tables["left_one"])
            _restore(tmp_path / f"{number}.tar.gz", tmp_path / f"m{number}")
    finally:
        stop.set()
        thread.join()
        db.close()
    assert seen == sorted(seen)
    assert seen[-1] > seen[0]


def test_what_stands_there_is_not_replaced_by_a_slip(kept: tuple[Settings, Path], tmp_path: Path) -> None:
    _, file = kept
    machine = tmp_path / "elsewhere"
    _restore(file, machine)
    before = _rows(machine / "linli.db")
    with pytest.raises(Misconfigured, match="--force"):
        _restore(file, machine)
    (machine / "linli.db").unlink()
    with pytest.raises(Misconfigured, match="--force"):
        _restore(file, machine)
    _restore(file, machine, force=True)
    assert _rows(machine / "linli.db") == before


def test_a_database_in_use_is_not_replaced_even_by_force(kept: tuple[Settings, Path], tmp_path: Path) -> None:
    _, file = kept
    machine = tmp_path / "elsewhere"
    _restore(file, machine)
    db = Database(parse_url(f"sqlite:///{machine / 'linli.db'}"))
    db.submit(lambda c: c.execute(text("SELECT 1"))).result()
    with pytest.raises(Misconfigured, match="in use"):
        _restore(file, machine, force=True)
    db.close()
    _restore(file, machine, force=True)


def test_a_torn_one_is_refused_and_nothing_is_changed(kept: tuple[Settings, Path], tmp_path: Path) -> None:
    _, file = kept
    content = file.read_bytes()
    for number, size in enumerate((0, 1, 10, 600, len(content) // 2, len(content) - 9, len(content) - 1)):
        torn = tmp_path / "torn.tar.gz"
        torn.write_bytes(content[:size])
        machine = tmp_path / f"m{number}"
        with pytest.raises(Misconfigured, match=r"torn\.tar\.gz: this is not a whole backup"):
            _restore(torn, machine)
        assert not (machine / "linli.db").exists()
        assert list(machine.iterdir()) == []


def test_one_changed_bit_is_refused(kept: tuple[Settings, Path], tmp_path: Path) -> None:
    _, file = kept
    content, dice = file.read_bytes(), random.Random(7)  # noqa: S311 - where to scratch, no secret
    taken = 0
    for number in range(60):
        # Gzip's header holds a time that nobody reads: from its end on.
        place = dice.randrange(10, len(content))
        other = bytearray(content)
        other[place] ^= 1 << dice.randrange(8)
        scratched = tmp_path / "scratched.tar.gz"
        scratched.write_bytes(other)
        try:
            _restore(scratched, tmp_path / f"m{number}")
        except Misconfigured:
            continue
        # A run of zeros may be packed in more than one way: what unpacks to the very same bytes was not changed.
        if gzip.decompress(bytes(other)) != gzip.decompress(content):
            taken += 1
    assert taken == 0


def _repacked(file: Path, to: Path, change: Callable[[str, bytes], tuple[str, bytes] | None]) -> None:
    """The same archive with sound checksums of gzip, its members changed or left out."""
    with tarfile.open(file) as old, tarfile.open(to, "w:gz") as new:
        for entry in old:
            inner = old.extractfile(entry)
            assert inner is not None
            changed = change(entry.name, inner.read())
            if changed is not None:
                made = tarfile.TarInfo(changed[0])
                made.size = len(changed[1])
                new.addfile(made, io.BytesIO(changed[1]))


def _newer(name: str, content: bytes) -> tuple[str, bytes]:
    return name, content.replace(b'"revision": "', b'"revision": "9') if name == "manifest.json" else content


def _fewer(name: str, content: bytes) -> tuple[str, bytes]:
    if name != "manifest.json":
        return name, content
    data = json.loads(content)
    data["tables"]["case"] += 1
    return name, json.dumps(data).encode()


@pytest.mark.parametrize(
    ("change", "why"),
    [
        (lambda n, c: None if n.startswith("media/") else (n, c), "is not what the manifest says"),
        (lambda n, c: None if n == "linli.db" else (n, c), "is not what the manifest says"),
        (lambda n, c: None if n == "manifest.json" else (n, c), "before its manifest"),
        (lambda n, c: (n.replace("media/", "media/../../"), c), "no place in it"),
        (lambda n, c: ("/etc/passwd" if n.startswith("media/") else n, c), "no place in it"),
        (lambda n, c: (n, c[:-1] + b"x") if n.startswith("media/") else (n, c), "is not what the manifest says"),
        (lambda n, c: (n, b"{}") if n == "manifest.json" else (n, c), "manifest cannot be read"),
        (_fewer, "other rows than the manifest says"),
        (_newer, "made by a newer release"),
    ],
)
def test_a_changed_one_is_refused(
    change: Callable[[str, bytes], tuple[str, bytes] | None], why: str, kept: tuple[Settings, Path], tmp_path: Path
) -> None:
    _, file = kept
    _repacked(file, tmp_path / "changed.tar.gz", change)
    machine = tmp_path / "elsewhere"
    with pytest.raises(Misconfigured, match=why) as caught:
        _restore(tmp_path / "changed.tar.gz", machine)
    assert "\n" not in str(caught.value)
    assert not (machine / "linli.db").exists()


def test_rows_are_carried_between_two_databases_of_any_make(kept: tuple[Settings, Path], tmp_path: Path) -> None:
    """The way from and to a database server, here between two files: every table in the order of its references."""
    from backend.migrate import migrate

    settings, _ = kept
    other = parse_url(f"sqlite:///{tmp_path / 'other.db'}")
    migrate(other)
    source, target = Database(parse_url(settings.database_url)), Database(other)
    source.read_now(lambda theirs: target.submit(lambda ours: carry.carry(theirs, ours, _say)).result())
    source.close()
    target.close()
    assert _rows(tmp_path / "other.db") == _rows(Path(settings.database_url.removeprefix("sqlite:///")))


def _command(
    settings: Settings, *arguments: str, stdin: bytes | None = None, **places: Path
) -> subprocess.CompletedProcess[bytes]:
    env = {name: value for name, value in os.environ.items() if not name.startswith("LINLI_")}
    database = places.get("database", Path(settings.database_url.removeprefix("sqlite:///")))
    env |= {"LINLI_DATABASE_URL": f"sqlite:///{database}", "LINLI_MEDIA": str(places.get("media", settings.media_path))}
    command = [sys.executable, "-m", "bot", *arguments]
    return subprocess.run(command, cwd=ROOT, env=env, input=stdin, capture_output=True, timeout=300)


def test_the_two_commands_through_a_pipe(kept: tuple[Settings, Path], tmp_path: Path) -> None:
    settings, _ = kept
    made = _command(settings, "backup", "-")
    assert made.returncode == 0, made.stderr
    assert b"rows in" in made.stderr
    there = {"database": tmp_path / "there" / "linli.db", "media": tmp_path / "there" / "media"}
    back = _command(settings, "restore", "-", stdin=made.stdout, **there)
    assert back.returncode == 0, back.stderr
    assert b"counts and checksums equal" in back.stderr
    again = _command(settings, "restore", "-", stdin=made.stdout, **there)
    assert again.returncode == 2
    assert again.stderr.count(b"\n") == 1
    torn = _command(settings, "restore", "-", "--force", stdin=made.stdout[:-20], **there)
    assert torn.returncode == 2
    assert torn.stderr.count(b"\n") == 1


def test_where_nothing_can_be_written_is_one_line(kept: tuple[Settings, Path], tmp_path: Path) -> None:
    settings, _ = kept
    done = _command(settings, "backup", "/dev/full/linli.tar.gz")
    assert done.returncode == 2
    assert done.stderr.count(b"\n") == 1
    with Path("/dev/full").open("wb", buffering=0) as out:
        real = SystemClock(settings.zone).real()
        with pytest.raises(OSError, match="No space left"):
            pack_into(parse_url(settings.database_url), settings.media_path, out, real, _say)
