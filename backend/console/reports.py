"""Report on behalf: what came in by phone or in a group chat becomes a case in seconds, with a link back."""

from __future__ import annotations

from typing import Any
from urllib.parse import quote

from fastapi import APIRouter
from fastapi.responses import Response
from sqlalchemy import Connection

from backend.console.door import Door
from backend.console.live import banner_of
from backend.console.visit import Visit
from backend.console.words import CASES
from backend.services import audit, desk_reports
from backend.services.case_lines import FAULTS
from backend.services.desk_reports import Filed, Report
from backend.services.sign_in import totp
from bot.contract.text import Text, t

WAYS: dict[str, Text] = {
    "phone": t("by phone", context="way"),
    "chat": t("in a group chat", context="way"),
    "counter": t("at the counter", context="way"),
}
URGENT: dict[str, Text] = {
    "": t("can wait its turn", context="urgency"),
    "gas": t("gas", context="urgency"),
    "burst": t("burst pipe", context="urgency"),
    "sparks": t("sparks, smoke", context="urgency"),
    "lift": t("lift stopped", context="urgency"),
}


def routes(door: Door) -> APIRouter:
    router = APIRouter()
    desk = Reports(door)
    door.add(router, "GET", "/console/report", desk.form)
    door.add(router, "POST", "/console/report", desk.file)
    return router


class Reports:
    def __init__(self, door: Door) -> None:
        self._pages = door.pages
        self._parts = door.parts

    async def form(self, visit: Visit) -> Response:
        return await self._page(visit, None, "")

    async def file(self, visit: Visit) -> Response:
        words, where, kind, category, way, urgent, phone = visit.fields(
            "words", "where", "kind", "category?", "way", "urgent?", "phone?"
        )
        report = Report(words, where, kind, category or "other", way, urgent, "".join(phone.split())[:24])
        who, now, real = visit.who, visit.now, visit.real
        community = self._parts.communities[who.community]

        def work(connection: Connection) -> Filed:
            filed = desk_reports.file(connection, community, report, who.name, now, real)
            audit.note(connection, who.community, who.login, "case.filed", filed.number, real, {"way": way})
            return filed

        filed = await self._parts.db.write(work)
        link = f"{community.links}/chat?community={quote(community.id)}#case={filed.token}"
        if visit.script:
            return self._pages.show(visit, "reported.html", filed=filed, link=link, picture=totp.picture(link))
        return await self._page(visit, filed, link)

    async def _page(self, visit: Visit, filed: Filed | None, link: str) -> Response:
        known: dict[str, Any] = {
            "kinds": {kind: CASES[kind] for kind in desk_reports.KINDS},
            "categories": {**FAULTS, "other": t("Something else")},
            "ways": WAYS,
            "urgencies": URGENT,
            "filed": filed,
            "link": link,
            "picture": totp.picture(link) if filed else "",
        }
        return self._pages.show(visit, "report.html", **known, **await banner_of(visit))
