"""Who gets in at the desk, how long, and what is left of it in the log."""

from __future__ import annotations

import re
import shutil
from pathlib import Path

import pytest
from sqlalchemy import Connection, func, insert, select, update

from backend.models.sign_in import audit_entry, recovery_code, staff_credential
from backend.models.staff import staff
from backend.services import audit
from backend.services.sign_in import passwords, sessions
from bot.contract.errors import Refused
from bot.settings import Settings
from intents.understand import Embedded
from tests.clerk import PASSWORD, Clerk, Hands
from tests.resident import Resident


@pytest.fixture
def fresh(prepared: Settings, tmp_path: Path) -> Settings:
    """SQLite alone: what differs between databases is asked of the desk itself, in `test_console.py`."""
    copied = shutil.copy(prepared.database_url.removeprefix("sqlite:///"), tmp_path / "linli.db")
    return prepared.model_copy(update={"database_url": f"sqlite:///{copied}", "media_path": tmp_path / "media"})


@pytest.mark.parametrize("bad", ["short", "aaaaaaaaaaaa", "agent-agent-agent", "linli-demo", "x" * 300])
def test_passwords_that_are_guessed_are_refused(bad: str) -> None:
    with pytest.raises(Refused):
        passwords.check(bad, "agent")
    passwords.check("four unrelated words", "agent")


def test_a_stranger_sees_the_form_and_nothing_else(house: Resident) -> None:
    stranger = Clerk(house)
    page = stranger.get("/console")
    assert page.status_code == 200
    assert 'autocomplete="username"' in page.text
    assert 'type="password"' in page.text
    assert "unsafe-inline" not in page.headers["content-security-policy"]
    for path in ("inbox", "alarms", "cases", "audit", "staff", "account", "live/banner"):
        led = stranger.get(f"/console/{path}")
        assert (led.status_code, led.headers["location"].split("?")[0]) == (303, "/console")
    assert stranger.get("/console/inbox", **{"x-linli": "1"}).status_code == 401


def test_the_cookie_is_out_of_reach_of_scripts(house: Resident) -> None:
    cookie = Clerk(house).sign_in("agent").headers["set-cookie"]
    assert "HttpOnly" in cookie
    assert "samesite=lax" in cookie.lower()
    assert "Secure" not in cookie


def test_the_cookie_travels_over_https_where_the_address_says_so(fresh: Settings, interpreter: Embedded) -> None:
    safe = Resident(fresh.model_copy(update={"public_url": "https://desk.example"}), interpreter, "x")
    assert "Secure" in Clerk(safe).sign_in("agent").headers["set-cookie"]
    safe.close()


def test_each_sign_in_has_a_token_of_its_own(house: Resident) -> None:
    clerk = Clerk(house, "agent")
    first = clerk.http.cookies["linli_console"]
    clerk.sign_in("agent")
    assert clerk.http.cookies["linli_console"] != first
    assert len(first) >= 32


def test_five_wrong_ones_and_the_account_rests(house: Resident, hands: Hands) -> None:
    clerk = Clerk(house)
    known, unknown = clerk.sign_in("agent", "wrong"), clerk.sign_in("nobody", "wrong")
    assert (known.status_code, unknown.status_code) == (403, 403)
    said = [re.search(r'role="alert">(.*?)<', page.text) for page in (known, unknown)]
    assert said[0]
    assert said[1]
    assert said[0].group(1) == said[1].group(1)
    for _ in range(4):
        clerk.sign_in("agent", "wrong")
    assert clerk.sign_in("agent").status_code == 403
    assert clerk.sign_in("supervisor").status_code == 303
    hands.pass_(minutes=16)
    assert clerk.sign_in("agent").status_code == 303


def test_an_idle_console_locks_and_stays_locked(house: Resident, hands: Hands) -> None:
    clerk = Clerk(house, "duty")
    hands.pass_(minutes=14)
    assert clerk.get("/console/inbox").status_code == 200
    hands.pass_(minutes=14)
    # What a page reads by itself does not keep it awake.
    assert clerk.get("/console/inbox", **{"x-linli": "1", "x-linli-auto": "1"}).status_code == 200
    hands.pass_(minutes=2)
    locked = clerk.get("/console/inbox")
    assert locked.headers["location"].startswith("/console/lock")
    assert clerk.get("/console/live/banner").status_code == 200
    house.say("救命，我摔倒了")
    banner = clerk.get("/console/live/banner").text
    assert 'data-free="1"' in banner
    assert "3栋2单元501" not in banner
    page = clerk.get("/console/lock").text
    token = re.search(r'data-token="(\w+)"', page)
    assert token
    form = {"password": "wrong", "csrf": token.group(1)}
    assert clerk._ask("POST", "/console/unlock", data=form).status_code == 403
    unlocked = clerk._ask("POST", "/console/unlock", data={**form, "password": PASSWORD, "alarm": "x1"})
    assert unlocked.headers["location"] == "/console/alarms/x1"
    assert clerk.get("/console/inbox").status_code == 200


