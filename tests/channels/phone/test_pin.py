"""Wrong PINs are counted where they are keyed: a lock is no weapon against whoever owns the door."""

from __future__ import annotations

from tests.channels.drivers.phone import PIN, Vendor
from tests.channels.phone.test_phone import said


def test_a_stranger_who_guesses_shuts_nobody_out_of_their_own_telephone(at: Vendor) -> None:
    at.begin("anonymous")
    form = {"From": "anonymous"}
    for _ in range(5):
        assert "没有对上" in said(at.hear(at.next(Digits="*111111*3*2*501#", **form)))
    assert "停用一小时" in said(at.hear(at.next(Digits=f"*{PIN}*3*2*501#", **form)))
    at.begin()
    assert "停用一小时" not in said(at.keys(f"*{PIN}#"))
    assert "2410" in said(at.keys("3"))
