"""The community's own page with the chat beside it: `/chat`, in the language of the visitor."""

from __future__ import annotations

from functools import lru_cache
from typing import Any

import yaml
from fastapi import Request
from fastapi.responses import HTMLResponse, Response
from jinja2 import Environment, FileSystemLoader, StrictUndefined

from bot.contract.channel import Account, Ports
from bot.contract.errors import Refused
from bot.contract.wished import wished
from channels.web.files import HERE

SITE = HERE / "site"
_POLICY = (
    "default-src 'none'",
    "script-src 'self'",
    "style-src 'self'",
    "img-src 'self' blob: data:",
    "connect-src 'self'",
    "base-uri 'none'",
    "form-action 'none'",
    "frame-ancestors 'none'",
    "require-trusted-types-for 'script'",
)
HEADERS = {
    "Content-Security-Policy": "; ".join(_POLICY),
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "strict-origin-when-cross-origin",
    "Permissions-Policy": "camera=(), microphone=(self), geolocation=(self)",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cache-Control": "no-cache",
    "Vary": "Accept-Language",
}


class Site:
    """Pages by community; what stands on the demo's is written in `site/sunshine.yml`."""

    def __init__(self, ports: Ports) -> None:
        self._languages = ports.languages
        self._demo = ports.demo
        self._accounts = {account.community: account for account in ports.accounts.values()}
        self._templates = Environment(loader=FileSystemLoader(SITE), autoescape=True, undefined=StrictUndefined)

    def page(self, request: Request, lang: str, community: str) -> Response:
        if community and community not in self._accounts:
            raise Refused("there is no such community", status=404)
        key = community or next(iter(self._accounts), "")
        if not key:
            raise Refused("no community has a chat page: channels.web.accounts in config.yml", status=404)
        language = wished(self._languages, (lang,), request.headers.get("accept-language", ""))
        page = self._templates.get_template("chat.html").render(**self._words(key, language))
        return HTMLResponse(page, headers=HEADERS)

    def _words(self, key: str, language: str) -> dict[str, Any]:
        account: Account = self._accounts[key]
        content = _content(language)
        name = account.titles.get(language) or next(iter(account.titles.values()), key)
        demo = content["demo"] if self._demo else {}
        tag = language.replace("_", "-")
        others = [one.replace("_", "-") for one in self._languages if one != language]
        return {
            "w": content["frame"],
            "demo": demo,
            "name": name,
            "community": key,
            "tag": tag,
            "language": language,
            "others": others,
            "emergency": account.emergency,
        }


@lru_cache
def _content(language: str) -> dict[str, Any]:
    data: dict[str, Any] = yaml.safe_load((SITE / "sunshine.yml").read_text(encoding="utf-8"))
    found: dict[str, Any] = data.get(language) or data["en"]
    return found
