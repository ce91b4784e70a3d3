"""Every flow in both languages, disturbed at every step: a sample each time, all of it with `--long`."""

from __future__ import annotations

import shutil
import zlib
from collections.abc import Iterator
from dataclasses import replace

import pytest

from backend.db import open_engine, parse_url
from bot.app import open_desk
from bot.settings import Settings
from intents.understand import Embedded
from tests.faults.walker import Walker
from tests.faults.words import NOW
from tests.flows.disturbed.house import House, Later, Way, said, ways
from tests.flows.disturbed.tries import Try, after_filing, at_a_question

# One of so many is tried in the short form, always the same ones.
SHARE = 16
STEPS = 8


@pytest.fixture(scope="module")
def house(prepared: Settings, interpreter: Embedded, tmp_path_factory: pytest.TempPathFactory) -> Iterator[House]:
    path = tmp_path_factory.mktemp("disturbed") / "linli.db"
    shutil.copy(prepared.database_url.removeprefix("sqlite:///"), path)
    desk = open_desk(prepared.model_copy(update={"database_url": f"sqlite:///{path}", "now": NOW}), interpreter)
    clock, engine = Later(desk.clock), open_engine(parse_url(f"sqlite:///{path}"))
    with engine.connect() as connection:
        connection.begin()
        yield House(replace(desk, clock=clock), connection, clock)
    engine.dispose()
    desk.db.close()


class Judge:
    """Mutable on purpose: gathers what went wrong in one flow, each with the talk as it went."""

    def __init__(self, house: House, way: Way, share: int) -> None:
        self.house, self.way, self.share = house, way, share
        self.tried = 0
        self.wrong: dict[str, str] = {}

    def try_all(self, talk: Walker, tries: Iterator[Try], where: str) -> None:
        for name, judged in list(tries):
            if zlib.crc32(f"{self.way} {where} {name}".encode()) % self.share:
                continue
            self.tried += 1
            with self.house.fork(talk):
                found = judged()
                if found is not None:
                    self.wrong[f"{where}, {name}"] = f"{found}\n{talk.story()}"


@pytest.mark.parametrize("way", ways(), ids=str)
def test_whatever_is_said_at_any_step(way: Way, house: House, request: pytest.FixtureRequest) -> None:
    judge = Judge(house, way, 1 if request.config.getoption("--long") else SHARE)
    words, talk = said(way.language), house.walker()
    with house.fork(talk):
        talk.say(words["hello"])
        talk.say(way.open)
        only_tells = talk.now.top is None or talk.now.top.lingers  # nothing is asked that could be disturbed
        for _ in range(STEPS):
            top = talk.now.top
            if top is None or top.lingers:
                break
            judge.try_all(talk, at_a_question(house, talk, way, words), f"at {top.awaiting}")
            talk.say(house.answer(talk, way))
        judge.try_all(talk, after_filing(house, talk, way, words), "afterwards")
    known = {
        line for line in words["known"].get(f"{way.flow}/{way.name}", ()) if judge.share == 1 or line in judge.wrong
    }
    assert set(judge.wrong) == known, "\n\n".join(f"{name}: {how}" for name, how in judge.wrong.items())
    assert judge.tried or only_tells, "nothing was tried"
