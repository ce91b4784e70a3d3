"""One clerk at several desks: rights of each community apart, one password, and an alarm there is seen here."""

from __future__ import annotations

import pytest

from backend.services import communities
from backend.services.alarms import Cry, raise_alarm
from backend.services.sign_in import accounts
from backend.services.sign_in.accounts import NewStaff
from bot.contract.conversation import Community
from bot.contract.messages import Address
from tests.clerk import Clerk
from tests.resident import Resident

EN = {"accept-language": "en"}
PASSWORD = "a long way to the moon"  # noqa: S105 - of nobody
pytestmark = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)


@pytest.fixture
def moon(house: Resident) -> Resident:
    """A second community with an administrator of its own."""

    def make(connection: object) -> None:
        communities.register(connection, Community("moon", {"en": "Moon Court"}, "Asia/Shanghai", {}, {}), demo=False)  # type: ignore[arg-type] # a connection
        new = NewStaff("moon", "moon-admin", "Luna", "admin", PASSWORD, {"en": "Ms Luna"})
        accounts.add(connection, new, "setup", house.app.state.desk.clock.real())  # type: ignore[arg-type] # a connection

    house.app.state.desk.db.submit(make).result()
    return house


def _lent(moon: Resident, role: str = "agent") -> Clerk:
    admin = Clerk(moon, "moon-admin", PASSWORD)
    assert admin.post("/console/staff/lend", login="supervisor", role=role).status_code == 204
    return Clerk(moon, "supervisor")


def test_a_post_is_given_by_the_other_community_and_bears_its_role(moon: Resident) -> None:
    admin = Clerk(moon, "moon-admin", PASSWORD)
    for login, role, status in (
        ("nobody", "agent", 422),
        ("moon-admin", "agent", 422),
        ("supervisor", "admin", 403),
        ("supervisor", "agent", 204),
        ("supervisor", "agent", 409),
    ):
        assert admin.post("/console/staff/lend", login=login, role=role).status_code == status, (login, role)
    assert Clerk(moon, "agent").post("/console/staff/lend", login="moon-admin", role="duty").status_code == 403
    assert "supervisor.moon" in admin.get("/console/staff").text
    clerk = Clerk(moon)
    assert clerk.sign_in("supervisor.moon").status_code == 403, "a post has no password of its own"


def test_rights_are_those_of_the_desk_where_one_is(moon: Resident) -> None:
    moon.say("厨房水龙头漏水")
    moon.say("是")
    number = moon.items("cases")[0]["number"]
    clerk = _lent(moon)
    assert clerk.get(f"/console/cases/{number}").status_code == 200
    assert clerk.post("/console/texts", shortcut="x", text_en="y").status_code == 204
    assert "Moon Court" in clerk.get("/console/cases", **EN).text
    assert clerk.post("/console/desk", community="mars").status_code == 404
    assert clerk.post("/console/desk", community="moon").status_code == 303
    assert clerk.get(f"/console/cases/{number}").status_code == 404, "the first estate is foreign from here"
    assert clerk.post("/console/texts", shortcut="x", text_en="y").status_code == 403, "only an agent here"
    assert "To the desk of" in clerk.get("/console/cases", **EN).text
    assert clerk.post("/console/desk", community="sunshine").status_code == 303
    assert clerk.get(f"/console/cases/{number}").status_code == 200
    stranger = Clerk(moon, "agent")
    assert stranger.post("/console/desk", community="moon").status_code == 404
    trail = Clerk(moon, "auditor").get("/console/audit?what=desk.changed").text
    assert "supervisor.moon" in trail


def test_a_form_of_one_desk_does_nothing_at_another(moon: Resident) -> None:
    clerk = _lent(moon, "supervisor")
    here = clerk.token()
    assert clerk.post("/console/desk", community="moon").status_code == 303
    stale = clerk.post("/console/texts", token=here, shortcut="x", text_en="y")
    assert (stale.status_code, "请重新打开" in stale.text) == (403, True)
    assert clerk.post("/console/texts", shortcut="x", text_en="y").status_code == 204
    assert clerk.post("/console/desk", community="sunshine").status_code == 303
    assert clerk.post("/console/texts", token=here, shortcut="x", text_en="y").status_code == 204


def test_unlocking_and_leaving_go_by_the_one_account(moon: Resident) -> None:
    clerk = _lent(moon)
    assert clerk.post("/console/desk", community="moon").status_code == 303
    token = clerk.token()
    clerk.post("/console/lock")
    assert clerk.get("/console/inbox").status_code == 303
    assert clerk.post("/console/unlock", token=token, password="linli-demo").status_code == 303  # noqa: S106 - the demo's
    assert clerk.get("/console/inbox").status_code == 200
    admin = Clerk(moon, "moon-admin", PASSWORD)
    assert admin.post("/console/staff/supervisor.moon/active", on="no").status_code == 204
    assert 'data-page="inbox"' in clerk.get("/console/inbox").text
    assert "Moon Court" not in clerk.get("/console/inbox", **EN).text, "back at the own desk, and no way there any more"
    assert clerk.post("/console/desk", community="moon").status_code == 404


def test_an_alarm_at_the_other_desk_is_seen_here(moon: Resident) -> None:
    clerk, real = _lent(moon), moon.app.state.desk.clock.real()
    assert 'data-alarms="0"' not in clerk.get("/console/live/banner").text
    cry = Cry("moon", Address("rest", "somebody", "demo"), "fire", "the kitchen is on fire", "moon:1")
    moon.app.state.desk.db.submit(lambda c: raise_alarm(c, cry, real, real)).result()
    banner = clerk.get("/console/live/banner", **EN).text
    assert "SOS · Moon Court" in banner
    assert "kitchen" not in banner
    assert "SOS · Moon Court" not in Clerk(moon, "agent").get("/console/live/banner", **EN).text
