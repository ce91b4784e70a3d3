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


def test_somebody_old_hears_the_offer_of_a_person_first_unless_they_chose_otherwise(at: Vendor) -> None:
    offer = "找人接听，随时按0"
    at.is_known(birth_year=1986, person=None)
    assert offer not in said(at.begin())
    at.is_known(birth_year=1940)
    assert offer in said(at.begin())
    assert at.twiml is not None
    lines = ["".join(one.itertext()) for one in at.twiml.iter("Say")]
    assert any(offer in line for line in lines[:-1]), "before they are asked what they need"
    at.is_known(person="no")
    assert offer not in said(at.begin())


def test_where_the_desk_is_shut_a_call_back_is_one_key_away(at: Vendor, monkeypatch: pytest.MonkeyPatch) -> None:
    from backend.services.hours import Hours

    at.is_known(person="always")
    monkeypatch.setattr(Hours, "is_open", lambda self, now: False)
    assert "要回电请按0" in said(at.begin())
    assert not _rings(at)
