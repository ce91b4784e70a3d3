"""What is off is told to a caller before anything is asked."""

from __future__ import annotations

from tests.channels.drivers.phone import PATH, Vendor, new_call
from tests.channels.phone.test_phone import said


def test_what_is_off_is_told_before_anybody_asks_and_names_no_home(at: Vendor) -> None:
    """Buildings 3, 4 and 5 have no water tomorrow; who lives in another building hears nothing of it."""
    first = said(at.begin())
    assert "3, 4, 5栋停水" in first
    assert "501" not in first
    assert "停水" not in said(at.hear(at.send(PATH, From="+8613800012603", CallSid=new_call())))
    assert "停水" in said(at.hear(at.send(PATH, From="+8613999999999", CallSid=new_call())))
