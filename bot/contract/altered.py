"""A frozen object once more, with other values in some of its fields: a message makes two dozen such copies."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import fields
from functools import lru_cache
from operator import attrgetter
from typing import Any, TypeVar

T = TypeVar("T")


def altered(one: T, **values: object) -> T:
    """The same as `dataclasses.replace` in half the time; all fields are ones that the class is made with."""
    kind: Any = type(one)
    made, read, places = _known(kind)
    given = list(read(one))
    for name, value in values.items():
        given[places[name]] = value
    copy: T = made(*given)
    return copy


@lru_cache(maxsize=64)
def _known(kind: Any) -> tuple[Callable[..., Any], Callable[[object], tuple[Any, ...]], dict[str, int]]:
    names = [field.name for field in fields(kind)]
    if len(names) < 2 or not all(field.init and not field.kw_only for field in fields(kind)):
        raise TypeError(f"{kind.__name__} is not made of its fields in their order")
    return kind, attrgetter(*names), {name: place for place, name in enumerate(names)}
