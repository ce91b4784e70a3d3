"""The part of the resident's own page for an emergency: kept sealed, shown to nobody, theirs to take back."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from sqlalchemy import select

from backend.models.ladder import care
from backend.models.sign_in import audit_entry
from tests.backend.climbing import ONE, do
from tests.browsing import Browser, link_in
from tests.resident import Resident


@pytest.fixture
def at(house: Resident) -> Iterator[Browser]:
    browser = Browser(house)
    yield browser
    browser.close()


def _kept(house: Resident) -> list[Any]:
    return list(do(house, lambda c: c.execute(select(care)).all()))


@ONE
def test_what_is_wanted_for_an_emergency_is_kept_sealed_and_is_theirs_to_take_back(
    house: Resident, at: Browser
) -> None:
    """A question each day, a word for duress, how to get in: written by their own hand, shown to nobody by the page."""
    at.open(link_in(house.say("我的页面").text))
    given = {"daily": "09:00", "knocks": "赵敏", "knocks_phone": "138 0008 1201", "duress": "橘子买好了"}
    given |= {"entry": "门垫下，密码 4711", "deaf": "yes", "naps": "12:30-14:00"}
    assert "照您写的办" in at.press("care", **given).text
    page = at.get("/my").text
    assert 'value="09:00"' in page
    for secret in ("橘子", "4711"):
        assert secret not in page
    (row,) = _kept(house)
    assert (row.daily, row.knocks_phone, row.deaf, row.entry_consent) == ("09:00", "13800081201", True, "written")
    assert "橘子" not in str(row)
    assert "4711" not in str(row)
    assert "4711" not in str(do(house, lambda c: c.execute(select(audit_entry)).all()))
    at.press("care", daily="", duress_off="yes", entry_off="yes")
    (row,) = _kept(house)
    assert (row.daily, row.duress, row.entry, row.entry_consent) == (None, None, None, None)
    for wrong in ({"daily": "soon"}, {"duress": "ok"}, {"naps": "noon"}, {"knocks_phone": "her"}):
        assert at.press("care", **wrong).status_code in (400, 422)
