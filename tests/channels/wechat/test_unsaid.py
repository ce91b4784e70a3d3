"""What a process had no time to say in a response is known to the next one, and said once."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import update

from backend.models.talk import outbox
from backend.said import Said
from bot import doors
from bot.configure import load
from bot.contract.messages import Address
from bot.sharing import Sharing
from tests.channels.drivers.wechat import USER, Vendor
from tests.channels.wechat.test_answering import _left
from tests.channels.wechat.test_killed import Gate, Process, _carrier, _late


@pytest.fixture
def process(at: Vendor) -> Process:
    return Process(at)


ME = Address("wechat", USER)


def _number(number: int) -> str:
    return str(23450000000000000 + number)


def _asked(at: Vendor, number: int, *lists: Said) -> None:
    """A request is answered, and what is known of it is what these lists are told; whether it left, nobody noted."""
    assert at.text("你好", number).text.startswith("<xml")
    for one in lists:
        one.asked(ME, _number(number), at.rows()[-1].held_by)


def _starts(at: Vendor, process: Process, path: Path) -> None:
    """The next process, twice over: what it says is said once."""
    for _ in range(2):
        one = Sharing(at.one.app.state.desk, "wechat", gone=Said(path))
        at.one.loop.run_until_complete(one.unsaid())
        process.starts()
        one.gone.close()


@pytest.mark.parametrize("left", [True, False], ids=["it had left", "it had not"])
def test_what_a_kill_left_unsaid_in_a_response_is_said_at_the_start(
    at: Vendor, process: Process, left: bool, tmp_path: Path
) -> None:
    """WeChat has given up meanwhile, and shown its own excuse."""
    before = Said(tmp_path / "said")
    _asked(at, 980, before)
    if left:
        before.left(ME, _number(980))
    before.close()
    _starts(at, process, tmp_path / "said")
    assert len(at.fake.said) == (0 if left else 1)
    assert at.text("你好", 980).text.startswith("<xml") == left


def test_who_has_asked_once_more_has_not_heard_what_left_before(at: Vendor, process: Process, tmp_path: Path) -> None:
    """WeChat had hung up while the response was on its way; its last try had come when the process ended."""
    before = Said(tmp_path / "said")
    _asked(at, 983, before)
    before.left(ME, _number(983))
    before.asked(ME, _number(983), "9" * 20)
    before.close()
    _starts(at, process, tmp_path / "said")
    assert len(at.fake.said) == 1


def test_a_process_that_ended_before_it_said_it_leaves_it_to_the_next(
    at: Vendor, process: Process, tmp_path: Path
) -> None:
    before = Said(tmp_path / "said")
    _asked(at, 984, before)
    before.close()
    second = Said(tmp_path / "said")
    second.asked(ME, "another", "2")
    second.left(ME, "another")
    second.close()
    _starts(at, process, tmp_path / "said")
    assert len(at.fake.said) == 1


@pytest.mark.parametrize("again", [True, False], ids=["asked again there", "asked here only"])
def test_what_another_process_was_asked_for_since_is_not_said_here(
    at: Vendor, process: Process, again: bool, tmp_path: Path
) -> None:
    """Several at one PostgreSQL, each with a list of its own: WeChat's next try may come to any of them, and be
    quicker than our start."""
    before = Said(tmp_path / "said")
    _asked(at, 981, before)
    before.close()
    if again:
        _asked(at, 981)
    _starts(at, process, tmp_path / "said")
    assert len(at.fake.said) == (0 if again else 1)


def test_what_is_asked_and_what_leaves_is_noted(at: Vendor, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    shared = _carrier(at)._ports.shared
    one = Said(tmp_path / "said")
    lines: list[tuple[int, int]] = []
    with monkeypatch.context() as lent:
        lent.setattr(type(shared), "asked", lambda _, message, by: _told(one.asked, message.sender, message.id, by))
        lent.setattr(type(shared), "said", lambda _, message: _told(one.left, message.sender, message.id))
        for _ in range(2):
            at.text("你好", 982)
            found = (tmp_path / "said").read_text(encoding="ascii").splitlines()
            lines.append((sum(one.startswith("?") for one in found), sum(one.startswith("!") for one in found)))
    one.close()
    assert lines == [(1, 1), (2, 2)]
    assert USER not in (tmp_path / "said").read_text(encoding="ascii")


async def _told(note: Any, *given: str) -> None:
    note(*given)


def _anew(at: Vendor, path: Path) -> None:
    """A process begins: the list of this one is now that of the one before it."""
    gone = _carrier(at)._ports.shared.gone
    gone.close()
    Said.__init__(gone, path)


@pytest.mark.parametrize(
    ("owner", "call", "behind"),
    [("shared", "spend", True), ("calls", "post", False), ("calls", "post", True)],
    ids=["noted", "not yet asked", "said and not settled"],
)
def test_a_message_of_ours_that_had_not_left_is_said_by_the_next_process(
    at: Vendor, process: Process, monkeypatch: pytest.MonkeyPatch, owner: str, call: str, behind: bool, tmp_path: Path
) -> None:
    """Wherever it ended: said once, and paid for once."""
    _anew(at, tmp_path / "said")
    at.text("你好", 985)
    _anew(at, tmp_path / "said")
    _late(at, monkeypatch, number=986)
    way = _carrier(at)
    with monkeypatch.context() as shut:
        gate = Gate(type(way._ports.shared) if owner == "shared" else way._calls, call, shut, behind=behind)
        process.ends_in(lambda: gate.reached)
    for _ in range(2):
        _anew(at, tmp_path / "said")
        process.starts()
    assert len(at.fake.said) == 1
    assert _left(at) == 4


def test_nobody_knows_what_another_process_has_let_out(
    at: Vendor, process: Process, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    _anew(at, tmp_path / "said")
    at.text("你好", 985)
    _anew(at, tmp_path / "said")
    _late(at, monkeypatch, number=986)
    with monkeypatch.context() as shut:
        gate = Gate(_carrier(at)._calls, "post", shut, behind=False)
        process.ends_in(lambda: gate.reached)
    db, real = at.one.app.state.desk.db, at.one.app.state.desk.clock.real()
    taken = update(outbox).where(outbox.c.state == "saying").values(held_by="lost", due_at=real)
    db.submit(lambda c: c.execute(taken)).result()
    _anew(at, tmp_path / "said")
    process.starts()
    assert at.fake.said == []
    assert [row.state for row in at.rows()][-1] == "sent", "it counts as said"


def test_of_several_processes_each_has_a_list_of_its_own(tmp_path: Path) -> None:
    alone = load()
    several = alone.model_copy(
        update={"database_url": "postgresql://linli@localhost/linli", "media_path": tmp_path / "media", "node": "a"}
    )
    first, again, second = (
        doors._said(several.model_copy(update={"place": place}), "wechat").path
        for place in ("serve-1", "serve-1", "serve-2")
    )
    assert first == again == tmp_path / "said-wechat-a-serve-1"
    assert second != first
    assert doors._said(alone.model_copy(update={"database_url": "sqlite:///:memory:"}), "wechat").path is None


def test_what_cannot_be_noted_hinders_nobody(tmp_path: Path) -> None:
    one = Said(tmp_path / "away" / "said")
    one.asked(ME, "a", "1")
    assert (one.path, one.before) == (None, None)


def test_a_list_that_has_grown_too_large_is_begun_anew(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """What was asked for in the old one counts as said."""
    one, path = Said(tmp_path / "said"), tmp_path / "said"
    one.asked(ME, "a", "1")
    monkeypatch.setattr("backend.said.MOST_BYTES", 10)
    one.asked(ME, "b", "2")
    one.close()
    following = Said(path)
    following.take_up()
    assert following.before is not None
    assert (following.before.waiting(ME, "a"), following.before.waiting(ME, "b")) == ((), ("2",))
    following.close()


@pytest.mark.parametrize("content", ["", "another-boot\n?x 1\n", "garbage", "\x00\x00"])
def test_where_nothing_is_known_everything_counts_as_said(content: str, tmp_path: Path) -> None:
    path = tmp_path / "said"
    path.write_text(content, encoding="ascii")
    one = Said(path)
    one.take_up()
    assert one.before is None
    one.asked(ME, "a", "1")
    one.close()
    with path.open("a", encoding="ascii") as torn:
        torn.write("?torn aw")
    following = Said(path)
    following.take_up()
    following.asked(ME, "b", "2")
    assert following.before is not None
    assert following.before.waiting(ME, "a") == ("1",)
    following.close()
