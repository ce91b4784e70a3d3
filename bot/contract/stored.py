"""How values, sentences and parts are written into JSON columns and read back, one spelling for all rooms."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date, datetime, time
from decimal import Decimal
from typing import Any

from bot.contract.messages import Card, Choice, Choices, Link, Media, Part, Words
from bot.contract.text import Ask, Clock, Money, Option, Param, Picture, Sayable, Summary, Text
from bot.contract.understanding import Place, Value, When

Json = Any  # the one place where JSON from a column is tamed


def _moment(text: str) -> date | datetime:
    return datetime.fromisoformat(text) if "T" in text else date.fromisoformat(text)


_PLACED = ("building", "unit", "room", "scope", "floor", "spot", "common")


def _place(data: Json) -> Place:
    return Place(**data)


def _when(data: Json) -> When:
    end = data.get("end")
    return When(_moment(data["start"]), _moment(end) if end else None, data.get("part"), bound=data.get("bound", ""))


_READERS: dict[str, Callable[[Json], Any]] = {
    "decimal": Decimal,
    "place": _place,
    "when": _when,
    "moment": _moment,
    "time": time.fromisoformat,
    "money": lambda amount: Money(Decimal(amount)),
    "clock": lambda at: Clock(datetime.fromisoformat(at)),
    "hour": lambda at: Clock(datetime.fromisoformat(at), bare=True),
    "text": lambda data: text_from(data),
}


def dump(value: Param | Value) -> Json:
    """str and int as they are, everything else as `{"<type>": …}`."""
    match value:
        case str() | int():
            return value
        case Decimal():
            return {"decimal": str(value)}
        case Place():
            fields = {name: getattr(value, name) for name in _PLACED}
            return {"place": {"text": value.text, **{k: v for k, v in fields.items() if v}}}
        case When():
            end = value.end.isoformat() if value.end else None
            fields = {"start": value.iso, "end": end, "part": value.part, "bound": value.bound or None}
            return {"when": {k: v for k, v in fields.items() if v is not None}}
        case datetime() | date():
            return {"moment": value.isoformat()}
        case time():
            return {"time": value.isoformat()}
        case Money():
            return {"money": str(value.amount)}
        case Clock():
            return {"hour" if value.bare else "clock": value.at.isoformat()}
        case Text():
            return {"text": text_to(value)}
    raise TypeError(f"cannot be stored: {type(value).__name__}")


def load(data: Json) -> Any:
    """The inverse of `dump`."""
    if isinstance(data, dict):
        ((kind, inner),) = data.items()
        return _READERS[kind](inner)
    return data


def dump_all(values: Mapping[str, Value]) -> Json:
    return {name: dump(value) for name, value in values.items()}


def load_all(data: Json) -> dict[str, Value]:
    return {name: load(value) for name, value in data.items()}


def text_to(text: Text) -> Json:
    out: dict[str, Json] = {"id": text.msgid}
    if text.params:
        out["params"] = {name: dump(value) for name, value in text.params.items()}
    for name in ("context", "plural", "count", "spoken"):
        if (value := getattr(text, name)) is not None:
            out[name] = value
    return out


def text_from(data: Json) -> Text:
    params = {name: load(value) for name, value in data.get("params", {}).items()}
    named = {name: data[name] for name in ("context", "plural", "count", "spoken") if name in data}
    return Text(data["id"], params, **named)


def sayable_to(item: Sayable) -> Json:
    if isinstance(item, Text):
        return {"text": text_to(item)}
    if isinstance(item, Picture):
        return {"picture": item.path, "alt": text_to(item.alt)}
    rows = [[text_to(label), dump(value)] for label, value in item.rows]
    first = {"first": list(item.first)} if item.first else {}
    return {"summary": {"title": text_to(item.title), "rows": rows, **first}}


def sayable_from(data: Json) -> Sayable:
    if "text" in data:
        return text_from(data["text"])
    if "picture" in data:
        return Picture(data["picture"], text_from(data["alt"]))
    inner = data["summary"]
    rows = tuple((text_from(label), load(value)) for label, value in inner["rows"])
    return Summary(text_from(inner["title"]), rows, tuple(inner.get("first", ())))


def ask_to(ask: Ask) -> Json:
    out = {"text": text_to(ask.text), "options": [[text_to(o.title), o.payload] for o in ask.options]}
    if ask.entry is not None:
        out["entry"] = text_to(ask.entry)
    return out


def ask_from(data: Json) -> Ask:
    options = tuple(Option(text_from(title), payload) for title, payload in data["options"])
    return Ask(text_from(data["text"]), options, text_from(data["entry"]) if "entry" in data else None)


def part_to(part: Part) -> Json:
    match part:
        case Words():
            return {"words": part.text}
        case Choices():
            items = [[i.title, i.payload, i.key] for i in part.items]
            return {"choices": part.text, "items": items} | _said_of(part)
        case Media():
            return {"media": part.kind, "url": part.url, "alt": part.alt}
        case Link():
            return {"link": part.title, "url": part.url}
        case Card():
            return {"card": part.title, "rows": [list(row) for row in part.rows], "text": part.text}


def _said_of(part: Choices) -> Json:
    return {
        name: value for name, value in (("typed", part.typed), ("asked", part.asked), ("entry", part.entry)) if value
    }


def part_from(data: Json) -> Part:
    if "words" in data:
        return Words(data["words"])
    if "choices" in data:
        return Choices(
            data["choices"],
            tuple(Choice(*item) for item in data["items"]),
            data.get("typed", False),
            data.get("asked", 0),
            data.get("entry", ""),
        )
    if "media" in data:
        return Media(data["media"], data["url"], data["alt"])
    if "link" in data:
        return Link(data["link"], data["url"])
    return Card(data["card"], tuple((label, value) for label, value in data["rows"]), data["text"])