def test_who_hears_no_alarms_is_signed_out_instead_of_locked(house: Resident, hands: Hands) -> None:
    auditor = Clerk(house, "auditor")
    hands.pass_(minutes=14)
    assert auditor.get("/console/audit").status_code == 200
    hands.pass_(minutes=16)
    assert auditor.get("/console/audit").headers["location"].split("?")[0] == "/console"
    assert auditor.get("/console/live/banner").headers["location"].split("?")[0] == "/console"


def test_twelve_hours_end_it_however_busy(house: Resident, hands: Hands) -> None:
    clerk = Clerk(house, "agent")
    for _ in range(72):
        hands.pass_(minutes=10)
        last = clerk.get("/console/inbox")
    assert last.headers.get("location", "").split("?")[0] == "/console"


def test_out_means_out_at_every_process(house: Resident, interpreter: Embedded, hands: Hands) -> None:
    """Sign-out, disabling and another role act at once, also where another process serves."""
    other = Resident(house.settings, interpreter, "x")
    other.restart(clock=hands)
    admin, agent, elsewhere = Clerk(house, "admin"), Clerk(house, "agent"), Clerk(other)
    elsewhere.http.cookies = agent.http.cookies
    assert elsewhere.get("/console/inbox").status_code == 200
    assert admin.post("/console/staff/agent/role", role="supervisor").status_code == 204
    assert elsewhere.get("/console/inbox").status_code == 303
    agent.sign_in("agent")
    elsewhere.http.cookies = agent.http.cookies
    assert admin.post("/console/staff/agent/active", on="no").status_code == 204
    assert elsewhere.get("/console/inbox").status_code == 303
    assert agent.sign_in("agent").status_code == 403
    assert admin.post("/console/staff/agent/active", on="yes").status_code == 204
    agent.sign_in("agent")
    elsewhere.http.cookies = agent.http.cookies
    assert agent.post("/console/sign-out").status_code == 303
    assert elsewhere.get("/console/inbox").status_code == 303
    other.close()


def test_a_lost_device_is_signed_out_from_another(house: Resident) -> None:
    mine, lost, other = Clerk(house, "agent"), Clerk(house, "agent"), Clerk(house, "supervisor")
    page = mine.get("/console/account").text
    (key,) = re.findall(r"/console/account/sessions/(\d+)/end", page)
    assert other.post(f"/console/account/sessions/{key}/end").status_code == 404
    assert lost.get("/console/inbox").status_code == 200
    assert mine.post(f"/console/account/sessions/{key}/end").status_code == 204
    assert lost.get("/console/inbox").status_code == 303
    assert mine.get("/console/inbox").status_code == 200


def test_nobody_appoints_above_themselves(house: Resident) -> None:
    admin = Clerk(house, "admin")
    new = {"login": "chen", "name": "Chen", "password": "four unrelated words"}
    assert admin.post("/console/staff", role="sysadmin", **new).status_code == 403
    assert admin.post("/console/staff/auditor/role", role="agent").status_code == 403
    assert admin.post("/console/staff/admin/role", role="agent").status_code == 422
    assert admin.post("/console/staff", role="agent", **new).status_code == 204
    assert admin.post("/console/staff", role="agent", **new).status_code == 409
    Clerk(house, "chen", "four unrelated words")


def test_who_forgot_the_password_or_lost_the_phone_begins_again(house: Resident) -> None:
    there, admin = Clerk(house, "agent"), Clerk(house, "admin")
    again, first = "/console/staff/{}/again", {"password": "four unrelated words"}
    assert Clerk(house, "supervisor").post(again.format("agent"), **first).status_code == 403
    assert admin.post(again.format("auditor"), **first).status_code == 403
    assert admin.post(again.format("admin"), **first).status_code == 422
    assert admin.post(again.format("agent"), **{**first, "password": "agent"}).status_code == 422
    number = _with_a_second_factor(house, "agent")
    for _ in range(5):
        Clerk(house).sign_in("agent", "wrong every time")
    assert admin.post(again.format("agent"), **first).status_code == 204
    assert there.get("/console/inbox").status_code in (303, 401), "what was open has ended"
    assert Clerk(house).sign_in("agent").status_code != 303
    # At once, though the account rested, and without the digits of a phone that is gone.
    Clerk(house, "agent", "four unrelated words")
    assert _spare_codes(house, number) == 0


