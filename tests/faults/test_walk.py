"""Thousands of random conversations through all flows: nothing breaks, nothing hangs, nothing is filed unasked."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, precondition, rule, run_state_machine_as_test
from sqlalchemy import Engine

from backend.db import open_engine, parse_url
from backend.services import staff
from backend.services.conversations import Binding
from bot.app import open_desk
from bot.contract.messages import Address, Kind, Profile
from bot.desk import Desk
from bot.engine.decision import YES_NO
from bot.settings import Settings
from intents.understand import Embedded
from tests.faults import words
from tests.faults.verdicts import Length, Verdict
from tests.faults.walker import SAME_AGAIN, Turn, Walker
from tests.flows.disturbed.house import Later

# From wherever a conversation stands, somebody who answers what is asked is done in so many turns.
TO_THE_END = 8
# The long form alone; on a busy machine it takes more than an hour.
LONGEST_SECONDS = 7200
# Minutes: a moment, past a person's three, hours, a day, days.
PAUSES = (1, 5, 150, 1500, 4500)
WORDLESS = (Kind.IMAGE, Kind.VOICE, Kind.STICKER, Kind.LOCATION, Kind.SILENCE)
DESK: dict[str, Any] = {}


class Walk(RuleBasedStateMachine):
    """A resident who says anything at any time."""

    def __init__(self) -> None:
        super().__init__()
        desk: Desk = DESK["desk"]
        engine: Engine = DESK["engine"]
        self.connection = engine.connect()
        self.transaction = self.connection.begin()
        self.walker: Walker | None = None
        self.desk = desk
        DESK["clock"].by = timedelta()

    @precondition(lambda self: self.walker is None)
    @rule(profile=st.sampled_from(list(Profile)), stranger=st.booleans())
    def begin(self, profile: Profile, stranger: bool) -> None:
        account = "strangers" if stranger else "demo"
        sender = Address("rest", "walker", account)
        self.walker = Walker(self.desk, self.connection, profile, sender)

    @precondition(lambda self: self.walker is not None)
    @rule(said=st.sampled_from(words.ALL))
    def say(self, said: str) -> None:
        self._check(self.spoken.say(said))

    @precondition(lambda self: self.walker is not None and self.walker.now.offered)
    @rule(which=st.integers(0, 11))
    def tap(self, which: int) -> None:
        offered = self.spoken.now.offered
        self._check(self.spoken.say(offered[which % len(offered)].title))

    @precondition(lambda self: self.walker is not None and self.walker.now.top is not None)
    @rule(said=st.sampled_from(words.TURNS))
    def turn(self, said: str) -> None:
        self._check(self.spoken.say(said))

    @precondition(lambda self: self.walker is not None)
    @rule(picture=st.booleans(), kind=st.sampled_from(WORDLESS))
    def show(self, picture: bool, kind: Kind) -> None:
        self._check(self.spoken.say("", kind, picture=picture and kind is Kind.IMAGE, point=kind is Kind.LOCATION))

    @precondition(lambda self: self.walker is not None)
    @rule(minutes=st.sampled_from(PAUSES))
    def wait(self, minutes: int) -> None:
        DESK["clock"].by += timedelta(minutes=minutes)

    @precondition(lambda self: self.walker is not None and self.walker.turns)
    @rule(takes=st.booleans())
    def person(self, takes: bool) -> None:
        walker = self.spoken
        if takes == (walker.now.held is None):
            walker.at_the_desk(DESK["clerk"], takes=takes)

    @property
    def spoken(self) -> Walker:
        assert self.walker is not None
        return self.walker

    def _check(self, turn: Turn) -> None:
        story = self.spoken.story()
        assert turn.heard.strip() or turn.act == "with_staff", f"nothing was said\n{story}"
        asked = turn.before.top
        confirmed = (asked is not None and asked.awaiting in YES_NO) or words.is_confirmation(turn.before)
        assert not turn.filed or confirmed, f"filed without a yes to a read-back\n{story}"
        unseen = words.unread(turn.before, turn.after, self.desk.book) if turn.filed else {}
        assert not unseen, f"{unseen} was filed and never read back\n{story}"
        last = self.spoken.turns[-3:]
        same = len(last) == 3 and len({one.heard for one in last}) == 1 and turn.act != "with_staff"
        assert not same or any(one.act in SAME_AGAIN for one in last), f"the same three times\n{story}"

    def teardown(self) -> None:
        try:
            if self.walker is not None and self.walker.turns:
                self._ends()
        finally:
            self.transaction.rollback()
            self.connection.close()
            DESK["walks"] = DESK.get("walks", 0) + 1

    def _ends(self) -> None:
        """Who answers what is asked comes to the end of what is open, or to a person."""
        walker = self.spoken
        first = walker.now.top
        if first is None or walker.now.held is not None:
            return
        for attempt in range(TO_THE_END):
            turn = walker.say(words.answer(walker.now, self.desk.book, walker.heard, attempt))
            top = turn.after.top
            if top is None or top.flow != first.flow or turn.after.with_staff or top.lingers:
                return
        raise AssertionError(f"no end in {TO_THE_END} turns\n{walker.story()}")


@pytest.fixture
def desk(prepared: Settings, interpreter: Embedded, tmp_path: Path) -> Iterator[None]:
    url = f"sqlite:///{tmp_path / 'linli.db'}"
    shutil.copy(prepared.database_url.removeprefix("sqlite:///"), tmp_path / "linli.db")
    ours = open_desk(prepared.model_copy(update={"database_url": url, "now": words.NOW}), interpreter)
    community = next(iter(prepared.communities))
    stranger = {("rest", "strangers"): Binding(community, None)}
    DESK["clock"] = Later(ours.clock)
    DESK["desk"] = replace(ours, bindings={**ours.bindings, **stranger}, clock=DESK["clock"])
    DESK["engine"] = open_engine(parse_url(url))
    with DESK["engine"].connect() as connection:
        DESK["clerk"] = staff.speakers(connection, community)[0]
    DESK["walks"] = 0
    yield
    DESK["engine"].dispose()
    ours.db.close()


@pytest.mark.usefixtures("desk")
def test_random_conversations_through_all_flows(length: Length, verdict: Verdict) -> None:
    walks = length(60, 5000)
    long = walks > 60
    run_state_machine_as_test(
        Walk,
        settings=settings(
            max_examples=walks,
            stateful_step_count=14,
            deadline=None,
            database=None,
            derandomize=not long,
            phases=(Phase.generate, Phase.shrink) if long else (Phase.generate,),
            suppress_health_check=list(HealthCheck),
        ),
    )
    walked = DESK["walks"]
    verdict(
        "W", f"{walked} random conversations", "no exception, no dead end, nothing filed unasked", good=walked >= walks
    )


@pytest.mark.usefixtures("desk")
def test_who_stays_silent_is_not_told_the_same_again_and_again() -> None:
    """What a long walk found."""
    walk = Walk()
    walk.begin(Profile.BUTTONS, False)
    for _ in range(8):
        walk.show(False, Kind.SILENCE)
    walk.teardown()


@pytest.mark.usefixtures("desk")
@pytest.mark.parametrize(
    "said",
    [
        ("找个月嫂", "跳过", "是", "其实是三个人", "厨房水龙头漏水", "电梯坏了"),
        ("找个月嫂", "跳过", "是", "不对，是下周二", "有什么通知"),
        ("any news?", "3", "cancel", "yes"),
        ("any news?", "3", "cancel", "有什么通知", "是"),
    ],
)
def test_what_was_filed_stays_filed_whatever_is_spoken_of_in_between(said: tuple[str, ...]) -> None:
    """What long walks found: a change or a withdrawal that was begun, and then something else."""
    walk = Walk()
    walk.begin(Profile.BUTTONS, False)
    for words_said in said:
        walk.say(words_said)
    walk.teardown()
