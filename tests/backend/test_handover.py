"""Conversations in people's hands: one winner, honest waiting times, nothing left lying."""

from __future__ import annotations

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from functools import partial

import pytest
from sqlalchemy import Connection, select

from backend.db import Database, Record, parse_url
from backend.models.talk import conversation, event, outbox
from backend.services import conversations, handover, staff
from backend.services.conversations import Binding
from backend.services.handover import Ask
from backend.services.staff import Clerk
from bot.contract.errors import Refused
from bot.contract.messages import Address, InboundMessage, Kind

REAL = datetime(2026, 11, 20, 1, 30, tzinfo=UTC)
HOME = "sunshine"
ROUNDS = 50


@pytest.fixture
def db(database_url: str) -> Iterator[Database]:
    opened = Database(parse_url(database_url))
    yield opened
    opened.close()


def _talk(connection: Connection, sender: str) -> int:
    who = Address("rest", sender)
    conversations.begin(connection, who, Binding(HOME, None), REAL)
    row = conversations.lock(connection, who)
    assert row is not None
    return int(row.id)


def _clerk(connection: Connection, login: str) -> Clerk:
    found = staff.by_login(connection, login)
    assert found is not None
    return found


def _asked(connection: Connection, sender: str, at: datetime = REAL) -> int:
    return handover.request(connection, Ask(HOME, _talk(connection, sender), "asked"), at).id


def _entry(connection: Connection, key: int) -> Record:
    found = handover.entry(connection, HOME, key)
    assert found is not None
    return found


def test_of_two_clerks_exactly_one_gets_each(db: Database) -> None:
    """Fifty conversations, two clerks who want each of them at the same moment."""

    def prepare(connection: Connection) -> list[int]:
        return [_asked(connection, f"r{n}") for n in range(ROUNDS)]

    keys = db.submit(prepare).result()
    clerks = [db.submit(partial(_clerk, login=login)).result() for login in ("agent", "supervisor")]

    def want(key: int, clerk: Clerk) -> int | None:
        try:
            return int(db.submit(lambda c: handover.claim(c, HOME, key, clerk, REAL)).result().owner_id)
        except Refused as error:
            return None if error.status == 409 else -1

    with ThreadPoolExecutor(8) as pool:
        tries = [(key, pool.submit(want, key, clerk)) for key in keys for clerk in clerks]
        won = {key: [tried.result() for k, tried in tries if k == key] for key in keys}
    assert all(sum(owner is not None for owner in owners) == 1 for owners in won.values())
    held = db.submit(lambda c: handover.open_list(c, HOME, state="held")).result()
    assert {row.id: row.owner_id for row in held} == {key: next(filter(None, own)) for key, own in won.items()}


def test_who_waits_is_told_the_place_and_how_long_it_took_lately(db: Database) -> None:
    def first(connection: Connection) -> None:
        clerk = _clerk(connection, "agent")
        for n, seconds in enumerate((30, 100, 200, 240)):
            key = _asked(connection, f"before-{n}", REAL - timedelta(hours=1))
            handover.claim(connection, HOME, key, clerk, REAL - timedelta(hours=1) + timedelta(seconds=seconds))
            if n == 1:
                asked = handover.request(connection, Ask(HOME, _talk(connection, "early"), "asked"), REAL)
                assert asked.minutes is None, "two pick-ups are no experience"

    db.submit(first).result()

    def then(connection: Connection) -> None:
        talk = _talk(connection, "li-na")
        asked = handover.request(connection, Ask(HOME, talk, "asked"), REAL)
        # Three of four were answered within 200 seconds.
        assert (asked.place, asked.minutes, asked.new) == (2, 4, True)
        again = handover.request(connection, Ask(HOME, talk, "asked"), REAL + timedelta(minutes=1))
        assert (again.id, again.place, again.new) == (asked.id, 2, False)

    db.submit(then).result()


def test_a_line_bears_the_name_that_residents_may_see(db: Database) -> None:
    def work(connection: Connection) -> None:
        clerk, other = _clerk(connection, "agent"), _clerk(connection, "supervisor")
        key = _asked(connection, "li-na")
        with pytest.raises(Refused) as early:
            handover.say(connection, HOME, key, clerk, "您好", REAL)
        assert early.value.status == 409
        held = handover.claim(connection, HOME, key, clerk, REAL)
        with pytest.raises(Refused):
            handover.say(connection, HOME, key, other, "您好", REAL)
        seq = handover.say(connection, HOME, key, clerk, "您好\n我马上看", REAL + timedelta(seconds=5))
        line = connection.execute(select(outbox).where(outbox.c.kind == "line")).one()
        assert (line.seq, line.body) == (seq, {"parts": [{"words": "您好\n我马上看"}], "by": "王师傅"})
        talk = connection.execute(select(conversation).where(conversation.c.id == held.conversation_id)).one()
        assert talk.with_staff
        holds = handover.held_from(talk.state)
        assert holds is not None
        assert (holds.shown("en"), holds.until) == ("Mr Wang", REAL + timedelta(seconds=185))
        handover.hand_back(connection, HOME, key, clerk, "answered", REAL)
        talk = connection.execute(select(conversation).where(conversation.c.id == held.conversation_id)).one()
        # A line that nobody has fetched yet is handed on with the next answer.
        assert (talk.with_staff, talk.state) == (False, {"unheard": True})
        names = connection.execute(select(event.c.name, event.c.data).order_by(event.c.seq)).all()
        assert [(row.name, row.data) for row in names] == [
            ("claimed", {"by": "王师傅"}),
            ("handback", {"by": "王师傅"}),
        ]

    db.submit(work).result()