def _with_a_second_factor(house: Resident, login: str) -> int:
    def put(connection: Connection) -> int:
        mine = select(staff.c.id).where(staff.c.login == login).scalar_subquery()
        connection.execute(
            update(staff_credential).where(staff_credential.c.staff_id == mine).values({"secret": "sealed"})
        )
        number = int(connection.execute(select(mine)).scalar_one())
        connection.execute(insert(recovery_code).values(staff_id=number, digest="d" * 64))
        return number

    return int(house.app.state.desk.db.submit(put).result())


def _spare_codes(house: Resident, number: int) -> int:
    rows = select(func.count()).select_from(recovery_code).where(recovery_code.c.staff_id == number)
    return int(house.app.state.desk.db.read_now(lambda c: c.execute(rows).scalar_one()))


def test_another_site_writes_nothing(house: Resident) -> None:
    clerk = Clerk(house, "agent")
    assert clerk.post("/console/live/here").status_code == 204
    assert clerk.post("/console/live/here", origin="https://evil.example").status_code == 403
    assert clerk.post("/console/live/here", origin="null").status_code == 403
    assert clerk.post("/console/live/here", token="0" * 32).status_code == 403
    assert clerk.get("/console/live", origin="https://evil.example").status_code == 403
    assert clerk.sign_in("agent", origin="https://evil.example").status_code == 403


def test_hidden_fields_and_bad_forms_are_refused(house: Resident) -> None:
    clerk = Clerk(house, "agent")
    assert (
        clerk.post("/console/account/password", old=PASSWORD, new="four unrelated words", role="admin").status_code
        == 422
    )
    raw = {
        "origin": "http://linli",
        "x-linli-token": clerk.token(),
        "content-type": "application/x-www-form-urlencoded",
    }
    for body in (b"old=1&old=2&new=3", b"old=%00&new=x", b"old=%ff&new=x", b"\xff=1", b"&".join([b"a=1"] * 60)):
        assert clerk._ask("POST", "/console/account/password", content=body, headers=raw).status_code == 400
    as_json = {**raw, "content-type": "application/json"}
    assert clerk._ask("POST", "/console/account/password", content=b"{}", headers=as_json).status_code == 415


@pytest.mark.parametrize("to", ["https://evil.example/", "//evil.example", "/\\evil.example", "/console/..//x"])
def test_signing_in_leads_to_no_other_site(house: Resident, to: str) -> None:
    form = {"login": "agent", "password": PASSWORD, "next": to}
    assert Clerk(house)._ask("POST", "/console/sign-in", data=form).headers["location"] == "/console/inbox"


def test_outside_the_demo_its_password_opens_nothing(fresh: Settings, interpreter: Embedded) -> None:
    real = Resident(fresh.model_copy(update={"demo": False}), interpreter, "x")
    assert Clerk(real).sign_in("admin").status_code == 403
    real.close()


def test_outside_the_demo_the_second_factor_comes_first(fresh: Settings, interpreter: Embedded) -> None:
    demo = Resident(fresh, interpreter, "x")
    Clerk(demo, "agent").post("/console/account/password", old=PASSWORD, new="four unrelated words")
    demo.close()
    real = Resident(fresh.model_copy(update={"demo": False}), interpreter, "x")
    clerk = Clerk(real, "agent", "four unrelated words")
    assert clerk.get("/console/inbox").headers["location"].startswith("/console/account")
    assert clerk.get("/console/account").status_code == 200
    real.close()


def test_the_log_is_a_chain(house: Resident) -> None:
    clerk = Clerk(house, "supervisor")
    Clerk(house).sign_in("agent", "wrong")
    clerk.post("/console/texts", shortcut="soon", text_en="Soon.")
    auditor = Clerk(house, "auditor")
    page = auditor.get("/console/audit").text
    assert "sign_in.failed" in page
    assert "text.added" in page
    db = house.app.state.desk.db
    count, newest, broken = db.read_now(audit.verify)
    assert count >= 3
    assert broken is None
    assert db.read_now(lambda c: audit.holds(c, newest))
    db.submit(lambda c: c.execute(update(audit_entry).where(audit_entry.c.id == 2).values(who="nobody"))).result()
    assert db.read_now(audit.verify)[2].id == 2
    db.submit(lambda c: c.execute(audit_entry.delete().where(audit_entry.c.id == 2))).result()
    assert db.read_now(audit.verify)[2].id == 3


def test_old_sessions_are_swept(house: Resident, hands: Hands) -> None:
    clerk = Clerk(house, "agent")
    token = clerk.http.cookies["linli_console"]
    hands.pass_(days=31)
    db = house.app.state.desk.db
    db.submit(lambda c: sessions.sweep(c, hands.real())).result()
    assert db.read_now(lambda c: sessions.find(c, token, hands.real())) is None
