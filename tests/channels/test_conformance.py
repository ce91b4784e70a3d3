"""What every channel must do alike, each in its vendor's own words; a folder without a driver fails here."""

from __future__ import annotations

from datetime import timedelta

import pytest

from backend.services import bindings
from bot.contract.messages import Card, Choice, Choices, Link, Media, Words
from tests.channels.drivers import NAMES, driver_of
from tests.channels.drivers.driver import Driver, Heard

REPAIR = "厨房水龙头漏水，请来修"
MALFORMED = (
    *(b"", b"[1, 2]", b"{", b'"text"', b"null", b'{"update_id": 1e400}', b"\xff\xfe{}", b"[" * 100_000),
    *(b'{"update_id": 1, "message": 7}', b'{"update_id": [1], "id": [2], "sender": [3]}'),
)


def _all_but(lacking: str) -> pytest.MarkDecorator:
    """The channels that carry this; the others say in their README that they do not."""
    return pytest.mark.parametrize("name", [one for one in NAMES if lacking not in driver_of(one).lacks])


_PUSHED = [one for one in NAMES if driver_of(one).pushes and not driver_of(one).in_response]
pushed = pytest.mark.parametrize("name", _PUSHED)


@pytest.fixture(params=NAMES)
def name(request: pytest.FixtureRequest) -> str:
    return str(request.param)


@pytest.fixture
def at(driver: Driver) -> Driver:
    return driver


def test_who_cannot_prove_it_is_refused_and_nothing_is_written(at: Driver) -> None:
    before = at.messages()
    assert [answer.status_code for answer in at.forged()] == [at.refusal] * 2
    assert at.messages() == before
    assert at.say("你好")
    assert at.messages() == before + 1


@_all_but("account")
def test_an_account_that_there_is_not(at: Driver) -> None:
    before = at.messages()
    assert at.stranger().status_code == 404
    assert at.messages() == before


def test_the_same_message_again_has_one_effect_and_one_answer(at: Driver) -> None:
    at.bind()
    first = at.hear(at.text(REPAIR, 900))
    again = at.hear(at.text(REPAIR, 900))
    assert first
    # A pushed answer is not pushed twice; one in the response is the same once more, or none where it is shown already.
    assert again in (([],) if at.pushes and not at.in_response else (first, []))
    at.say("对")
    assert len(at.one.items("cases", conversation=at.sender)) == 1


def test_messages_out_of_order_are_all_taken(at: Driver) -> None:
    at.bind()
    assert at.hear(at.text("你好", 905))
    assert at.hear(at.text("谢谢", 903))
    assert at.hear(at.text("你好", 1904))


def test_too_long_is_read_as_far_as_it_goes(at: Driver) -> None:
    said = at.say("我家厨房水管漏水了，" + "水一直在流，" * 1_500)
    assert said
    assert all(one.text for one in said)


@_all_but("unknown")
def test_what_nobody_acts_on_is_acknowledged(at: Driver) -> None:
    before = at.messages()
    assert at.unknown().status_code == 200
    assert at.messages() == before


def test_a_tap_is_an_answer_and_an_old_button_is_still_understood(at: Driver) -> None:
    at.bind()
    at.say(REPAIR)
    offered = at.say("再说一遍")[-1]
    yes = next(title for title in offered.buttons if title == "是")
    assert "单号" in _all(at.hear(at.tap(yes, offered.buttons[yes])))
    assert at.hear(at.tap(yes, offered.buttons[yes])), "a button of an answer that is over is never met with silence"
    assert len(at.one.items("cases", conversation=at.sender)) == 1


@_all_but("photo")
def test_a_photo_joins_the_repair(at: Driver) -> None:
    at.bind()
    at.say(REPAIR)
    assert "照片" in _all(at.hear(at.photo()))
    assert "单号" in _all(at.say("对"))
    assert [row.state for row in at.rows("fetch")] == ["sent"] * at.pushes
    for row in at.rows("fetch"):
        assert at.shelf.fetch(row.body["key"], at.sender).content_type == "image/jpeg"


@_all_but("place")
def test_a_place_is_used_or_met_kindly(at: Driver) -> None:
    at.bind()
    assert _all(at.hear(at.place(31.23, 121.47)))


@_all_but("voice")
def test_a_voice_note_is_met_kindly(at: Driver) -> None:
    assert "语音" in _all(at.hear(at.voice()))


def test_while_nothing_can_be_stored_a_cry_is_answered_and_the_rest_comes_again(at: Driver) -> None:
    at.say("你好")
    with at.nothing_stored():
        assert at.put_off(at.text("厨房水龙头漏水"))
        cry = at.text("着火了快救命")
        assert cry.status_code == 200
        # For ears a number is said digit by digit.
        assert "119" in _all([*at.read(cry), *at.at_once(cry)]).replace(" ", "")


@pushed
def test_when_the_vendor_asks_for_patience_it_is_said_later_and_once(at: Driver) -> None:
    at.patience(30)
    assert at.say("你好") == []
    waiting = at.rows()[-1]
    assert (waiting.state, waiting.attempts) == ("due", 1)
    assert (waiting.due_at - waiting.created_at) >= timedelta(seconds=30)
    at.later(timedelta(seconds=40))
    at.deliver()
    assert len(at.read(at.text("谢谢"))) == 1
    assert waiting.id in [row.id for row in at.rows() if row.state == "sent"]


@pushed
def test_who_has_blocked_us_is_left_alone_until_they_write(at: Driver) -> None:
    at.bind()
    at.block(True)
    at.say("你好")
    assert at.rows()[-1].state == "dead"
    assert _unreachable(at)
    at.block(False)
    assert at.say("你好")
    assert not _unreachable(at)


def test_every_part_is_shown_and_what_has_no_form_is_said_in_words(at: Driver) -> None:
    parts = (
        Words("先说一句 <b>&amp;</b> ]]> 😀"),
        Card("报修", (("事项", "水龙头 <漏>"), ("地点", "3栋")), "报修\n事项：水龙头 <漏>\n地点：3栋"),
        Media("image", "https://estate.example/qr.png", "通行码"),
        Link("付款", "https://estate.example/pay/1"),
        Choices("对吗？", (Choice("对", "yes", "1"), Choice("改一改" * 12, "change=" + "很长的值" * 12, "2"))),
    )
    shown = at.shown(parts)
    for words in ("先说一句", "水龙头", "3栋", "通行码", "付款", "对吗？", "对", "改一改" * 12):
        assert words in shown, words
    # Nobody writes down an address that is read to them.
    assert ("https://estate.example/pay/1" in shown) != ("link" in at.lacks)


@pytest.mark.parametrize("body", MALFORMED, ids=range(len(MALFORMED)))
def test_whatever_comes_is_no_fault_of_ours(at: Driver, body: bytes) -> None:
    before = at.messages()
    assert at.raw(body).status_code in (200, 400, 413, 422)
    assert at.messages() == before


def test_twenty_megabytes_are_not_even_read(at: Driver) -> None:
    before = at.messages()
    assert at.raw(b'{"a": "' + b"x" * 20_000_000 + b'"}').status_code == 413
    assert at.messages() == before


def _all(said: list[Heard]) -> str:
    return "\n".join(one.text for one in said)


def _unreachable(at: Driver) -> bool:
    db = at.one.app.state.desk.db
    found = db.read_now(lambda c: bindings.accounts_of(c, "sunshine", 1))
    return any(row.unreachable_at for row in found if row.channel == at.name)
