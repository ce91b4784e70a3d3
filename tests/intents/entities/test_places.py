"""Places as residents say them: surface, building, unit, room; and what must not be read as one."""

from __future__ import annotations

from pathlib import Path

import pytest
import yaml

from bot.contract.understanding import Place
from intents.entities.places import find_places, place_scope

ROWS = yaml.safe_load(Path(__file__).with_suffix(".yml").read_text(encoding="utf-8"))


def _shown(text: str) -> list[str]:
    shown = []
    for entity in find_places(text):
        place = entity.value
        assert isinstance(place, Place)
        assert text[entity.start : entity.end] == entity.text
        shown.append(f"{entity.text} = {place.building or '-'}/{place.unit or '-'}/{place.room or '-'}")
    return shown


@pytest.mark.parametrize("row", ROWS["places"], ids=lambda row: row[0])
def test_places(row: list[str]) -> None:
    assert _shown(row[0]) == row[1:]


@pytest.mark.parametrize("row", ROWS["scopes"], ids=lambda row: row[0])
def test_scope(row: list[str]) -> None:
    assert (place_scope(row[0]) or "-") == row[1]


def test_a_corrected_room_keeps_its_address() -> None:
    place = find_places("3栋2单元501，不对，是502")[-1].value
    assert place == Place("3栋2单元502", "3", "2", "502", "inside")


@pytest.mark.parametrize(
    ("text", "scope"),
    [
        ("3栋2单元501漏水", "inside"),
        ("3栋2单元电梯口", "public"),
        ("阳光小区3栋2单元501", "inside"),
        ("5号楼", None),
    ],
)
def test_a_place_knows_its_scope(text: str, scope: str | None) -> None:
    place = find_places(text)[0].value
    assert isinstance(place, Place)
    assert place.scope == scope
