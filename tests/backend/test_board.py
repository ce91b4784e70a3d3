"""The board, places that are taken, and what a question finds: on the demo's own data."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path

import pytest
import yaml
from sqlalchemy import Connection

from backend.db import open_engine, parse_url
from backend.demo import dates
from backend.services import board, cases, holds, retrieval
from backend.services.cases import NewCase
from bot.settings import ROOT, Settings

SUNSHINE = "sunshine"
POLICIES = ROOT / "backend" / "demo" / "policies.yml"


@pytest.fixture
def db(fresh: Settings) -> Iterator[Connection]:
    engine = open_engine(parse_url(fresh.database_url))
    with engine.begin() as connection:
        yield connection
    engine.dispose()


def _booking(db: Connection, now: datetime) -> str:
    return cases.file(db, NewCase(SUNSHINE, "booking", "", "court", category="venue", state="booked"), now).id


def test_a_seat_is_given_once(db: Connection, fresh: Settings) -> None:
    now = datetime(2026, 11, 20, 9, 30, tzinfo=fresh.zone)
    first, second = _booking(db, now), _booking(db, now)
    at = now + timedelta(days=1)
    assert holds.take(db, SUNSHINE, "venue:x", at, 1, 1, first)
    assert not holds.take(db, SUNSHINE, "venue:x", at, 1, 1, second)
    assert holds.take(db, SUNSHINE, "venue:x", at + timedelta(hours=1), 1, 1, second)
    holds.release(db, first)
    assert holds.take(db, SUNSHINE, "venue:x", at, 1, 1, second)


def test_all_seats_or_none(db: Connection, fresh: Settings) -> None:
    now = datetime(2026, 11, 20, 9, 30, tzinfo=fresh.zone)
    first, second = _booking(db, now), _booking(db, now)
    assert holds.take(db, SUNSHINE, "class", now, 3, 4, first)
    assert not holds.take(db, SUNSHINE, "class", now, 2, 4, second)
    assert holds.taken(db, SUNSHINE, "class", now, now + timedelta(minutes=1))[now] == 3
    assert holds.take(db, SUNSHINE, "class", now, 1, 4, second)


def test_communities_boards_are_apart(db: Connection) -> None:
    assert len(board.items(db, SUNSHINE, "notice")) >= 10
    assert board.items(db, "other", "notice") == []
    assert board.one(db, SUNSHINE, "venue", "badminton") is not None
    assert board.one(db, SUNSHINE, "venue", "nothing") is None


def test_answers_have_both_languages_and_a_source() -> None:
    policies = yaml.safe_load(POLICIES.read_text(encoding="utf-8"))["policy"]
    assert len(policies) >= 25
    for policy in policies:
        for name in ("title", "answer", "source"):
            assert set(policy[name]) == {"zh_Hans", "en"}, policy["key"]
        assert policy["as_of"], policy["key"]
    assert len({policy["key"] for policy in policies}) == len(policies)


@pytest.mark.parametrize("path", sorted((ROOT / "backend" / "demo").glob("*.yml")), ids=lambda path: path.name)
def test_every_text_of_the_demo_is_in_both_languages(path: Path) -> None:
    def texts(data: object) -> Iterator[dict[str, str]]:
        if isinstance(data, dict):
            if "zh_Hans" in data or "en" in data:
                yield data
            else:
                for value in data.values():
                    yield from texts(value)
        elif isinstance(data, list):
            for value in data:
                yield from texts(value)

    for text in texts(yaml.safe_load(path.read_text(encoding="utf-8"))):
        assert text["zh_Hans"]
        assert text["en"]


@pytest.mark.parametrize(
    ("question", "key"),
    [
        ("居住证要什么材料", "residence_permit"),
        ("我妈八十了，高龄补贴去哪申请", "subsidy"),
        ("周末能不能装修", "renovation"),
        ("小孩上小学外地户口怎么报名", "school"),
        ("my dog, do I need a licence for it", "pets"),
        ("how to register our newborn baby", "birth"),
        ("is charging an e-bike in the corridor forbidden", "ebike"),
    ],
)
def test_questions_find_their_answer(question: str, key: str) -> None:
    policies = yaml.safe_load(POLICIES.read_text(encoding="utf-8"))["policy"]
    texts = [f"{p['words']} {' '.join(p['title'].values())}" for p in policies]
    assert policies[retrieval.rank(question, texts)[0][0]]["key"] == key


UNANSWERED = ["献血证能干嘛", "does the estate forbid drones", "入党申请书交给谁", "", "？？？", "a" * 5000]


@pytest.mark.parametrize("question", UNANSWERED)
def test_what_is_not_there_is_not_found(question: str) -> None:
    policies = yaml.safe_load(POLICIES.read_text(encoding="utf-8"))["policy"]
    assert retrieval.rank(question, [f"{p['words']} {' '.join(p['title'].values())}" for p in policies]) == []


def test_days_of_the_demo(fresh: Settings) -> None:
    now = datetime(2026, 11, 20, 9, 30, tzinfo=fresh.zone)
    assert dates.resolved({"a": ["+1 09:00", "-0"], "b": "x"}, now) == {
        "a": ["2026-11-21T09:00:00+08:00", "2026-11-20"],
        "b": "x",
    }
    with pytest.raises(ValueError, match="no day"):
        dates.moment("tomorrow", now)
