"""What holds when several write at once: lanes, second tries, one migration, one serving process, rings for all."""

from __future__ import annotations

import asyncio
import subprocess
import sys
import threading
from collections.abc import Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from functools import partial
from pathlib import Path

import pytest
from sqlalchemy import Connection, bindparam, func, insert, select, text, update

from backend.db import Database, hold, parse_url
from backend.db.alone import serve_alone
from backend.db.lanes import Lanes
from backend.db.notify import bundles
from backend.db.work import Job
from backend.migrate import migrate
from backend.models.people import building, community
from backend.models.talk import conversation, message, outbox
from backend.models.work import counter
from backend.services import conversations, retention
from backend.services.conversations import Binding
from backend.wake import OUTBOX, after_commit, answering, writing
from bot.app import open_desk
from bot.contract.errors import Misconfigured, Unavailable
from bot.contract.messages import Address, InboundMessage, Kind
from bot.settings import Settings
from tests.load.process import ROOT
from tests.postgres import Postgres

WHO = Address("rest", "li-na", "demo")
REAL = datetime(2026, 11, 20, 1, 30, tzinfo=UTC)


def test_a_lane_keeps_its_order_and_takes_one_thread() -> None:
    order: list[int] = []
    gate = threading.Event()

    def carry_out(job: Job) -> None:
        job.work(None)  # type: ignore[arg-type]  # no connection is looked at

    lanes = Lanes("test", 4, carry_out)

    def one(connection: Connection, number: int) -> None:
        gate.wait(90)
        order.append(number)

    jobs = [Job(partial(one, number=n), Future(), "one") for n in range(20)]
    for job in jobs:
        lanes.put(job)
    beside = Job(lambda c: None, Future())
    lanes.put(beside)
    beside.future.result(timeout=90)
    assert order == []
    gate.set()
    lanes.close()
    assert order == list(range(20))


def _read_then_write(connection: Connection, first: str, second: str, met: threading.Barrier) -> None:
    for name in (first, second):
        connection.execute(update(counter).where(counter.c.name == name).values(value=counter.c.value + 1))
        if name == first and not met.broken:
            try:
                met.wait(1)
            except threading.BrokenBarrierError:
                continue


def test_a_deadlock_is_tried_again(postgres_url: str) -> None:
    """Two that take the same rows in opposite order both come through, each once."""
    db = Database(parse_url(postgres_url))
    key = db.read_now(lambda c: c.execute(select(community.c.id)).scalar_one())
    rows = [{"community_id": key, "name": name, "value": 0} for name in ("a", "b")]
    db.submit(lambda c: c.execute(insert(counter), rows)).result()
    met = threading.Barrier(2)
    futures = [
        db.submit(lambda c: _read_then_write(c, "a", "b", met)),
        db.submit(lambda c: _read_then_write(c, "b", "a", met)),
    ]
    for future in futures:
        future.result(timeout=90)
    query = select(counter.c.value).where(counter.c.name.in_(("a", "b")))
    assert db.read_now(lambda c: list(c.execute(query).scalars())) == [2, 2]
    db.close()


@pytest.fixture
def postgres_url(postgres: Postgres, template: str) -> Iterator[str]:
    url = postgres.create(template)
    yield url
    postgres.drop(url)


def test_two_first_messages_of_one_sender_are_one_conversation(fresh: Settings) -> None:
    desk = open_desk(fresh)
    binding = Binding("sunshine", None)
    futures = [desk.db.submit(lambda c: desk.memory.recall(c, WHO, binding, REAL).id) for _ in range(16)]
    assert len({future.result(timeout=90) for future in futures}) == 1
    assert desk.db.read_now(lambda c: c.execute(select(func.count()).select_from(conversation)).scalar_one()) == 1
    desk.db.close()


def test_several_processes_that_start_together_prepare_once(empty_url: str, prepared: Settings) -> None:
    url = parse_url(empty_url)
    with ThreadPoolExecutor(4) as pool:
        assert sum(pool.map(lambda _: migrate(url), range(4))) == 1
        settings = prepared.model_copy(update={"database_url": empty_url})
        desks = list(pool.map(lambda _: open_desk(settings), range(3)))
    counted = desks[0].db.read_now(lambda c: c.execute(select(func.count()).select_from(building)).scalar_one())
    for desk in desks:
        desk.db.close()
    assert counted == 20


def test_a_name_is_held_by_one_at_a_time(postgres_url: str) -> None:
    db = Database(parse_url(postgres_url))
    inside, most = [0], [0]

    def work(connection: Connection) -> None:
        hold(connection, "only", 1)
        inside[0] += 1
        most[0] = max(most[0], inside[0])
        connection.execute(text("SELECT pg_sleep(0.02)"))
        inside[0] -= 1

    for future in [db.submit(work) for _ in range(8)]:
        future.result(timeout=90)
    db.close()
    assert most == [1]


def test_a_ring_is_heard_here_and_by_another_process(postgres_url: str) -> None:
    here, there = Database(parse_url(postgres_url)), Database(parse_url(postgres_url))

    async def wait() -> tuple[bool, bool, bool]:
        with there.bell.listen(OUTBOX) as far, here.bell.listen(OUTBOX) as near:
            # Whoever begins to listen is woken once: something may have happened before.
            await far.wait(90)
            await near.wait(90)
            with pytest.raises(ZeroDivisionError):
                await here.write(_fail)
            quiet = not await near.wait(0.3)
            await here.write(lambda c: after_commit(c, OUTBOX))
            return quiet, await near.wait(90), await far.wait(90)

    assert asyncio.run(wait()) == (True, True, True)
    here.close()
    there.close()


