"""The OpenAPI document made whole: whose key opens a route, and every status and error that it may answer."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial
from typing import Any

from fastapi import FastAPI
from fastapi.openapi.utils import get_openapi

from backend.api import examples
from backend.api.asking import OURS
from backend.api.examples import Examples
from backend.api.outgoing import described

PROBLEM = "application/problem+json"
# A part of a thing is not the thing: its own kind says that fields are missing.
PART, FIELDS_LONGEST = "application/vnd.linli.part+json", 500
_WHY = {
    400: "What cannot be read, or an `Idempotency-Key` that is none",
    401: "No key, one that is not known, or one without the scope of this route",
    404: "There is nothing of this name in the community of the key",
    409: "It stands in another state, or the same `Idempotency-Key` is still being worked on",
    413: "The body is too long",
    412: "It was changed since the `ETag` in `If-Match` was read",
    415: "The body is of a kind that is not taken, or is compressed",
    422: "Something in it cannot be used; `errors` says what, or the `Idempotency-Key` was used for another request",
    429: "More requests than a minute has room for; `Retry-After` says when to ask again",
    503: "Not available for now; `Retry-After` says when to ask again",
}
_ALWAYS, _OF_ONE, _OF_WRITES = (400, 401, 422, 429, 503), (404,), (404, 409, 413, 415)
_METHODS = ("get", "post", "put", "patch", "delete")
_PROBLEM_SHAPE: dict[str, Any] = {
    "type": "object",
    "description": "RFC 9457. code: what the desk finds a failure by; errors: which fields, each as a JSON pointer; "
    "free: what could be booked instead, as it stands there.",
    "required": ["type", "title", "status", "detail"],
    "properties": {
        "type": {"type": "string"},
        "title": {"type": "string"},
        "status": {"type": "integer"},
        "detail": {"type": "string"},
        "code": {"type": "string"},
        "errors": {
            "type": "array",
            "items": {
                "type": "object",
                "required": ["pointer", "detail"],
                "properties": {"pointer": {"type": "string"}, "detail": {"type": "string"}},
            },
        },
        "free": {"type": "array", "items": {"$ref": "#/components/schemas/FreeSlot"}},
    },
    "additionalProperties": False,
}


_LEFT = {f"RateLimit-{name}": {"schema": {"type": "integer"}} for name in ("Limit", "Remaining", "Reset")}
_ASKED: tuple[dict[str, Any], ...] = (
    {
        "name": "fields",
        "in": "query",
        "description": "Only these, by name with commas between; the answer is then of a kind of its own",
        "schema": {"type": "string", "maxLength": FIELDS_LONGEST},
    },
    {
        "name": "If-None-Match",
        "in": "header",
        "description": "The `ETag` that is known already: 304 where nothing has changed",
        "schema": {"type": "string"},
    },
)


def documented(app: FastAPI) -> None:
    """The document is made when it is first asked for: a start does not wait for it."""
    app.openapi = partial(_document, app)  # type: ignore[method-assign]  # FastAPI's own way to change the document


def _document(app: FastAPI) -> dict[str, Any]:
    if app.openapi_schema is None:
        made = get_openapi(title=app.title, version=app.version, routes=app.routes)
        parts = made.setdefault("components", {})
        parts.setdefault("schemas", {})["Problem"] = _PROBLEM_SHAPE
        shown = examples.read(parts["schemas"])
        parts["securitySchemes"] = {"key": {"type": "http", "scheme": "bearer"}}
        parts["responses"] = {f"Problem{status}": _problem(why, shown.problem(status)) for status, why in _WHY.items()}
        made["webhooks"] = described(shown)
        for path, method, operation in _operations(made):
            _complete(path, method, operation)
            if path.startswith(f"{OURS}/"):
                _illustrate(operation, shown)
        app.openapi_schema = made
    return app.openapi_schema


def _operations(made: dict[str, Any]) -> Iterator[tuple[str, str, dict[str, Any]]]:
    for path, item in made["paths"].items():
        for method in _METHODS:
            if method in item:
                yield path, method, item[method]


def _problem(why: str, example: dict[str, Any]) -> dict[str, Any]:
    shape = {"$ref": "#/components/schemas/Problem"}
    return {"description": why, "content": {PROBLEM: {"schema": shape, "example": example}}}


def _illustrate(operation: dict[str, Any], shown: Examples) -> None:
    """Beside each shape, what it looks like filled in."""
    for spoken in (operation.get("requestBody", {}), *operation["responses"].values()):
        content = spoken.get("content", {})
        for kind, one in content.items():
            if kind != PART:
                one.update(shown.media(one["schema"]))
        if PART in content:
            content[PART]["example"] = examples.few(content["application/json"]["example"])


def _complete(path: str, method: str, operation: dict[str, Any]) -> None:
    answers = operation["responses"]
    if not path.startswith(f"{OURS}/"):
        # A vendor's own door answers in that vendor's own words.
        answers.pop("422", None)
        answers["default"] = {"description": "What is refused, as a problem or in the form of whoever calls here"}
        return
    operation["security"] = [{"key": []}]
    statuses = {*_ALWAYS, *(_OF_ONE if "{" in path else ()), *(_OF_WRITES if method != "get" else ())}
    if any(one["name"] == "If-Match" for one in operation.get("parameters", [])):
        statuses.add(412)
    if method == "get":
        _read(operation)
    for status in sorted(statuses):
        answers[str(status)] = {"$ref": f"#/components/responses/Problem{status}"}
    for answer in answers.values():
        if "$ref" not in answer:
            answer["headers"] = {**answer.get("headers", {}), **_LEFT}


def _read(operation: dict[str, Any]) -> None:
    """What `bot/http/edge.py` does for whatever is read."""
    operation.setdefault("parameters", []).extend(_ASKED)
    answers = operation["responses"]
    answers["200"].setdefault("content", {})[PART] = {"schema": {"type": ["object", "array"]}}
    answers["200"]["headers"] = {"ETag": {"schema": {"type": "string"}}}
    answers["304"] = {"description": "Nothing has changed since that `ETag`", "headers": answers["200"]["headers"]}
