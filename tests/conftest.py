"""What most tests stand on: a trained model, a prepared database that each test copies, and a desk on it."""

from __future__ import annotations

import gc
import logging
import shutil
import tempfile
from collections.abc import Callable, Iterator
from datetime import datetime
from pathlib import Path

import pytest

from bot import configure as configuration
from bot.app import open_desk, prepare
from bot.settings import Settings
from intents.renew import renew
from intents.understand import Embedded
from tests.bot.work.station import Station
from tests.compiled import compile_once
from tests.fakes.receiver import Receiver
from tests.log_watch import Watch
from tests.postgres import Postgres, name_of, start
from tests.resident import Resident
from tests.standing import Standings

MakeResident = Callable[..., Resident]

# A folder in memory, where the system has one, and how much must be free there.
MEMORY, ROOM = Path("/dev/shm"), 3_000_000_000  # noqa: S108 - pytest makes a folder of our own in it
# New things between two looks for what could go; the usual seven hundred are a seventh of the whole run.
SWEPT_AFTER = 10_000


def pytest_configure(config: pytest.Config) -> None:
    """Databases by the thousand are written and thrown away: a disk makes them wait and proves nothing more.

    The long forms, which measure, stay on the disk.
    """
    gc.disable()
    compile_once()
    if MEMORY.is_dir() and shutil.disk_usage(MEMORY).free >= ROOM and not config.getoption("--long"):
        tempfile.tempdir = str(MEMORY)


def pytest_collection_finish() -> None:
    """Seven thousand tests and the house itself stay to the end: nobody looks through them for what could go."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(SWEPT_AFTER)
    gc.enable()


@pytest.fixture(scope="session", autouse=True)
def nothing_told_to_the_log() -> Iterator[Watch]:
    """X14: whatever the tests make the product say to its log, nobody is to be found in it."""
    watch, root = Watch(), logging.getLogger()
    before = root.level
    root.addHandler(watch)
    root.setLevel(min(before, logging.INFO))
    yield watch
    root.removeHandler(watch)
    root.setLevel(before)
    assert watch.offenders == []


@pytest.fixture(scope="session", autouse=True)
def model_of_today() -> None:
    """Trained once, by whichever process comes first while the others wait: many tests serve a copy of it, and a server
    that found none would train one of its own."""
    settings = configuration.load({})
    renew(settings.model_path, lambda _: None, settings.taught_path)


@pytest.fixture(scope="session")
def prepared(tmp_path_factory: pytest.TempPathFactory) -> Settings:
    """Settings of a database that is migrated and holds the demo; the model is trained if it is old."""
    path = tmp_path_factory.mktemp("prepared") / "linli.db"
    settings = configuration.load({"LINLI_DATABASE_URL": f"sqlite:///{path}"})
    prepare(settings)
    open_desk(at_the_transcripts(settings)).db.close()
    return settings


def at_the_transcripts(settings: Settings) -> Settings:
    """Days of the demo count from the day on which transcripts begin."""
    return settings.model_copy(update={"now": datetime(2026, 11, 20, 9, 30, tzinfo=settings.zone)})


@pytest.fixture(scope="session")
def interpreter(prepared: Settings) -> Embedded:
    return Embedded(prepared.model_path)


@pytest.fixture(scope="session")
def postgres() -> Iterator[Postgres]:
    """The embedded server of this session; it needs nothing on the machine."""
    server = start()
    yield server
    server.stop()


@pytest.fixture(scope="session")
def template(postgres: Postgres, prepared: Settings) -> str:
    """The name of a PostgreSQL database that is migrated and holds the demo, for tests to clone."""
    url = postgres.create()
    settings = prepared.model_copy(update={"database_url": url})
    prepare(settings)
    open_desk(at_the_transcripts(settings)).db.close()
    return name_of(url)


@pytest.fixture(params=("sqlite", "postgresql"))
def database_url(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    """A new copy of the prepared database, on each of the two that we serve."""
    if request.param == "sqlite":
        prepared: Settings = request.getfixturevalue("prepared")
        shutil.copy(prepared.database_url.removeprefix("sqlite:///"), tmp_path / "linli.db")
        yield f"sqlite:///{tmp_path / 'linli.db'}"
        return
    server: Postgres = request.getfixturevalue("postgres")
    url = server.create(request.getfixturevalue("template"))
    yield url
    server.drop(url)


@pytest.fixture(params=("sqlite", "postgresql"))
def empty_url(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    """A database without anything in it, on each of the two."""
    if request.param == "sqlite":
        yield f"sqlite:///{tmp_path / 'empty.db'}"
        return
    server: Postgres = request.getfixturevalue("postgres")
    url = server.create()
    yield url
    server.drop(url)


@pytest.fixture
def fresh(prepared: Settings, database_url: str, tmp_path: Path) -> Settings:
    """The same settings on a copy of the prepared database."""
    return prepared.model_copy(update={"database_url": database_url, "media_path": tmp_path / "media"})


@pytest.fixture(scope="session")
def standings(prepared: Settings, interpreter: Embedded, tmp_path_factory: pytest.TempPathFactory) -> Standings | None:
    """Apps that tests take turns on. A module whose tests count from nothing overrides it with None: one for each."""
    return Standings(prepared, interpreter, tmp_path_factory.mktemp("standings"))


@pytest.fixture
def resident(fresh: Settings, interpreter: Embedded, standings: Standings | None) -> Iterator[MakeResident]:
    """Make residents who talk over HTTP to the app; keyword `now` fixes the residents' clock."""
    made: list[Resident] = []

    def make(sender: str = "li-na", now: str = "", profile: str = "buttons") -> Resident:
        standing = standings.nth(len(made)) if standings else None
        one = Resident(fresh, interpreter, sender, now, profile, standing)
        made.append(one)
        return one

    yield make
    for one in made:
        one.close()


@pytest.fixture
def station(fresh: Settings, interpreter: Embedded) -> Iterator[Station]:
    one = Station(fresh, interpreter)
    yield one
    one.close()


@pytest.fixture
def receivers() -> Iterator[Callable[[], Receiver]]:
    made: list[Receiver] = []

    def make() -> Receiver:
        made.append(Receiver())
        return made[-1]

    yield make
    for one in made:
        one.close()


@pytest.fixture
def receiver(receivers: Callable[[], Receiver]) -> Receiver:
    return receivers()


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--long", action="store_true", help="faults at full length, with a table of every promise")
    parser.addoption("--said", type=Path, help="a file into which goes whatever the telephone said: `make ears`")
    parser.addoption("--rounds", default="1", help="rounds of the booking race; 50 is the whole proof")
