"""The OpenAPI document as one page to read: no script, and nothing that is fetched from anywhere else."""

from __future__ import annotations

import json
from base64 import b64encode
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache
from hashlib import sha256
from pathlib import Path
from typing import Any

from fastapi import APIRouter, Request
from fastapi.responses import HTMLResponse

from bot.contract.templates import templates

FOLDER = Path(__file__).resolve().parent / "templates"
METHODS = ("get", "post", "put", "patch", "delete")
# What stands together, in the order in which somebody who connects a system needs it.
GROUPS = {
    "api": "For other systems: cases, money, homes, events",
    "open311": "For cities: Open311",
    "payments": "Payment providers call back",
    "rasa": "As Rasa speaks: parse and tracker",
    "rest": "The channel REST",
    "web": "The chat on a web page",
    "wechat": "WeChat",
    "telegram": "Telegram",
    "phone": "The telephone",
    "sms": "Text messages",
    "health": "Is it well",
    "demo": "Only in the demo",
}
_SHAPE = "#/components/schemas/"
_LIMITS = {
    "minLength": "at least {} characters",
    "maxLength": "at most {} characters",
    "minimum": "from {}",
    "maximum": "to {}",
    "maxItems": "at most {} of them",
    "pattern": "as {}",
    "default": "else {}",
}
_DEEPEST = 4


@dataclass(frozen=True, slots=True)
class Kind:
    """In words; shape: the name of the shape that is linked to, if it is one."""

    words: str
    shape: str = ""


@dataclass(frozen=True, slots=True)
class Field:
    name: str
    kinds: tuple[Kind, ...]
    needed: bool
    where: str
    told: str


@dataclass(frozen=True, slots=True)
class Body:
    """One kind of content: its shape by name or, of one without a name, its fields; and what it looks like."""

    content: str
    kinds: tuple[Kind, ...]
    fields: tuple[Field, ...]
    example: str


@dataclass(frozen=True, slots=True)
class Answer:
    status: str
    told: str
    bodies: tuple[Body, ...]
    problem: bool


@dataclass(frozen=True, slots=True)
class Operation:
    key: str
    method: str
    path: str
    summary: str
    told: str
    locked: bool
    asked: tuple[Field, ...]
    bodies: tuple[Body, ...]
    answers: tuple[Answer, ...]


def routes() -> APIRouter:
    """`/docs`, of the app that is asked."""
    router = APIRouter()
    page = templates(FOLDER).get_template("docs.html")
    style = (FOLDER / "docs.css").read_text(encoding="utf-8")
    mark = b64encode(sha256(style.encode()).digest()).decode()
    policy = ("default-src 'none'", f"style-src 'sha256-{mark}'", "base-uri 'none'", "form-action 'none'")
    headers = {
        "Content-Security-Policy": "; ".join((*policy, "frame-ancestors 'none'")),
        "X-Content-Type-Options": "nosniff",
        "Referrer-Policy": "same-origin",
        "Cache-Control": "no-cache",
    }

    @lru_cache(maxsize=1)
    def made(app: Any) -> str:
        return page.render(style=style, split=_code, **read(app.openapi()))

    async def docs(request: Request) -> HTMLResponse:
        return HTMLResponse(made(request.app), headers=headers)

    router.add_api_route("/docs", docs, methods=["GET"], include_in_schema=False)
    return router


def read(document: Mapping[str, Any]) -> dict[str, Any]:
    """What the page shows of the document."""
    found: dict[str, list[Operation]] = {}
    for path, item in sorted(document["paths"].items()):
        for method in METHODS:
            if method in item:
                group = (item[method].get("tags") or ["api"])[0]
                found.setdefault(group, []).append(_operation(document, method, path, item[method]))
    known = [*(name for name in GROUPS if name in found), *(name for name in found if name not in GROUPS)]
    return {
        "title": document["info"]["title"],
        "version": document["info"]["version"],
        "groups": [(name, GROUPS.get(name, name), found[name]) for name in known],
        "told": [_operation(document, "post", name, one["post"]) for name, one in document["webhooks"].items()],
        "shapes": [
            (name, shape.get("description", ""), tuple(_fields(shape)))
            for name, shape in sorted(document["components"]["schemas"].items())
        ],
    }


