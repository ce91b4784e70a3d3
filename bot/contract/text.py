"""A sentence that is not yet in a language; only `speak` turns it into words."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, time
from decimal import Decimal
from typing import Union

from bot.contract.understanding import Place, When

Param = Union[str, int, Decimal, date, datetime, time, When, Place, "Text", "Money", "Clock"]


@dataclass(frozen=True, slots=True)
class Money:
    """An amount in the community's currency, shown with two decimals."""

    amount: Decimal


@dataclass(frozen=True, slots=True)
class Clock:
    """A time to be shown with hours and minutes, and with the day when it is not today; bare: never with the day."""

    at: datetime
    bare: bool = False


@dataclass(frozen=True, slots=True)
class Text:
    """An English msgid with its parameters; missing translations show English, never a key.

    context: the gettext context, for words that differ by situation; plural and count: the other form
    and the number that chooses; spoken: a msgid written for ears, used where the answer is heard.
    """

    msgid: str
    params: Mapping[str, Param] = field(default_factory=dict)
    context: str | None = None
    plural: str | None = None
    count: int | None = None
    spoken: str | None = None


def t(msgid: str, /, *, context: str | None = None, spoken: str | None = None, **params: Param) -> Text:
    """A sentence with `{name}` places for its parameters."""
    return Text(msgid, params, context=context, spoken=spoken)


def tn(one: str, many: str, n: int, /, **params: Param) -> Text:
    """A sentence that depends on a count, available in it as `{n}`."""
    return Text(one, {"n": n, **params}, plural=many, count=n)


@dataclass(frozen=True, slots=True)
class Option:
    """payload: the slot's canonical value, or one of the words of `bot/engine/slots.py` such as "skip"."""

    title: Text
    payload: str


@dataclass(frozen=True, slots=True)
class Ask:
    """A question with what can be tapped or keyed; entry: how digits are typed when nothing is offered."""

    text: Text
    options: tuple[Option, ...] = ()
    entry: Text | None = None


@dataclass(frozen=True, slots=True)
class Summary:
    """A read-back: a title and labelled rows, shown as a card, as lines, or spoken. first: which rows are heard at
    once, by their places, while the others are details to be asked for; empty for all."""

    title: Text
    rows: tuple[tuple[Text, Param], ...]
    first: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True)
class Picture:
    """Something to look at; path: on this server, made a link where the answer leaves it; alt: what it is."""

    path: str
    alt: Text


Sayable = Text | Summary | Picture
