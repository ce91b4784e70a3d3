"""Text messages: what they cost, what became of them, and who wants none."""

from __future__ import annotations

import pytest

from backend.services import outbox
from bot.contract.text import t
from channels.sms.segments import cost, thrifty
from tests.channels.drivers.sms import Vendor


# As Twilio's own calculator counts them.
@pytest.mark.parametrize(
    ("text", "alphabet", "segments"),
    [
        ("", "GSM-7", 0),
        ("a" * 160, "GSM-7", 1),
        ("a" * 161, "GSM-7", 2),
        ("a" * 306, "GSM-7", 2),
        ("a" * 307, "GSM-7", 3),
        ("€" * 80, "GSM-7", 1),
        ("€" * 81, "GSM-7", 2),
        # 153 is odd: a letter of two units is not parted, so each part holds 76 of them.
        ("€" * 153, "GSM-7", 3),
        ("好" * 70, "UCS-2", 1),
        ("好" * 71, "UCS-2", 2),
        ("好" * 134, "UCS-2", 2),
        ("好" * 135, "UCS-2", 3),
        ("a’b", "UCS-2", 1),
        ("😀" * 35, "UCS-2", 1),
        ("😀" * 36, "UCS-2", 2),
    ],
)
def test_segments(text: str, alphabet: str, segments: int) -> None:
    found = cost(text)
    assert (found.alphabet, found.segments) == (alphabet, segments)


def test_one_curly_quote_does_not_double_the_price() -> None:
    assert thrifty("It’s done – thanks…") == "It's done - thanks..."
    assert thrifty("“厨房”漏水…") == "“厨房”漏水…"


def test_a_repair_costs_few_segments(at: Vendor) -> None:
    """The whole of it, from the first word to the number: 10 for a person who pays for each."""
    at.bind()
    begun = len(at.fake.sent)
    at.say("厨房水龙头漏水，请来修")
    at.say("1")
    texts = [one["Body"] for one in at.fake.sent[begun:]]
    assert "单号" in texts[-1]
    assert sum(cost(text).segments for text in texts) <= 10, texts


def test_menus_are_answered_by_number(at: Vendor) -> None:
    at.bind()
    offered = at.say("帮助")[-1]
    assert "1" in offered.buttons.values()
    title = next(title for title, key in offered.buttons.items() if key == "1")
    assert at.say("1")[-1].text
    assert title


def test_the_fixed_word_is_an_alarm(at: Vendor) -> None:
    assert any("120" in heard.text for heard in at.say("SOS"))
    assert len(at.one.items("alarms")) == 1


@pytest.mark.parametrize("word", ["退订", "TD", "td"])
def test_who_wants_no_notices_gets_none_until_they_write_again(at: Vendor, word: str) -> None:
    at.say("你好")
    assert "不再" in at.say(word)[-1].text
    before = len(at.fake.sent)
    _push(at, "first")
    assert len(at.fake.sent) == before
    at.say("你好")
    before = len(at.fake.sent)
    _push(at, "second")
    assert len(at.fake.sent) == before + 1


def _push(at: Vendor, once: str) -> None:
    desk = at.one.app.state.desk
    text = t("Welcome: this account now belongs to {home}. You can ask for anything here.", home="x")
    desk.db.submit(lambda c: outbox.push(c, at.rows()[0].conversation_id, text, once, desk.clock.real())).result(10)
    at.deliver()


@pytest.mark.parametrize("kind", ["STOP", "START", "HELP"])
def test_what_the_carrier_answers_is_not_answered_again(at: Vendor, kind: str) -> None:
    before = at.messages()
    assert at.hear(at.message(Body=kind, OptOutType=kind)) == []
    assert at.messages() == before


def test_what_became_of_it_is_written_down_whatever_the_order(at: Vendor) -> None:
    at.say("你好")
    sid = at.fake.sent[-1]["Sid"]
    for state in ("delivered", "sent", "queued"):
        assert at.fate(sid, state).status_code == 200
    assert at.rows()[-1].delivered_at is not None
    at.say("谢谢")
    at.fate(at.fake.sent[-1]["Sid"], "undelivered", ErrorCode="30003")
    assert (at.rows()[-1].state, at.rows()[-1].last_error) == ("dead", "30003")
    assert at.fate("x", "delivered").status_code == 400


def test_pictures_are_met_kindly(at: Vendor) -> None:
    assert at.hear(
        at.message(Body="", NumMedia="1", MediaUrl0="https://api.twilio.com/m", MediaContentType0="image/png")
    )


@pytest.mark.parametrize("fields", [{"From": "12345"}, {"From": ""}, {"MessageSid": "x"}, {"AccountSid": "AC1"}])
def test_what_twilio_never_sends_is_refused(at: Vendor, fields: dict[str, str]) -> None:
    assert at.message(None, **{"Body": "你好", **fields}).status_code == 400
