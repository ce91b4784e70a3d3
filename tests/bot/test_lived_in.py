"""An empty demo may be given a past: people who wait, cases in many states, alarms that are over; only once."""

from __future__ import annotations

import pytest

from bot.commands.lived_in import live_in
from bot.contract.errors import Misconfigured
from tests.clerk import Clerk
from tests.conftest import MakeResident
from tests.resident import DEMO_KEY

KEY = {"Authorization": f"Bearer {DEMO_KEY}"}


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_a_demo_is_given_a_past_once(resident: MakeResident) -> None:
    one = resident()
    assert live_in(one.settings)
    assert not live_in(one.settings), "somebody has said something since"
    cases = one.request("GET", "/api/v1/cases", headers=KEY).json()["items"]
    assert {case["state"] for case in cases} >= {"closed", "waiting_parts", "other_company", "quoted", "received"}
    alarms = one.request("GET", "/api/v1/alarms", headers=KEY).json()["items"]
    assert [alarm["state"] for alarm in alarms] == ["closed"] * 3
    clerk = Clerk(one, "agent")
    waiting = clerk.get("/console/inbox?view=waiting", **{"accept-language": "en"}).text
    assert waiting.count('class="item ') == 2
    assert "waits" in waiting
    assert "赵敏" in clerk.get("/console/inbox?view=mine").text
    with pytest.raises(Misconfigured):
        live_in(one.settings.model_copy(update={"demo": False}))
