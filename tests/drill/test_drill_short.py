"""The short form of `make drill`: every script on a served product, its waits much shortened, seconds not judged."""

from __future__ import annotations

from tests.drill.__main__ import Plan, play


def test_every_script_rings_whom_it_must_and_nobody_else() -> None:
    told = play(Plan(pace=0.03, kills=0, slow=0.05, quick=False, warm=0.0))
    assert {one.played.script.name: one.played.wrong for one in told if one.played.wrong} == {}
    assert len(told) >= 12
