"""The copies that a message makes of frozen objects are those that the standard library would make."""

from __future__ import annotations

import dataclasses
from dataclasses import dataclass, field
from datetime import UTC, datetime

import pytest

from bot.contract.altered import altered
from bot.contract.conversation import Frame

FRAME = Frame("report_repair", 1, "ask", {"n": "1"}, touched_at=datetime(2026, 11, 20, tzinfo=UTC))


def test_the_copy_differs_only_where_it_should() -> None:
    copy = altered(FRAME, step="read_back", tries=2)
    assert copy == dataclasses.replace(FRAME, step="read_back", tries=2)
    assert copy is not FRAME
    assert FRAME.step == "ask"


def test_a_name_that_is_no_field_is_an_error() -> None:
    with pytest.raises(KeyError):
        altered(FRAME, stage="read_back")


def test_a_class_that_is_not_made_of_its_fields_is_refused() -> None:
    @dataclass(frozen=True)
    class Odd:
        first: int
        second: int = field(default=0, init=False)

    with pytest.raises(TypeError):
        altered(Odd(1), first=2)
