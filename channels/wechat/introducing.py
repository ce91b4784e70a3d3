"""Who looks at a page of ours inside WeChat: asked by OAuth, silently, and told as the openid that we know them by."""

from __future__ import annotations

from collections.abc import Mapping
from urllib.parse import urlencode

from bot.contract.channel import Ports
from channels.wechat.calls import Calls
from channels.wechat.settings import OFFICIAL, Door

# How WeChat's own browser names itself, on phones and on computers.
_OWN_BROWSER = "MicroMessenger/"


class Introducing:
    """What a way out needs to be `Introduces`."""

    _ports: Ports
    _known: Mapping[str, Door]
    _calls: Calls

    @property
    def visited(self) -> str:
        return self._ports.api_base.rstrip("/") or OFFICIAL.open

    def introduces(self, account: str) -> bool:
        door = self._known.get(account)
        return door is not None and door.live

    def inside(self, agent: str) -> bool:
        return _OWN_BROWSER in agent

    def ask(self, account: str, back: str, state: str) -> str:
        door = self._calls.door(account)
        # In this order: WeChat compares it as text.
        asked = {
            "appid": door.appid,
            "redirect_uri": back,
            "response_type": "code",
            "scope": "snsapi_base",
            "state": state,
        }
        return f"{self.visited}/{door.kind.authorize}?{urlencode(asked)}#wechat_redirect"

    async def who(self, account: str, code: str) -> str:
        return await self._calls.openid(account, code)
