"""Anybody can write a text message under a resident's number; only the true telephone reads what comes back."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from bot import echo
from tests.channels.drivers import Bench
from tests.channels.drivers.sms import Vendor


@pytest.fixture
def at(benches: Callable[[str], Bench], tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Vendor]:
    """Bound with a code of the desk, longer ago than that proves anything."""
    with benches("sms").driver(tmp_path) as one:
        assert isinstance(one, Vendor)
        monkeypatch.setattr(echo, "LIVES", timedelta(0))
        one.bind()
        monkeypatch.undo()
        monkeypatch.setattr(echo, "is_fresh", _as_if_later(one))
        yield one


def _as_if_later(one: Vendor) -> Callable[..., bool]:
    """What was proved before this moment is too old."""
    since, fresh = one.one.app.state.desk.clock.real().isoformat(), echo.is_fresh
    return lambda talk, real: talk.proved > since and fresh(talk, real)


def _all(at: Vendor, words: str) -> str:
    return "\n".join(one.text for one in at.say(words))


def _asked(text: str) -> str:
    found = re.search(r"(?<!\d)\d{6}(?!\d)", text)
    assert found is not None, text
    return found[0]


@pytest.mark.parametrize("words", ["这个月要交多少钱", "我的报修怎么样了", "同意赵敏替我办事"])
def test_a_forged_sender_learns_and_changes_nothing(at: Vendor, words: str) -> None:
    said = _all(at, words)
    assert "回复" in said
    _asked(said)
    assert not re.search(r"2,410|居住证|赵敏", said)
    # Words that a forger sends blindly after it.
    assert "¥" not in _all(at, "是")


def test_the_number_that_comes_back_opens_what_was_asked_for(at: Vendor) -> None:
    code = _asked(_all(at, "这个月要交多少钱"))
    assert "2,410" in _all(at, code)
    assert "813.13" in _all(at, "这个月要交多少钱")


def test_wrong_numbers_are_counted_and_shut_it(at: Vendor) -> None:
    code = _asked(_all(at, "这个月要交多少钱"))
    wrong = f"{(int(code) + 1) % 10**6:06}"
    for _ in range(5):
        assert "2,410" not in _all(at, wrong)
    shut = _all(at, code)
    assert "一小时" in shut
    assert "2,410" not in shut


def test_a_repair_and_an_alarm_need_no_number(at: Vendor) -> None:
    assert not re.search(r"(?<!\d)\d{6}(?!\d)", _all(at, "厨房水龙头漏水，请来修"))
    assert "单号" in _all(at, "是")
    assert "120" in _all(at, "救命，我摔倒了")


def _filed(at: Vendor) -> str:
    _all(at, "厨房水龙头漏水，请来修")
    _all(at, "是")
    return str(at.one.items("cases")[0]["state"])


@pytest.mark.parametrize("wish", ["撤销", "改成下周一上午十点"])
def test_what_was_filed_is_changed_or_taken_back_after_the_number_only(at: Vendor, wish: str) -> None:
    before = _filed(at)
    _all(at, wish)
    asked = _all(at, "是")
    code = _asked(asked)
    assert at.one.items("cases")[0]["state"] == before
    assert "when" not in at.one.items("cases")[0] or "11-23" not in str(at.one.items("cases")[0]["when"])
    # Blind words of a forger do not move it.
    _all(at, "是")
    assert at.one.items("cases")[0]["state"] == before
    done = _all(at, _asked(_all(at, "是")))
    case = at.one.items("cases")[0]
    assert (case["state"] != before) if wish == "撤销" else ("11-23" in str(case["when"])), done
    assert code


@pytest.mark.parametrize("wish", ["撤销", "改成下周一上午十点"])
def test_a_telephone_beside_the_yes_opens_nothing(at: Vendor, wish: str) -> None:
    before = _filed(at)
    _all(at, wish)
    code = _asked(_all(at, "是的，我的电话是13911112222"))
    case = at.one.items("cases")[0]
    assert (case["state"], "11-23" in str(case.get("when")), "13911112222" in str(case)) == (before, False, False)
    done = _all(at, code)
    case = at.one.items("cases")[0]
    assert (case["state"] != before) if wish == "撤销" else ("11-23" in str(case["when"])), done


def test_another_telephone_for_the_case_is_taken_after_the_number(at: Vendor) -> None:
    _filed(at)
    _asked(_all(at, "电话改成13911112222"))
    assert "13911112222" not in str(at.one.items("cases")[0])


def test_a_forger_makes_nobodys_telephone_ring_all_day(at: Vendor) -> None:
    for _ in range(3):
        _asked(_all(at, "我的报修怎么样了"))
    enough = _all(at, "我的报修怎么样了")
    assert not re.search(r"(?<!\d)\d{6}(?!\d)", enough)
    assert "人工" in enough, "somebody helps all the same"
    assert "居住证" not in enough


@pytest.mark.parametrize(
    ("sent", "waits"),
    [
        ((), None),
        ((10, 20), None),
        ((10, 20, 30), 30),
        ((10, 20, 61), None),
        ((10, 61, 120, 180, 240, 300, 360, 420), 24 * 60 - 420),
        ((10, 61, 120, 180, 240, 300, 360, 24 * 60), None),
    ],
)
def test_so_many_numbers_an_hour_and_a_day(sent: tuple[int, ...], waits: int | None) -> None:
    """In minutes: how long ago each was sent, and how long it is until the next."""
    real = datetime(2026, 11, 20, 12, 0, tzinfo=UTC)
    until = echo.waits([(real - timedelta(minutes=ago)).isoformat() for ago in sent], real)
    assert until == (None if waits is None else real + timedelta(minutes=waits))