def _operation(document: Mapping[str, Any], method: str, path: str, one: Mapping[str, Any]) -> Operation:
    return Operation(
        key=f"{method}-{path.strip('/')}".replace("/", "-").replace("{", "").replace("}", ""),
        method=method.upper(),
        path=path,
        summary=one.get("summary", ""),
        told=one.get("description", ""),
        locked=bool(one.get("security")),
        asked=tuple(_asked(each) for each in one.get("parameters", ())),
        bodies=_bodies(one.get("requestBody", {})),
        answers=tuple(_answer(document, status, each) for status, each in sorted(one["responses"].items())),
    )


def _asked(one: Mapping[str, Any]) -> Field:
    shape = one.get("schema", {})
    told = one.get("description") or shape.get("description", "")
    return Field(one["name"], _kinds(shape), bool(one.get("required")), one["in"], _told(told, shape))


def _answer(document: Mapping[str, Any], status: str, one: Mapping[str, Any]) -> Answer:
    problem = "$ref" in one
    if problem:
        one = document["components"]["responses"][one["$ref"].rpartition("/")[2]]
    told = "" if one["description"] == "Successful Response" else one["description"]
    return Answer(status, told, () if problem else _bodies(one), problem)


def _bodies(spoken: Mapping[str, Any]) -> tuple[Body, ...]:
    found = []
    for content, one in spoken.get("content", {}).items():
        shape = one.get("schema", {})
        examples = (
            [one["example"]] if "example" in one else [each["value"] for each in one.get("examples", {}).values()]
        )
        shown = json.dumps(examples[0], ensure_ascii=False, indent=2) if examples else ""
        found.append(Body(content, _kinds(shape), tuple(_fields(shape)), shown))
    return tuple(found)


def _fields(shape: Mapping[str, Any], before: str = "", deep: int = 0) -> Iterator[Field]:
    """Those of an object and, with their path before them, of the objects without a name in it."""
    if shape.get("type") == "array" and "properties" in shape.get("items", {}):
        shape = shape["items"]
    needed = shape.get("required", ())
    for name, one in shape.get("properties", {}).items():
        yield Field(f"{before}{name}", _kinds(one), name in needed, "", _told(one.get("description", ""), one))
        if deep < _DEEPEST:
            yield from _fields(one, f"{before}{name}.", deep + 1)


def _kinds(shape: Mapping[str, Any]) -> tuple[Kind, ...]:
    """One thing, or one of several."""
    if "$ref" in shape:
        name = shape["$ref"].removeprefix(_SHAPE)
        return (Kind(name, name),)
    several = shape.get("anyOf") or shape.get("oneOf")
    if several:
        return tuple(dict.fromkeys(kind for one in several for kind in _kinds(one)))
    if "const" in shape:
        return (Kind(f"“{shape['const']}”"),)
    if "enum" in shape:
        return tuple(Kind(f"“{one}”") for one in shape["enum"])
    named = shape.get("type", "anything")
    if named == "array":
        return tuple(Kind(f"list of {kind.words}", kind.shape) for kind in _kinds(shape.get("items", {})))
    words = " or ".join(named) if isinstance(named, list) else str(named)
    return (Kind(f"{words}, {shape['format']}" if "format" in shape else words),)


def _told(told: str, shape: Mapping[str, Any]) -> str:
    """What it means and within which bounds."""
    bounds = dict(shape)
    for one in shape.get("anyOf", ()):
        bounds = {**one, **bounds}
    said = [
        words.format(json.dumps(bounds[name], ensure_ascii=False) if name == "default" else bounds[name])
        for name, words in _LIMITS.items()
        if bounds.get(name) not in (None, "") and (name, bounds[name]) != ("minLength", 1)
    ]
    return "; ".join(part for part in (told, ", ".join(said)) if part)


def _code(text: str) -> list[tuple[bool, str]]:
    """Pieces of a sentence, and whether each stood between backticks."""
    return [(bool(n % 2), part) for n, part in enumerate(text.split("`")) if part]
