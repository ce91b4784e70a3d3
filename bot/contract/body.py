"""Request bodies: read up to a limit, as strict JSON or as a form; the same for every door."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING, Any, NoReturn
from urllib.parse import parse_qsl

from bot.contract.errors import Refused

if TYPE_CHECKING:
    from starlette.requests import Request

BODY_LIMIT = 1_000_000
FORM_LIMIT = 64_000


async def body_of(request: Request, limit: int = BODY_LIMIT) -> bytes:
    """The body, given up as soon as it is too long."""
    not_announced(request, limit)
    chunks: list[bytes] = []
    size = 0
    async for chunk in request.stream():
        size += len(chunk)
        if size > limit:
            raise _too_large(limit)
        chunks.append(chunk)
    return b"".join(chunks)


def not_announced(request: Request, limit: int = BODY_LIMIT) -> None:
    """Raises `Refused` for a body that says itself that it is longer: not one byte of it is asked for."""
    announced = request.headers.get("content-length", "0")
    if announced.isdigit() and int(announced) > limit:
        raise _too_large(limit)


def _too_large(limit: int) -> Refused:
    return Refused(too_large(limit), status=413)


def too_large(limit: int) -> str:
    much = f"{limit // 1_000_000} MB" if limit >= 1_000_000 else f"{limit // 1_000} kB"
    return f"the body is larger than {much}"


def pointed(found: Iterable[Mapping[str, Any]]) -> list[dict[str, str]]:
    """What a check of a body found, by field; what stood there is not said again: it may have a lone surrogate."""
    return [{"pointer": "/" + "/".join(str(part) for part in one["loc"][1:]), "detail": one["msg"]} for one in found]


def read(body: bytes) -> Any:
    """Strict JSON: UTF-8 only, no NaN, no number beyond what a float can hold, no bottomless nesting."""
    try:
        text = body.decode("utf-8")
    except UnicodeDecodeError as error:
        raise Refused("the body is not UTF-8", status=400) from error
    try:
        return json.loads(text, parse_constant=_no_constant, parse_float=_finite)
    except (ValueError, RecursionError) as error:
        raise Refused(f"the body is not JSON: {type(error).__name__}", status=400) from error


def _no_constant(name: str) -> NoReturn:
    raise ValueError(f"{name} is not JSON")


def _finite(text: str) -> float:
    number = float(text)
    if number in (float("inf"), float("-inf")):
        raise ValueError("a number out of range")
    return number


async def form_of(request: Request) -> dict[str, str]:
    """The fields of an urlencoded body; what cannot be stored is refused before anybody looks at it."""
    if request.method != "POST":
        return {}
    kind = request.headers.get("content-type", "").split(";")[0].strip().lower()
    if kind not in ("application/x-www-form-urlencoded", ""):
        raise Refused("a form is expected", status=415)
    raw = await body_of(request, FORM_LIMIT)
    try:
        pairs = parse_qsl(raw.decode("ascii"), keep_blank_values=True, errors="strict", max_num_fields=50)
    except ValueError as error:
        raise Refused("this form cannot be read", status=400) from error
    form = dict(pairs)
    if len(form) != len(pairs) or any("\x00" in part for pair in pairs for part in pair):
        raise Refused("this form cannot be read", status=400)
    return form