def test_what_its_owner_left_lying_keeps_its_turn(db: Database) -> None:
    """Asked first, claimed, and then nothing: it goes before those who came later."""

    def work(connection: Connection) -> None:
        clerk = _clerk(connection, "agent")
        key, _ = _asked(connection, "li-na"), _asked(connection, "later")
        handover.claim(connection, HOME, key, clerk, REAL)
        assert handover.return_idle(connection, HOME, REAL + timedelta(minutes=9)) == 0
        assert handover.return_idle(connection, HOME, REAL + timedelta(minutes=10)) == 1
        back = _entry(connection, key)
        assert (back.state, back.owner_id, back.returned, handover.position(connection, back)) == (
            "waiting",
            None,
            1,
            1,
        )

    db.submit(work).result()


def test_an_answered_resident_is_not_taken_away(db: Database) -> None:
    def work(connection: Connection) -> None:
        clerk = _clerk(connection, "agent")
        key = _asked(connection, "li-na")
        talk = handover.claim(connection, HOME, key, clerk, REAL).conversation_id
        handover.say(connection, HOME, key, clerk, "好了", REAL)
        assert handover.return_idle(connection, HOME, REAL + timedelta(hours=2)) == 0
        said = InboundMessage("m-1", Address("rest", "li-na"), Kind.TEXT, REAL, text="还有一个问题")
        conversations.record(connection, talk, 90, said, REAL + timedelta(minutes=1))
        assert handover.return_idle(connection, HOME, REAL + timedelta(minutes=10)) == 1

    db.submit(work).result()


def test_the_end_of_a_shift_returns_everything(db: Database) -> None:
    def work(connection: Connection) -> None:
        clerk = _clerk(connection, "agent")
        keys = [_asked(connection, f"r{n}") for n in range(3)]
        for key in keys[:2]:
            handover.claim(connection, HOME, key, clerk, REAL)
        assert handover.end_shift(connection, clerk, REAL) == 2
        assert [row.state for row in handover.open_list(connection, HOME)] == ["waiting"] * 3
        told = connection.execute(select(outbox.c.body).where(outbox.c.once.like(f"handover:{keys[0]}:%"))).all()
        assert "keep your turn" in str(told[-1].body)

    db.submit(work).result()


def test_passing_on_to_a_colleague_and_to_a_team(db: Database) -> None:
    def work(connection: Connection) -> None:
        clerk, chief = _clerk(connection, "agent"), _clerk(connection, "supervisor")
        auditor = _clerk(connection, "auditor")
        key = _asked(connection, "li-na")
        handover.claim(connection, HOME, key, clerk, REAL)
        assert handover.transfer(connection, HOME, key, clerk, REAL, to=chief).owner_id == chief.id
        with pytest.raises(Refused) as gone:
            handover.hand_back(connection, HOME, key, clerk, "done", REAL)
        assert gone.value.status == 409
        with pytest.raises(Refused) as reads_only:
            handover.transfer(connection, HOME, key, chief, REAL, to=auditor)
        assert reads_only.value.status == 403
        waiting = handover.transfer(connection, HOME, key, chief, REAL, team="repairs")
        assert (waiting.state, waiting.team, waiting.owner_id) == ("waiting", "repairs", None)

    db.submit(work).result()


def test_another_community_finds_nothing(db: Database) -> None:
    def work(connection: Connection) -> None:
        clerk = _clerk(connection, "agent")
        key = _asked(connection, "li-na")
        assert handover.open_list(connection, "elsewhere") == []
        assert handover.entry(connection, "elsewhere", key) is None
        for refused in (
            lambda: handover.claim(connection, "elsewhere", key, clerk, REAL),
            lambda: handover.say(connection, "elsewhere", key, clerk, "x", REAL),
            lambda: handover.take_over(connection, "elsewhere", _entry(connection, key).conversation_id, clerk, REAL),
        ):
            with pytest.raises(Refused) as error:
                refused()
            assert error.value.status == 404

    db.submit(work).result()
