"""A number proves nobody, and whoever has the telephone is not shut out by somebody who shows it."""

from __future__ import annotations

from sqlalchemy import select

from backend.models.people import resident_pin
from backend.models.sign_in import audit_entry
from backend.models.talk import outbox
from tests.channels.drivers.phone import CALLER, PATH, PIN, Vendor, new_call
from tests.channels.phone.test_phone import said


def test_five_wrong_pins_shut_it_and_are_audited_and_none_is_kept_in_the_talk(at: Vendor) -> None:
    at.begin()
    for _ in range(5):
        assert "没有对上" in said(at.keys("*111111#"))
    assert "停用一小时" in said(at.keys(f"*{PIN}#"))
    db = at.one.app.state.desk.db
    assert "pin.locked" in db.read_now(lambda c: c.execute(select(audit_entry.c.what)).scalars().all())
    assert db.read_now(lambda c: c.execute(select(resident_pin.c.locked_until)).scalars().all()).count(None) == 2
    tracker = at.one.request("GET", f"/conversations/{CALLER}/tracker").text
    assert PIN not in tracker
    assert "111111" not in tracker


def test_what_is_off_is_told_before_anybody_asks_and_names_no_home(at: Vendor) -> None:
    """Buildings 3, 4 and 5 have no water tomorrow; who lives in another building hears nothing of it."""
    first = said(at.begin())
    assert "3, 4, 5栋停水" in first
    assert "501" not in first
    assert "停水" not in said(at.hear(at.send(PATH, From="+8613800012603", CallSid=new_call())))
    assert "停水" in said(at.hear(at.send(PATH, From="+8613999999999", CallSid=new_call())))


def test_whoever_has_the_telephone_is_not_shut_out_by_somebody_who_guesses(at: Vendor) -> None:
    at.begin()
    for _ in range(5):
        at.keys("*111111#")
    assert "验证码已用短信发到您的手机" in said(at.keys(f"*{PIN}#"))
    at.begin()
    assert "停用一小时" in said(at.keys("*222222#"))
    query = select(outbox.c.body).where(outbox.c.once.like("pin:%"))
    (body,) = at.one.app.state.desk.db.read_now(lambda c: c.execute(query).scalars().all())
    code = body["say"][0]["text"]["params"]["code"]
    assert "密码对了" in said(at.keys(f"*{code}#"))
    assert "2,410" in said(at.keys("3"))
    at.begin()
    assert "密码对了" in said(at.keys(f"*{PIN}#")), "what was shut is open again"
