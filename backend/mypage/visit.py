"""One request as the resident's page sees it: who asks, in which language, and what their form says."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from fastapi import Request

from backend.mypage.parts import Parts
from backend.services.own_page import Guest
from bot.contract.conversation import Community
from bot.contract.errors import NotTheirs, Refused

CSRF_FIELD = "csrf"
TICKED = "bill-"


@dataclass(frozen=True, slots=True)
class Visit:
    """guest: None for a browser that no link has opened; form: the fields of a POST."""

    request: Request
    parts: Parts
    language: str
    guest: Guest | None
    form: Mapping[str, str]

    @property
    def who(self) -> Guest:
        if self.guest is None:
            raise NotTheirs("no link has opened this")
        return self.guest

    @property
    def community(self) -> Community:
        return self.parts.communities[self.who.community]

    @property
    def now(self) -> datetime:
        return self.parts.clock.now()

    @property
    def real(self) -> datetime:
        return self.parts.clock.real()

    @property
    def agent(self) -> str:
        return self.request.headers.get("user-agent", "")

    def path(self, name: str) -> str:
        return str(self.request.path_params[name])

    def field(self, name: str) -> str:
        """A field that the form must have. Raises `Refused`."""
        if name not in self.form:
            raise Refused(f"{name} is missing", pointer=f"/{name}")
        return self.form[name].strip()[:200]

    def number(self, name: str) -> int:
        text = self.field(name)
        if not (text.isascii() and text.isdecimal() and len(text) < 10):
            raise Refused("no number", status=404)
        return int(text)

    def ticked(self) -> list[str]:
        return [name[len(TICKED) :] for name in self.form if name.startswith(TICKED)]
