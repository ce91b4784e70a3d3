"""Our errors as RFC 9457 problem documents and status codes; the last place where an error is caught."""

from __future__ import annotations

import logging
from collections.abc import Mapping

from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse, Response
from starlette.exceptions import HTTPException

from bot.contract.body import pointed
from bot.contract.errors import LinliError, NotTheirs, Refused, Unavailable, Unsupported
from bot.http.route import route_of
from bot.logs import fault_code
from bot.observe import Metrics

log = logging.getLogger("linli.http")

TITLES = {
    400: "Malformed request",
    401: "Not signed in",
    403: "Not allowed",
    404: "Not found",
    405: "Method not allowed",
    408: "Nothing more came",
    409: "Conflict",
    412: "Changed since",
    413: "Too large",
    415: "Not a kind that is taken",
    422: "Refused",
    429: "Too many requests",
    500: "Internal error",
    503: "Not available for now",
}


class Problem(JSONResponse):
    """`application/problem+json`; detail: what is wrong, for doors that say it in a form of their own."""

    media_type = "application/problem+json"
    detail = ""


def problem(
    status: int,
    detail: str,
    *,
    headers: dict[str, str] | None = None,
    more: Mapping[str, object] | None = None,
    **known: object,
) -> Problem:
    """With type, title, status, detail, and what else is known."""
    said = {"type": "about:blank", "title": TITLES.get(status, "Error"), "status": status, "detail": detail}
    body = {**said, **known, **(more or {})}
    found = Problem(body, status_code=status, headers=headers)
    found.detail = detail
    return found


def install(app: FastAPI, metrics: Metrics) -> None:
    app.state.metrics = metrics
    app.add_exception_handler(LinliError, _ours)
    app.add_exception_handler(HTTPException, _http)
    app.add_exception_handler(RequestValidationError, _invalid)
    app.add_exception_handler(Exception, _unforeseen)


async def _ours(request: Request, error: Exception) -> Response:
    return _with_headers(request, await _explained(request, error))


def _with_headers(request: Request, response: Response) -> Response:
    """What every answer of a route bears, its errors too: without it a page of another site could not read them.

    Doors that speak another standard (`request.state.explain`) say errors in its own form.
    """
    explain = getattr(request.state, "explain", None)
    if explain is not None and isinstance(response, Problem):
        kept = {name: response.headers[name] for name in ("retry-after",) if name in response.headers}
        response = explain(response.status_code, response.detail)
        response.headers.update(kept)
    response.headers.update(getattr(request.state, "headers", {}))
    return response


async def _explained(request: Request, error: Exception) -> Response:
    if isinstance(error, NotTheirs):
        # An operator looks here when a provider says that its callbacks are turned away.
        log.warning("turned away: %s", error.reason, extra={"route": route_of(request.scope)})
        return problem(401, error.reason, headers={"WWW-Authenticate": "Bearer"})
    if isinstance(error, Refused):
        more: dict[str, object] = {"errors": error.errors} if error.errors else {}
        return problem(error.status, error.reason, more=more | error.more)
    if isinstance(error, Unsupported):
        return JSONResponse({"status": "ignored"})
    if isinstance(error, Unavailable):
        # The first line names the trouble; what a database adds below it may quote a row.
        log.error("not available: %s", error.reason.split("\n", 1)[0])
        headers = {"Retry-After": str(max(1, round(error.retry_after)))}
        return problem(503, "please try again shortly", headers=headers)
    return await _unforeseen(request, error)


async def _http(request: Request, error: Exception) -> Response:
    status = error.status_code if isinstance(error, HTTPException) else 500
    headers = dict(error.headers or {}) if isinstance(error, HTTPException) else None
    return _with_headers(request, problem(status, TITLES.get(status, "Error"), headers=headers))


async def _invalid(request: Request, error: Exception) -> Response:
    """FastAPI's own answer echoes the input, which breaks on lone surrogates and NaN: ours names the fields only."""
    found = error.errors() if isinstance(error, RequestValidationError) else []
    return problem(422, "some fields cannot be used", errors=pointed(found))


async def _unforeseen(request: Request, error: Exception) -> Response:
    code = fault_code()
    log.error("request failed", extra={"code": code, "method": request.method}, exc_info=error)
    request.app.state.metrics.errors.labels("http", type(error).__name__).inc()
    answer = problem(500, f"something went wrong here; the code for the desk is {code}", code=code)
    return _with_headers(request, answer)
