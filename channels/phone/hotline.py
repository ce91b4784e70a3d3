"""The demo's telephone: a page that calls our own webhooks as Twilio would; it exists in demo mode only."""

from __future__ import annotations

import json
from functools import lru_cache
from typing import Any

import yaml
from fastapi import APIRouter, Request
from fastapi.responses import HTMLResponse, Response
from jinja2 import Environment, FileSystemLoader, StrictUndefined

from bot.contract.channel import Ports
from bot.contract.errors import Refused
from bot.contract.wished import wished
from channels.phone.voices import HERE
from channels.twilio import Line

SITE = HERE / "site"
_POLICY = (
    "default-src 'none'",
    "script-src 'self'",
    "style-src 'self'",
    "connect-src 'self'",
    "img-src data:",
    "base-uri 'none'",
    "form-action 'none'",
    "frame-ancestors 'none'",
    "require-trusted-types-for 'script'",
)
HEADERS = {
    "Content-Security-Policy": "; ".join(_POLICY),
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
    "Permissions-Policy": "camera=(), microphone=(), geolocation=()",
    "Cache-Control": "no-cache",
    "Vary": "Accept-Language",
}
_TYPES = {"hotline.js": "text/javascript; charset=utf-8", "hotline.css": "text/css; charset=utf-8"}
_LETTERS = ("", "ABC", "DEF", "GHI", "JKL", "MNO", "PQRS", "TUV", "WXYZ", "", "", "")
_KEYS = tuple(zip("123456789*0#", _LETTERS, strict=True))


def routes(router: APIRouter, ports: Ports, account: str, line: Line) -> None:
    """line: the demo's own, whose token is public on purpose; no other may be shown to a browser."""
    templates = Environment(loader=FileSystemLoader(SITE), autoescape=True, undefined=StrictUndefined)

    async def page(request: Request, lang: str = "") -> Response:
        known = [one for one in (*ports.languages, *_words()) if one in _words()]
        language = wished(known, (lang,), request.headers.get("accept-language", ""))
        words = _words()[language]
        titles = line.account.titles
        spoken = {name: text for name, text in words.items() if isinstance(text, str)}
        html = templates.get_template("hotline.html").render(
            w=words,
            name=titles.get(language) or next(iter(titles.values()), ""),
            tag=language.replace("_", "-"),
            language=language,
            base=ports.public_url.rstrip("/"),
            path=f"/channels/phone/{account}/voice",
            token=line.token,
            sid=line.sid,
            number=line.number,
            spoken=json.dumps(spoken, ensure_ascii=False),
            keys=_KEYS,
        )
        return HTMLResponse(html, headers=HEADERS)

    async def part(name: str) -> Response:
        if name not in _TYPES:
            raise Refused("there is no such file", status=404)
        return Response((SITE / name).read_bytes(), media_type=_TYPES[name], headers=HEADERS)

    router.add_api_route("/hotline", page, methods=["GET"], summary="The demo's telephone", include_in_schema=False)
    router.add_api_route("/hotline/{name}", part, methods=["GET"], include_in_schema=False)


@lru_cache(1)
def _words() -> dict[str, dict[str, Any]]:
    found: dict[str, dict[str, Any]] = yaml.safe_load((SITE / "words.yml").read_text(encoding="utf-8"))
    return found
