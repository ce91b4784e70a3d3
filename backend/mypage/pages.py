"""Fills the resident's page: their language, times as people say them, nothing unescaped, no script at all."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from fastapi import Request
from fastapi.responses import HTMLResponse

from backend.mypage.parts import Parts
from backend.mypage.visit import CSRF_FIELD, Visit
from backend.services.amounts import yuan
from bot.contract.templates import templates
from bot.contract.text import Clock, Money, Text, t
from bot.contract.wished import wished

FOLDER = Path(__file__).resolve().parent
_POLICY = (
    "default-src 'none'",
    "style-src 'self'",
    "img-src 'self' data:",
    "base-uri 'none'",
    "frame-ancestors 'none'",
)
HEADERS = {
    "X-Content-Type-Options": "nosniff",
    # The address of a link must not travel to another site with whoever leaves by one of ours.
    "Referrer-Policy": "same-origin",
    "Permissions-Policy": "camera=(), microphone=(), geolocation=()",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Cache-Control": "no-store",
    "X-Robots-Tag": "noindex, nofollow, noarchive",
    "Vary": "Accept-Language, Cookie",
}


class Pages:
    """The templates, and what all of them may say."""

    def __init__(self, parts: Parts) -> None:
        self._parts = parts
        self._templates = templates(FOLDER / "templates")

    def language(self, request: Request) -> str:
        """Of a stranger: the first of ours that the browser names, else the installation's first."""
        return wished(self._parts.languages, (), request.headers.get("accept-language", ""))

    def show(self, visit: Visit, template: str, *, status: int = 200, leads_to: str = "", **known: Any) -> HTMLResponse:
        """leads_to: where a form of this page may end beside ourselves."""
        guest, language = visit.guest, visit.language

        def tell(text: Text | str) -> str:
            return text if isinstance(text, str) else self._parts.say(text, language)

        def say(msgid: str, context: str | None = None, **params: Any) -> str:
            return self._parts.say(Text(msgid, params, context=context), language)

        community = self._parts.communities.get(guest.community) if guest else None
        page = self._templates.get_template(template).render(
            _=say,
            tell=tell,
            money=lambda fen: tell(t("{amount}", amount=Money(yuan(fen)))),
            moment=lambda at: tell(t("{at}", at=Clock(_local(at, community.timezone if community else "")))),
            day=lambda at: tell(t("{day}", day=at)),
            named=lambda one: one.names.get(language) or next(iter(one.names.values()), ""),
            community=community,
            guest=guest,
            csrf=CSRF_FIELD,
            tag=language.replace("_", "-"),
            large=bool(guest and guest.slow),
            **known,
        )
        policy = "; ".join((*_POLICY, f"form-action 'self' {leads_to}".strip()))
        return HTMLResponse(page, status_code=status, headers={**HEADERS, "Content-Security-Policy": policy})


def _local(at: datetime, zone: str) -> datetime:
    return at.astimezone(ZoneInfo(zone)) if zone else at
