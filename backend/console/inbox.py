"""The inbox: the list of conversations, one of them with the person's card, and what clerks do there."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from fastapi import APIRouter
from fastapi.responses import Response
from sqlalchemy import Connection

from backend.console import looks, ready, talk_lines
from backend.console.door import Door
from backend.console.live import banner_with, elsewhere_in
from backend.console.talk_files import CARRIES
from backend.console.visit import Visit, whole
from backend.console.words import CASE_STATES, CHANNELS, DELIVERIES
from backend.db import Record
from backend.services import (
    desk_news,
    fees,
    inbox_counts,
    inbox_list,
    lateness,
    mentions,
    notes,
    people_card,
    staff,
    windows,
)
from backend.services.inbox_list import PAGE, VIEWS, Wish
from backend.services.states import OPEN
from bot.contract.messages import Address
from bot.contract.text import Text, t

MOST = 400
# Teams as people say them; one that is not here is shown by its name.
TEAMS: Mapping[str, Text] = {
    "desk": t("Front desk", context="team"),
    "repairs": t("Repairs", context="team"),
    "duty": t("Duty", context="team"),
    "supervisors": t("Supervisors", context="team"),
    "cleaning": t("Cleaning", context="team"),
    "billing": t("Billing", context="team"),
}
# What somebody may do for another one.
SCOPES: Mapping[str, Text] = {
    "book": t("report and book", context="proxy"),
    "pay": t("pay", context="proxy"),
    "follow": t("ask how it is going", context="proxy"),
    "alarm": t("be called in an emergency", context="proxy"),
}


def routes(door: Door) -> APIRouter:
    router = APIRouter()
    inbox = Inbox(door)
    door.add(router, "GET", "/console/inbox", inbox.list)
    door.add(router, "GET", "/console/inbox/{number}", inbox.one)
    return router


class Inbox:
    def __init__(self, door: Door) -> None:
        self._pages = door.pages
        self._parts = door.parts

    async def list(self, visit: Visit) -> Response:
        wish, whole_page = _wish(visit), visit.part != "list"
        known = await self._parts.db.read(lambda c: self._listed(c, visit, wish, whole_page))
        if not whole_page:
            return self._pages.show(visit, "inbox_list.html", **known, open=visit.asked("open"))
        return self._pages.show(visit, "inbox.html", **known, open="", talk=None)

    async def one(self, visit: Visit) -> Response:
        number, wish = visit.number("number"), _wish(visit)

        def alone(connection: Connection) -> dict[str, Any]:
            alarms = desk_news.alarms(connection, visit.community)
            return self._talk(connection, visit, number, alarms, inbox_counts.teams(connection, visit.community))

        if visit.part == "talk":
            return self._pages.show(visit, "talk_fresh.html", talk=await self._parts.db.read(alone))

        def both(connection: Connection) -> dict[str, Any]:
            known = self._listed(connection, visit, wish, True)
            return {**known, "talk": self._talk(connection, visit, number, known["alarms"], known["teams"])}

        return self._pages.show(visit, "inbox.html", **await self._parts.db.read(both), open=str(number))

    def _listed(self, connection: Connection, visit: Visit, wish: Wish, whole_page: bool) -> dict[str, Any]:
        """whole_page: with what stands around the list, its banner and its filters."""
        alarms, named = desk_news.alarms(connection, wish.community), mentions.unread(connection, wish.me)
        entries = inbox_list.page(connection, wish, desk_news.standing(alarms), named)
        counts = inbox_counts.counts(connection, wish.community, wish.me, len(named))
        known: dict[str, Any] = {
            "entries": entries,
            "snippets": [talk_lines.snippet(self._parts, entry.text, entry.body, visit.language) for entry in entries],
            "counts": counts,
            "wish": wish,
            "more": len(entries) >= wish.limit and wish.limit < MOST,
        }
        if whole_page:
            unread = (counts["waiting"], len(named), lateness.count(connection, wish.me))
            known |= banner_with(visit, alarms, unread, elsewhere_in(connection, visit))
            known |= {"channels": tuple(CHANNELS), "labels": inbox_counts.labels(connection, wish.community)}
            known |= {"teams": inbox_counts.teams(connection, wish.community), "team_words": TEAMS}
        return known

    def _talk(
        self, connection: Connection, visit: Visit, number: int, alarms: Sequence[Record], teams: Sequence[str]
    ) -> dict[str, Any]:
        """alarms, teams: those of this community, the alarms that are open."""
        row = inbox_list.one(connection, visit.community, number)
        person = None
        if row.resident_id is not None:
            person = people_card.of(connection, visit.community, row.resident_id, visit.now, visit.real)
        matters = people_card.matters(connection, visit.community, number, row.resident_id)
        frames = row.memory.get("frames")
        # What the bot is in the middle of, else what their newest open case is about: its ready texts come first.
        flow = frames[-1].get("flow") if frames else ready.flow_of(matters)
        state = ready.state_of(matters)
        lines = talk_lines.lines(connection, self._parts, row, visit.language)
        shown = talk_lines.window(lines, visit.asked("from", 20))
        return {
            "row": row,
            "lines": shown,
            "earlier": len(lines) - len(shown),
            "view": _wish(visit).view,
            "flows": talk_lines.open_flows(self._parts, row.memory, visit.language),
            "states": DELIVERIES,
            "person": person,
            "masked": looks.masked,
            "fees": fees.TITLES,
            "scopes": SCOPES,
            "matters": [(case, CASE_STATES[case.state], case.state in OPEN) for case in matters],
            "labels": inbox_counts.labels_of(connection, number),
            "colleagues": staff.speakers(connection, visit.community),
            "teams": teams,
            "team_words": TEAMS,
            "texts": ready.offered(notes.texts(connection, visit.community, flow, state), row, matters, visit.who.name),
            "carries": row.channel in CARRIES,
            "allowed": windows.allowed(connection, Address(row.channel, row.sender, row.account), visit.real),
            "mine": row.owner_id == visit.who.staff,
            "alarm": desk_news.standing(alarms).get(number),
        }


def _wish(visit: Visit) -> Wish:
    view, more = visit.asked("view"), whole(visit.asked("n", 4))
    return Wish(
        community=visit.community,
        view=view if view in VIEWS else "open",
        me=visit.who.staff,
        channel=visit.asked("channel", 20),
        team=visit.asked("team", 40),
        label=visit.asked("label", 30),
        words=visit.asked("q", 60),
        limit=PAGE if more is None else min(more, MOST),
    )