def test_a_sign_of_writing_is_seen_by_another_process_and_lies_in_no_table(postgres_url: str) -> None:
    here, there = Database(parse_url(postgres_url)), Database(parse_url(postgres_url))
    heard: list[str] = []

    async def wait() -> bool:
        there.bell.overhear(heard.append, on=True)
        with there.bell.listen(OUTBOX) as far:
            await far.wait(90)
            here.bell.ring(writing(7), answering("sunshine", 7), OUTBOX)
            async with asyncio.timeout(90):
                while not heard:
                    # What wakes the streams may have come before it in the same notification.
                    await asyncio.sleep(0.01)
            return there.bell.is_fresh(writing(7)) and not there.bell.is_fresh(writing(8))

    assert asyncio.run(wait())
    assert heard == ["answering:sunshine:7"]
    here.close()
    there.close()


def _fail(connection: Connection) -> None:
    after_commit(connection, OUTBOX)
    raise ZeroDivisionError


def test_rings_fit_into_a_notification() -> None:
    topics = {f"conversation:{n:06d}" for n in range(2000)}
    made = list(bundles(topics))
    assert all(len(payload.encode()) < 8000 for payload in made)
    assert {topic for payload in made for topic in payload.split("\n")} == topics


def _record(connection: Connection, key: int, number: int, at: datetime) -> bool:
    inbound = InboundMessage(f"m-{number}", WHO, Kind.TEXT, at, text=str(number))
    return conversations.record(connection, key, number, inbound, at)


def test_ids_are_forgotten_after_thirty_days_and_not_before(fresh: Settings) -> None:
    desk = open_desk(fresh)
    key = desk.db.submit(lambda c: desk.memory.recall(c, WHO, Binding("sunshine", None), REAL).id).result()
    ages = [40, 35, 31, 29, 1]
    for number, age in enumerate(ages):
        assert desk.db.submit(
            lambda c, n=number, days=age: _record(c, key, n, REAL - timedelta(days=days))  # type: ignore[misc]  # bound now
        ).result()
    forget = [desk.db.submit(lambda c: retention.forget_ids(c, REAL, 2)).result() for _ in range(3)]
    assert forget == [2, 1, 0]
    known = select(message.c.external_id).where(message.c.conversation_id == bindparam("key")).order_by(message.c.seq)
    kept = desk.db.read_now(lambda c: list(c.execute(known, {"key": key}).scalars()))
    assert kept == [None, None, None, "m-3", "m-4"]
    assert desk.db.submit(lambda c: _record(c, key, 0, REAL)).result()
    assert not desk.db.submit(lambda c: _record(c, key, 3, REAL)).result()
    assert desk.db.read_now(lambda c: c.execute(select(func.count()).select_from(outbox)).scalar_one()) == 0
    desk.db.close()


def test_a_second_process_on_one_file_is_refused_in_one_line(prepared: Settings, tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path / 'linli.db'}"
    held = serve_alone(parse_url(url))
    assert held is not None
    with pytest.raises(Misconfigured, match="served by another process"):
        serve_alone(parse_url(url))
    code, said = _bot("serve", LINLI_DATABASE_URL=url)
    held.close()
    assert code == 2
    assert "served by another process" in said
    assert len(said.strip().splitlines()) == 1


@pytest.mark.parametrize(
    ("words", "url", "line"),
    [
        (("serve", "--workers", "2"), "sqlite:////nowhere/x.db", "several workers need"),
        (("serve", "--workers", "0"), "sqlite:////nowhere/x.db", "between 1 and"),
        (("worker",), "sqlite:////nowhere/x.db", "a worker needs"),
        (("serve",), "postgresql://li:secret@127.0.0.1:1/linli", "the database cannot be used"),
        (("serve",), "sqlite:////proc/nowhere/x.db", "the database cannot be used"),
    ],
)
def test_what_cannot_be_served_is_told_in_one_line(words: tuple[str, ...], url: str, line: str) -> None:
    code, said = _bot(*words, LINLI_DATABASE_URL=url)
    assert code == 2
    assert line in said
    assert "secret" not in said
    assert len(said.strip().splitlines()) == 1


def _bot(*words: str, **variables: str) -> tuple[int, str]:
    done = subprocess.run(
        ["env", *(f"{name}={value}" for name, value in variables.items()), sys.executable, "-m", "bot", *words],
        cwd=ROOT,
        capture_output=True,
        text=True,
        timeout=120,
    )
    return done.returncode, done.stderr


def test_an_alarm_does_not_wait_behind_the_messages_of_its_sender(postgres_url: str) -> None:
    """A transaction that holds the conversation keeps no alarm out: its row refers to that conversation."""
    db = Database(parse_url(postgres_url))
    gate, locked = threading.Event(), threading.Event()

    def hold_it(connection: Connection) -> None:
        conversations.begin(connection, WHO, Binding("sunshine", None), REAL)

    def slow(connection: Connection) -> None:
        conversations.lock(connection, WHO)
        locked.set()
        gate.wait(90)

    from backend.services import alarms
    from backend.services.alarms import Cry

    db.submit(hold_it).result()
    busy = db.submit(slow, lane=WHO)
    locked.wait(90)
    cry = Cry("sunshine", WHO, "fall", "help", "cause-1")
    try:
        standing = asyncio.run(db.write(lambda c: alarms.raise_alarm(c, cry, REAL, REAL), urgent=True))
    except Unavailable as error:
        pytest.fail(f"the alarm waited: {error}")
    finally:
        gate.set()
    busy.result()
    db.close()
    assert standing.new
