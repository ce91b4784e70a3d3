"""A button under what was filed asks whether one message may come when no window is open; WeChat brings the yes."""

from __future__ import annotations

import hashlib
import hmac
import html
import re
from collections.abc import Mapping
from datetime import datetime, timedelta
from urllib.parse import urlencode

from fastapi import APIRouter, Request
from fastapi.responses import HTMLResponse, PlainTextResponse, Response

from bot.contract.channel import Ports
from bot.contract.errors import NotTheirs
from bot.contract.messages import Address
from bot.contract.text import t
from channels.wechat.settings import CHANNEL, Door

# Several yeses under one scene are one yes to WeChat, so each filing has its own; it knows 0 to 10000.
SCENES = 10_001
LIVES = timedelta(days=7)
_STAMP = re.compile(r"([0-9a-f]{1,12})x([0-9a-f]{64})")
_THANKS = t("Thank you. When there is news of it, you hear it here in WeChat.")
_NOT_NOW = t("All right. You can ask how it is going at any time.")


def kept_as(template: str, scene: str) -> str:
    """The name of one yes in the ledger."""
    return f"{template}#{scene}"


def scene_of(name: str) -> str:
    return name.rpartition("#")[2]


class Asking:
    """What a way out needs to be `Welcomes`."""

    _ports: Ports
    _known: Mapping[str, Door]

    def consent(self, to: Address, mark: int, language: str, real: datetime) -> str:
        door, home = self._known.get(to.account), self._ports.public_url.rstrip("/")
        if door is None or not door.live or not door.once or not home:
            return ""
        scene = str(mark % SCENES)
        asked = {
            "action": "get_confirm",
            "appid": door.appid,
            "scene": scene,
            "template_id": door.once,
            "redirect_url": f"{home}/channels/{CHANNEL}/{to.account}/agreed/{language}",
            "reserved": _stamp(door, to.user, scene, real + LIVES),
        }
        base = self._ports.api_base.rstrip("/") or door.kind.asks
        return f"{base}/mp/subscribemsg?{urlencode(asked)}#wechat_redirect"


def _stamp(door: Door, user: str, scene: str, until: datetime) -> str:
    """Only what we asked is taken for an answer, of whom we asked, and for a week."""
    end = f"{int(until.timestamp()):x}"
    return f"{end}x{_mac(door, user, scene, end)}"


def _mac(door: Door, user: str, scene: str, end: str) -> str:
    key = f"{door.secret}:{door.token}".encode()
    return hmac.new(key, f"{door.appid}|{door.once}|{user}|{scene}|{end}".encode(), hashlib.sha256).hexdigest()


def _proved(door: Door, query: Mapping[str, str], real: datetime) -> None:
    """Raises `NotTheirs`: anybody can open this address with anybody's openid."""
    stamp = _STAMP.fullmatch(query.get("reserved", ""))
    if stamp is None or not door.once or query.get("template_id") != door.once:
        raise NotTheirs("no answer to anything that was asked")
    right = _mac(door, query.get("openid", ""), query.get("scene", ""), stamp[1])
    if not hmac.compare_digest(right, stamp[2]) or real.timestamp() > int(stamp[1], 16):
        raise NotTheirs("the stamp is wrong, or old")


def routes(router: APIRouter, ports: Ports, known: Mapping[str, Door]) -> None:
    async def agreed(account: str, language: str, request: Request) -> Response:
        """The browser comes back from WeChat's question."""
        door, query, spoken = known.get(account), dict(request.query_params), ports.language(language)
        if query.get("action") != "confirm":
            return _page(ports.say(_NOT_NOW, spoken), spoken)
        try:
            if door is None:
                raise NotTheirs("no such account")
            _proved(door, query, ports.clock.real())
        except NotTheirs:
            ports.turned_away()
            return PlainTextResponse("", status_code=403)
        who = Address(CHANNEL, query["openid"], account)
        await ports.shared.agreed(who, {kept_as(door.once, query["scene"]): True})
        return _page(ports.say(_THANKS, spoken), spoken)

    path = f"/channels/{CHANNEL}/{{account}}/agreed/{{language}}"
    told = "Whether one more message is welcome"
    router.add_api_route(path, agreed, methods=["GET"], summary=told, response_class=HTMLResponse)


def _page(words: str, language: str) -> Response:
    text, tag = html.escape(words), html.escape(language.replace("_", "-"))
    page = (
        f'<!doctype html><html lang="{tag}"><head><meta charset="utf-8"><meta name="viewport" '
        f'content="width=device-width, initial-scale=1"><title>{text}</title></head><body><h1>{text}</h1></body></html>'
    )
    return HTMLResponse(
        page, headers={"content-security-policy": "default-src 'none'", "referrer-policy": "no-referrer"}
    )
