"""A vendor's own events made into ours by data: which type it becomes, and where in it our fields stand."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from bot.contract.errors import Refused

# How deep a field may stand; no vendor's event needs more.
DEEP = 8


@dataclass(frozen=True, slots=True)
class Becomes:
    """type: ours; fields: our name → where theirs stands, `device.name`; words: our name → their word → ours; always:
    our name → what it is whatever they say."""

    type: str
    fields: Mapping[str, str] = field(default_factory=dict)
    words: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    always: Mapping[str, str] = field(default_factory=dict)


Maps = Mapping[str, Becomes]


def kind_of(event: Mapping[str, Any], maps: Maps) -> str:
    """Which of ours it is or becomes."""
    told = str(event.get("type"))
    return maps[told].type if told in maps else told


def mapped(event: Mapping[str, Any], maps: Maps) -> dict[str, Any]:
    """The event as ours; one of a type that nobody has mapped is left as it is. Raises `Refused` for a word without
    one of ours beside it."""
    becomes = maps.get(str(event.get("type")))
    if becomes is None:
        return dict(event)
    data: dict[str, Any] = dict(becomes.always)
    for name, place in becomes.fields.items():
        value = _at(event.get("data"), place)
        if value is None:
            continue
        text = value if isinstance(value, str) else str(value)
        words = becomes.words.get(name)
        if words is not None and text not in words:
            raise Refused(f"{place}: nobody has said what '{text[:40]}' is", pointer=f"/data/{place.replace('.', '/')}")
        data[name] = words[text] if words is not None else text
    return {**event, "type": becomes.type, "data": data}


def _at(found: Any, place: str) -> Any:
    for name in place.split(".")[:DEEP]:
        found = found.get(name) if isinstance(found, dict) else None
    return found if isinstance(found, str | int | float | bool) else None
