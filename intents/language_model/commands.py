"""The only things a language model can say: six commands, each checked against what there is."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

CHOICES: Mapping[str, frozenset[str]] = {
    "category": frozenset({"water", "electric", "gas", "lift", "door", "network", "public_area", "other"}),
    "service": frozenset({"cleaning", "nanny", "elder_care", "appliance_cleaning", "cooking", "other"}),
    "fee": frozenset({"property", "water", "electricity", "gas", "parking"}),
}
# Values of these are read out of the quotation by our own grammars, never taken from the model.
READ = frozenset({"location", "when", "people", "amount", "period", "hours"})

_FIELDS = {
    "start_flow": {"command", "flow"},
    "set_slot": {"command", "slot", "value", "quote"},
    "correct": {"command", "slot", "value", "quote"},
    "cancel": {"command"},
    "clarify": {"command", "flows"},
    "hand_over": {"command"},
}
_MAY_LACK = {"set_slot": {"value"}, "correct": {"slot", "value", "quote"}}


@dataclass(frozen=True, slots=True)
class Command:
    """name: one of the six; flows: one to start, two or three to choose from (none: nothing fits);
    quote: the resident's own words."""

    name: str
    flows: tuple[str, ...] = ()
    slot: str | None = None
    value: str | None = None
    quote: str | None = None


def read(data: Any, flows: frozenset[str]) -> Command:
    """The command in an OpenAI-compatible answer; raises `ValueError` for anything that is not exactly one."""
    try:
        content = data["choices"][0]["message"]["content"]
    except (KeyError, IndexError, TypeError) as error:
        raise ValueError("no answer in the answer") from error
    if not isinstance(content, str):
        raise ValueError("no words")
    said = json.loads(content)
    if not isinstance(said, dict) or not isinstance(said.get("command"), str):
        raise ValueError("no command")
    name = said["command"]
    fields = _FIELDS.get(name)
    if fields is None or not set(said) <= fields or fields - set(said) - _MAY_LACK.get(name, set()):
        raise ValueError("not one of the commands")
    slot, value, quote = (_word(said.get(field)) for field in ("slot", "value", "quote"))
    _check(slot, value, quote)
    return Command(name, _named(said, flows), slot, value, quote)


def _word(value: Any) -> str | None:
    if value is not None and (not isinstance(value, str) or len(value) > 200):
        raise ValueError("not a word")
    return value or None


def _check(slot: str | None, value: str | None, quote: str | None) -> None:
    if slot is None:
        if value is not None or quote is not None:
            raise ValueError("a value of nothing")
    elif quote is None or slot not in {*CHOICES, *READ}:
        raise ValueError("no such slot, or nothing quoted")
    elif slot in CHOICES and value not in CHOICES[slot]:
        raise ValueError("no such choice")


def _named(said: Mapping[str, Any], flows: frozenset[str]) -> tuple[str, ...]:
    listed = said.get("flows", [said["flow"]] if "flow" in said else [])
    if not isinstance(listed, list) or not all(isinstance(flow, str) and flow in flows for flow in listed):
        raise ValueError("no such flow")
    if "flows" in said and (len(listed) not in (0, 2, 3) or len(set(listed)) < len(listed)):
        raise ValueError("nothing to choose from")
    return tuple(listed)
