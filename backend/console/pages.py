"""Fills the console's pages: words of the visitor's language, times as people say them, nothing unescaped."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from fastapi import Request
from fastapi.responses import HTMLResponse

from backend.console import looks
from backend.console.parts import Parts
from backend.console.phrases import Phrases
from backend.console.tongues import Tongues
from backend.console.visit import Visit
from backend.console.words import ALARMS, CHANNELS, LANGUAGES
from backend.services import alarm_desk, teams
from backend.services.amounts import yuan
from bot.contract.stored import load
from bot.contract.text import Clock, Text, t
from bot.contract.understanding import When
from bot.contract.wished import wished

FOLDER = Path(__file__).resolve().parent / "templates"
LANGUAGE, THEME = "linli_language", "linli_theme"
THEMES = ("auto", "light", "dark")
_POLICY = (
    "default-src 'none'",
    "script-src 'self'",
    "style-src 'self'",
    "img-src 'self' data:",
    "media-src 'self'",
    "connect-src 'self'",
    "form-action 'self'",
    "base-uri 'none'",
    "frame-ancestors 'none'",
    "require-trusted-types-for 'script'",
    "trusted-types linli",
)
HEADERS = {
    "Content-Security-Policy": "; ".join(_POLICY),
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "same-origin",
    "Permissions-Policy": "camera=(), microphone=(), geolocation=()",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cache-Control": "no-store",
}


_NOW, _MINUTE = t("now"), t("1 min", context="span")

# What a contact is to somebody; a word that is not here is shown as it was written.
RELATIONS = {
    "son": t("son", context="relation"),
    "daughter": t("daughter", context="relation"),
    "husband": t("husband", context="relation"),
    "wife": t("wife", context="relation"),
    "mother": t("mother", context="relation"),
    "father": t("father", context="relation"),
    "neighbour": t("neighbour", context="relation"),
    "friend": t("friend", context="relation"),
}


class Pages:
    """The templates, and what all of them may say."""

    def __init__(self, parts: Parts) -> None:
        self._parts = parts
        self._phrases = Phrases(parts.say)
        self._tongues = Tongues(FOLDER, self._phrases.of, hue=looks.hue, initial=looks.initial)

    def language(self, request: Request) -> str:
        """The one that was chosen, else the first that the browser names, else the installation's first."""
        wishes = request.query_params.get("lang", ""), request.cookies.get(LANGUAGE, "")
        return wished(self._parts.languages, wishes, request.headers.get("accept-language", ""))

    def theme(self, request: Request) -> str:
        chosen = request.cookies.get(THEME, "")
        return chosen if chosen in THEMES else THEMES[0]

    def show(self, visit: Visit, template: str, *, status: int = 200, **known: Any) -> HTMLResponse:
        words = Words(self._parts, visit, self._phrases)
        page = (
            self._tongues.of(visit.language)
            .get_template(template)
            .render(
                _=words.say,
                tell=words.tell,
                ago=words.ago,
                waited=words.waited,
                moment=words.moment,
                until=words.until,
                wished=words.wished,
                kind_word=lambda kind: words.tell(ALARMS.get(kind, ALARMS["plea"])),
                channel_word=lambda name: words.tell(CHANNELS[name]) if name in CHANNELS else name,
                relation_word=lambda name: words.tell(RELATIONS[name]) if name in RELATIONS else name or "",
                language_word=lambda name: words.tell(LANGUAGES[name]) if name in LANGUAGES else name or "–",
                began=lambda row: alarm_desk.began(row).isoformat(),
                v=visit,
                me=visit.session,
                tag=visit.language.replace("_", "-"),
                languages=[one.replace("_", "-") for one in self._parts.languages],
                community_name=words.community(),
                demo=self._parts.demo,
                clock_word=teams.clock,
                yuan=lambda fen: f"¥{yuan(fen):,.2f}",
                **known,
            )
        )
        return HTMLResponse(page, status_code=status, headers=HEADERS)


class Words:
    """One visitor's language and time zone at one moment."""

    def __init__(self, parts: Parts, visit: Visit, phrases: Phrases) -> None:
        self._parts = parts
        self._phrases = phrases
        self._moments: dict[datetime, str] = {}
        self._now, self._real = parts.clock.now(), parts.clock.real()
        self._language = visit.language
        estate = visit.estate or (visit.session.community if visit.session else "")
        self._community = parts.communities.get(estate)
        self._zone = ZoneInfo(self._community.timezone) if self._community else None

    def say(self, msgid: str, context: str | None = None, **params: Any) -> str:
        return self._phrases.of(Text(msgid, params, context=context), self._language)

    def tell(self, text: Text) -> str:
        return self._phrases.of(text, self._language)

    def community(self) -> str:
        if self._community is None:
            return ""
        names = self._community.names
        return names.get(self._language) or next(iter(names.values()), "")

    def ago(self, at: datetime | None, residents: bool = False) -> str:
        """How long since; residents: a time of the residents' clock, else of the real one."""
        if at is None:
            return ""
        now = self._now if residents else self._real
        return self.tell(_span(now - at, _NOW))

    def waited(self, at: datetime) -> str:
        return self.tell(_span(self._real - at, _MINUTE))

    def until(self, at: datetime | None) -> str:
        """How long there is, or since when it is late, on the residents' clock."""
        if at is None:
            return ""
        left = at - self._now
        if left < timedelta(0):
            return self.tell(t("{time} late", time=_span(-left, _MINUTE)))
        return self.tell(t("{time} left", time=_span(left, _MINUTE)))

    def wished(self, text: str | None, slots: Mapping[str, Any] | None = None) -> str:
        """A wished time as it was kept: a moment, a limit, or the resident's own words."""
        when = load((slots or {}).get("when"))
        if isinstance(when, When) and when.bound and when.iso == text:
            return self.tell(t("{when}", when=when))
        try:
            return self.moment(datetime.fromisoformat(text or ""))
        except ValueError:
            return text or ""

    def moment(self, at: datetime | None) -> str:
        """Many lines of a page were said in the same minute."""
        if at is None:
            return ""
        minute = at.replace(second=0, microsecond=0)
        found = self._moments.get(minute)
        if found is None:
            text = t("{at}", at=Clock(minute.astimezone(self._zone) if self._zone else minute))
            found = self._moments[minute] = self.tell(text)
        return found


def _span(span: timedelta, none: Text) -> Text:
    minutes = int(span.total_seconds() // 60)
    if minutes < 1:
        return none
    if minutes < 60:
        return t("{n} min", n=minutes)
    if minutes < 48 * 60:
        return t("{n} h", n=minutes // 60)
    return t("{n} d", n=minutes // 1440)
