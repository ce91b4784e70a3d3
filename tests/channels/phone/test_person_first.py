"""A person first, always: said once, heard with every later call; and offered first to whoever is old."""

from __future__ import annotations

from dataclasses import replace

import pytest
from sqlalchemy import select

from backend.models.people import resident
from channels.phone import adapter
from channels.twilio import of
from tests.channels.drivers.phone import PIN, Vendor
from tests.channels.phone.test_phone import said

CALLER, DESK = "13800000501", "+861055550001"


@pytest.fixture(autouse=True)
def with_a_desk(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(adapter, "of", lambda known, account: replace(of(known, account), staff=(DESK,)))


def _wish(at: Vendor) -> str | None:
    wish: str | None = at.do(lambda c: c.execute(select(resident.c.person).where(resident.c.phone == CALLER)).scalar())
    return wish


def _rings(at: Vendor) -> bool:
    return at.twiml is not None and at.twiml.find("Dial") is not None


def test_once_said_each_later_call_rings_the_desk_and_the_keys_go_on_working(at: Vendor) -> None:
    at.begin()
    at.speak("以后都转人工")
    assert _rings(at)
    first = said(at.begin())
    assert "先找人接" in first
    assert "请按8" in first
    assert _rings(at)
    assert at.twiml is not None
    assert [one.tag for one in at.twiml] == ["Gather", "Dial"], "keys and words are heard before it rings"
    assert at.twiml[0].attrib["actionOnEmptyResult"] == "false", "who says nothing is put through"
    assert "报修" in said(at.keys("8"))


def test_it_is_taken_back_in_a_word(at: Vendor) -> None:
    at.begin()
    at.speak("always a person, please")
    at.begin()
    at.speak("the machine first again")
    at.begin()
    assert not _rings(at)


def test_on_caller_id_alone_nobody_elses_wish_is_changed_and_by_pin_ones_own_is_kept(at: Vendor) -> None:
    at.begin()
    at.speak("以后都转人工")
    assert _wish(at) is None, "a number that a call shows proves nothing"
    at.begin()
    at.keys(f"*{PIN}")
    at.speak("以后都转人工")
    assert _wish(at) == "always"


def test_what_the_desk_has_set_holds_for_the_number(at: Vendor) -> None:
    at.is_known(person="always")
    at.begin()
    assert _rings(at)


OFFER = "找人接听，随时按0"


def _born(at: Vendor, age: int) -> int:
    year: int = at.one.app.state.desk.clock.now().year
    return year - age


def test_from_65_on_a_person_is_heard_first_unless_they_chose_otherwise(at: Vendor) -> None:
    """Practice 15: by the profile, in the desk's hours, and without a case that nobody asked for."""
    at.is_known(birth_year=_born(at, 64), person=None)
    at.begin()
    assert not _rings(at)
    at.is_known(birth_year=_born(at, 65))
    assert "先给您转人工" in said(at.begin())
    assert _rings(at)
    assert at.twiml is not None
    assert [one.tag for one in at.twiml] == ["Gather", "Dial"], "keys and words are heard before it rings"
    assert not at.one.items("cases"), "nobody asked to be called back"
    at.is_known(person="no")
    first = said(at.begin())
    assert "先给您转人工" not in first
    assert OFFER not in first
    assert not _rings(at)


def test_in_english_it_says_the_same(at: Vendor) -> None:
    at.is_known(birth_year=1940, person=None)
    at.begin()
    at.keys("5")
    assert "I ring a person for you first" in said(at.begin())
    assert _rings(at)


def test_who_would_rather_do_it_by_key_or_word_does(at: Vendor) -> None:
    at.is_known(birth_year=1940, person=None)
    at.begin()
    assert "报修" in said(at.keys("8"))
    at.begin()
    assert "在什么地方" in said(at.speak("厨房水龙头漏水"))


def test_where_nobody_of_the_desk_picks_up_the_machine_helps_at_once(at: Vendor) -> None:
    at.is_known(birth_year=1940, person=None)
    at.begin()
    assert at.twiml is not None
    dial = at.twiml.find("Dial")
    assert dial is not None
    first = said(at.hear(at.send(dial.attrib["action"].removeprefix("http://linli"), DialCallStatus="no-answer")))
    assert "人工这会儿没人接" in first
    assert "您的请求" not in first, "nothing was kept"
    assert "报修" in said(at.keys("8"))


def test_a_cry_is_heard_before_it_rings(at: Vendor) -> None:
    at.is_known(birth_year=1940, person=None)
    at.begin()
    assert "求救收到" in said(at.speak("救命，我摔倒了起不来"))
    assert not _rings(at)
    assert len(at.one.items("alarms")) == 1


def test_where_the_desk_is_shut_or_has_no_number_the_offer_is_heard(
    at: Vendor, monkeypatch: pytest.MonkeyPatch
) -> None:
    from backend.services.hours import Hours

    at.is_known(birth_year=1940, person=None)
    with monkeypatch.context() as shut:
        shut.setattr(Hours, "is_open", lambda self, now: False)
        assert OFFER in said(at.begin())
        assert not _rings(at)
    monkeypatch.setattr(adapter, "of", of)
    assert OFFER in said(at.begin())
    assert not _rings(at)
    assert at.twiml is not None
    lines = ["".join(one.itertext()) for one in at.twiml.iter("Say")]
    assert any(OFFER in line for line in lines[:-1]), "before they are asked what they need"


def test_where_the_desk_is_shut_a_call_back_is_one_key_away(at: Vendor, monkeypatch: pytest.MonkeyPatch) -> None:
    from backend.services.hours import Hours

    at.is_known(person="always")
    monkeypatch.setattr(Hours, "is_open", lambda self, now: False)
    assert "要回电请按0" in said(at.begin())
    assert not _rings(at)
