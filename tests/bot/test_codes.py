"""X5: a code that binds an account is guessed by nobody, from however many chats; a name is met as a whole word."""

from __future__ import annotations

import pytest

from backend.services import bindings, proxies
from tests.conftest import MakeResident


def test_guesses_from_many_chats_are_counted_together(resident: MakeResident, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(bindings, "EVERYWHERE", 3)
    one = resident(now="2026-11-20T09:30")
    for n in range(3):
        assert "没有对上" in one.say(f"LL-AAAA-AAA{'ACD'[n]}", sender=f"guesser-{n}").text
    assert "一小时" in one.say("LL-AAAA-AAAE", sender="guesser-3").text


def test_who_may_act_is_named_as_a_whole(resident: MakeResident) -> None:
    """A question mark is no telephone number, and "Ann" is not in "anniversary"."""
    db = resident().app.state.desk.db

    def named(text: str) -> int:
        return len(db.read_now(lambda c: proxies.named(c, "sunshine", text, 0)))

    assert named("同意赵敏替我办事") == 1
    for text in ("may somebody act for me?", "who? ? ?", "let 1380013 act for me"):
        assert named(text) == 0, text
    assert proxies._stands("ann lee", "let ann lee act for me")
    assert not proxies._stands("ann", "my anniversary")
