"""One request as the console's pages see it: who asks, in which language, and what their form says."""

from __future__ import annotations

import hmac
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import TYPE_CHECKING
from urllib.parse import quote

from fastapi import Request

from backend.services.acting import Actor
from backend.services.sign_in.sessions import Session
from bot.contract.errors import NotTheirs, Refused
from bot.contract.text import t

if TYPE_CHECKING:
    from backend.console.parts import Parts

CSRF_FIELD = "csrf"
# What our own script says of itself: it wants a problem document or a part of a page, never a redirect.
SCRIPT, PART, AUTO = "x-linli", "x-linli-part", "x-linli-auto"


@dataclass(frozen=True, slots=True)
class Visit:
    """session: None for a stranger; form: the fields of a POST, none twice."""

    request: Request
    parts: Parts
    language: str
    theme: str
    session: Session | None
    form: Mapping[str, str]
    # Whose words and time a visitor without a session is told in.
    estate: str = ""

    @property
    def who(self) -> Session:
        if self.session is None:
            raise NotTheirs("not signed in")
        return self.session

    @property
    def community(self) -> str:
        return self.who.community

    @property
    def now(self) -> datetime:
        return self.parts.clock.now()

    @property
    def real(self) -> datetime:
        return self.parts.clock.real()

    @property
    def sender(self) -> str:
        """Who is at the other end; behind a proxy on this machine the server has put the forwarded one in its place."""
        return self.request.client.host if self.request.client else ""

    @property
    def script(self) -> bool:
        return SCRIPT in self.request.headers

    @property
    def part(self) -> str:
        """Which part of the page is asked for; empty for all of it."""
        return self.request.headers.get(PART, "")

    def asked(self, name: str, most: int = 200) -> str:
        """One value of the query, clean and not endless."""
        return self.request.query_params.get(name, "").strip()[:most]

    def path(self, name: str) -> str:
        return str(self.request.path_params[name])

    def number(self, name: str) -> int:
        """A number in the path; anything else is simply not there."""
        number = whole(self.path(name))
        if number is None:
            raise Refused("there is nothing of this number", status=404)
        return number

    @property
    def actor(self) -> Actor:
        """Who acts, for the services that write it down."""
        who = self.who
        return Actor(who.community, who.staff, who.login, who.name, who.role, self.now, self.real)

    def seen(self) -> int | None:
        """The version of what the clerk was looking at, where the form tells."""
        return whole(self.form.get("version", ""))

    def ticked(self, prefix: str) -> list[str]:
        """What was ticked of several: the ends of the names that begin so."""
        return [name[len(prefix) :] for name in self.form if name.startswith(prefix)]

    def given(self, *names: str) -> dict[str, str]:
        """`fields`, by name."""
        return dict(zip((name.rstrip("?") for name in names), self.fields(*names), strict=True))

    def fields(self, *names: str) -> tuple[str, ...]:
        """The form's values for these names, `name?` where it may be missing; any other field is refused.

        `name_*` lets several in that are read by `ticked`.
        """
        several = tuple(name[:-1] for name in names if name.endswith("*"))
        names = tuple(name for name in names if not name.endswith("*"))
        wanted = {name.rstrip("?") for name in names}
        given = {name for name in self.form if not (several and name.startswith(several))}
        extra = sorted(given - wanted - {CSRF_FIELD})
        if extra:
            raise Refused(f"this form has no field {extra[0]}", pointer=f"/{extra[0]}")
        lacking = [name for name in names if not name.endswith("?") and name not in self.form]
        if lacking:
            raise Refused(f"{lacking[0]} is missing", pointer=f"/{lacking[0]}")
        return tuple(self.form.get(name.rstrip("?"), "").strip() for name in names)


def bears(request: Request, form: Mapping[str, str], csrf: str) -> bool:
    """Whether what came bears the token of the page that it came from."""
    given = request.headers.get("x-linli-token") or form.get(CSRF_FIELD, "")
    return hmac.compare_digest(given.encode(), csrf.encode())


def whole(text: str) -> int | None:
    """A whole number as our pages write it, of a size that every column holds; None for anything else."""
    return int(text) if text.isascii() and text.isdecimal() and len(text) < 10 else None


def day_of(text: str, pointer: str) -> date:
    """As the browser's field writes it."""
    try:
        return date.fromisoformat(text)
    except ValueError as error:
        raise Refused("no day", t("Please choose a day."), pointer=pointer) from error


def moment_of(text: str, pointer: str, now: datetime) -> datetime:
    """As the browser's field writes it, on the estate's clock."""
    try:
        return datetime.fromisoformat(text[:16]).replace(tzinfo=now.tzinfo)
    except ValueError as error:
        raise Refused("no time", t("Please choose a day and a time."), pointer=pointer) from error


def back(path: str) -> str:
    """Where to go after signing in: a page of the console, never another site."""
    good = path.startswith("/console/") and "//" not in path and "\\" not in path and len(path) < 300
    return quote(path, safe="/?=&%+-._~") if good else "/console/inbox"
