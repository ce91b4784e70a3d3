"""WeChat's question whether one message is welcome, and the message: as its documents say, one for each scene."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import parse_qs, urlsplit

TITLE, CONTENT = 15, 200


class Wrong(Exception):
    def __init__(self, code: int, message: str) -> None:
        super().__init__(message)
        self.document = {"errcode": code, "errmsg": f"{message} rid: 674a0b1c-1a2b3c4d-5e6f7081"}


@dataclass
class Once:
    """yes: (user, template, scene) that may be sent once; sent: what was."""

    yes: set[tuple[str, str, str]] = field(default_factory=set)
    sent: list[dict[str, Any]] = field(default_factory=list)

    def asked(self, url: str, user: str, *, agrees: bool = True) -> tuple[str, dict[str, str]]:
        """Somebody has opened the link in WeChat: where their browser is sent back to, and with what."""
        parts = urlsplit(url)
        query = {name: values[0] for name, values in parse_qs(parts.query).items()}
        assert parts.path == "/mp/subscribemsg"
        assert parts.fragment == "wechat_redirect"
        assert query["action"] == "get_confirm"
        assert 0 <= int(query["scene"]) <= 10_000
        assert re.fullmatch(r"[a-zA-Z0-9]{1,128}", query["reserved"])
        back = {name: query[name] for name in ("template_id", "scene", "reserved")}
        if not agrees:
            return query["redirect_url"], {**back, "action": "cancel"}
        self.yes.add((user, query["template_id"], query["scene"]))
        return query["redirect_url"], {**back, "action": "confirm", "openid": user}

    def send(self, body: dict[str, Any]) -> int:
        """WeChat's error code."""
        key = (body["touser"], body["template_id"], body["scene"])
        if key not in self.yes:
            return 43101
        if len(body["title"]) > TITLE or len(body["data"]["content"]["value"]) > CONTENT:
            return 47003
        self.yes.discard(key)
        self.sent.append(body)
        return 0
