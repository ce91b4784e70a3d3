"""Wrong PINs are counted where they are keyed: a lock is no weapon against whoever owns the door."""

from __future__ import annotations

from tests.channels.drivers.phone import PIN, Vendor
from tests.channels.phone.test_phone import said


def test_who_takes_their_time_behind_the_star_is_understood_at_every_step(at: Vendor) -> None:
    """Longer than the line waits for a second key, where several are awaited too."""
    at.begin()
    at.keys("3")
    assert at.keys("*") == []
    assert "2410" in said(at.keys(PIN))
    assert "没有听" not in said(at.keys("*"))
    assert at.silent(), "alone it means once more"


def test_a_stranger_who_guesses_shuts_nobody_out_of_their_own_telephone(at: Vendor) -> None:
    at.begin("anonymous")
    form = {"From": "anonymous"}
    for _ in range(5):
        assert "没有对上" in said(at.hear(at.next(Digits="*111111*3*2*501#", **form)))
    assert "停用一小时" in said(at.hear(at.next(Digits=f"*{PIN}*3*2*501#", **form)))
    at.begin()
    assert "停用一小时" not in said(at.keys(f"*{PIN}#"))
    assert "2410" in said(at.keys("3"))
