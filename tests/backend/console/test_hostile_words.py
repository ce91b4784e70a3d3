"""X9 without a browser: thirty payloads in every text that comes from outside, and no page makes anything of them.

What pages do with them once they are read stands in `test_in_browser.py`; here it is that none leaves its place.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from html.parser import HTMLParser
from typing import Any

import pytest
from sqlalchemy import Column, Connection, String, cast, insert, literal, select, update

from backend.console.permissions import TABLE
from backend.models.fieldwork import case_visit, field_link
from backend.models.housekeeping import booking
from backend.models.ladder import alarm_step, care
from backend.models.notes import label, note
from backend.models.people import address, contact, household, resident
from backend.models.ringing import gate_bell
from backend.models.screens import duty_screen
from backend.models.sign_in import audit_entry, staff_session
from backend.models.staff import handover
from backend.models.talk import conversation, message, outbox
from backend.models.teach import unclear
from backend.models.visitors import passage, visitor_pass
from backend.models.webhooks import delivery_try, webhook_endpoint
from backend.models.work import alarm, alarm_event, case, case_event, case_report
from backend.services import webhooks
from bot.commands.lived_in import live_in
from tests.backend.console.test_in_browser import PAYLOADS
from tests.clerk import Clerk
from tests.conftest import MakeResident
from tests.resident import Resident

ALL = " ".join(PAYLOADS)
# Names and nicknames, plates, file names, words of every kind; and of devices and browsers, which are outside as well.
WORDS: tuple[Column[Any], ...] = (
    address.c.label,
    address.c.user,
    resident.c.name,
    resident.c.phone,
    contact.c.name,
    contact.c.relation,
    contact.c.phone,
    care.c.knocks,
    household.c.label,
    message.c.text,
    case.c.location,
    case.c.details,
    case.c.contact,
    case.c.wish,
    case_event.c.note,
    case_event.c.by,
    case_report.c.words,
    case_visit.c.who,
    case_visit.c.note,
    field_link.c.who,
    alarm.c.words,
    alarm.c.location,
    alarm.c.who,
    alarm.c.outcome,
    alarm.c.reported_by,
    alarm_event.c.by,
    alarm_event.c.note,
    alarm_step.c.name,
    handover.c.note,
    handover.c.outcome,
    note.c.text,
    label.c.name,
    booking.c.location,
    booking.c.notes,
    booking.c.contact,
    visitor_pass.c.visitor_name,
    visitor_pass.c.purpose,
    passage.c.gate,
    passage.c.plate,
    gate_bell.c.visitor,
    gate_bell.c.gate,
    unclear.c.text,
    duty_screen.c.name,
    staff_session.c.device,
    audit_entry.c.subject,
    webhook_endpoint.c.url,
    webhook_endpoint.c.reason,
    delivery_try.c.error,
    outbox.c.last_error,
)
# Pages that only one role has are asked for as that one.
SEES = {
    "supervisor": r"/console/(?!staff|webhooks|audit|redactions|second|lock)",
    "duty": "/console/alarms/",
    "auditor": "/console/(audit|redactions)",
    "admin": "/console/(staff|webhooks)",
}
_NEVER = frozenset({"iframe", "object", "embed", "base", "style", "math", "video", "source", "frame"})
_OURS = re.compile(r"/|https://(uri\.amap\.com|www\.openstreetmap\.org)/|mailto:|tel:|#|data:image/|data:,|$")


class _Page(HTMLParser):
    """Collects what should not be there."""

    def __init__(self) -> None:
        super().__init__()
        self.wrong: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = dict(attrs)
        strange = [name for name in given if name.startswith("on") or not re.fullmatch(r"[a-z][a-z0-9:-]*", name)]
        aims = [given[name] or "" for name in ("href", "src", "action", "formaction", "srcdoc") if name in given]
        foreign = [aim for aim in aims if not _OURS.match(aim) and not aim.startswith("?")]
        script = tag == "script" and not (given.get("src") or "").startswith("/console/static/")
        if tag in _NEVER or strange or foreign or script or "http-equiv" in given:
            self.wrong.append(self.get_starttag_text() or tag)


@pytest.fixture
def estate(resident: MakeResident) -> Resident:
    """A desk with a past, in which every word from outside is hostile."""
    one = resident()
    live_in(one.settings)
    one.say("a visitor comes tomorrow at 9, Bob, plate 京A12345")
    one.say("yes")
    one.say("flurble the wibble")

    def spoil(connection: Connection) -> None:
        home = connection.execute(select(household.c.id).limit(1)).scalar_one()
        seen = {"community_id": "sunshine", "household_id": home, "gate": "x", "visitor": "x", "state": "ringing"}
        moment = connection.execute(select(conversation.c.updated_at).limit(1)).scalar_one()
        connection.execute(insert(gate_bell).values(id="b" * 26, **seen, cause="x", rang_at=moment))
        screen = {"name": "x", "digest": "x", "device": ALL, "made_by": ALL, "made_at": moment, "seen_at": moment}
        connection.execute(insert(duty_screen).values(community_id="sunshine", **screen))
        told = webhooks.add(connection, "sunshine", "http://127.0.0.1:9/hook", ["case.*"], moment)
        sent = webhooks.try_out(connection, "sunshine", told.id, moment)
        connection.execute(insert(delivery_try).values(delivery_id=sent, at=moment, error="x"))
        connection.execute(update(webhook_endpoint).values(state="disabled", reason="x"))
        connection.execute(update(outbox).where(outbox.c.id == sent).values(last_error="x"))
        for column in WORDS:
            # Each its own, where no two may be the same.
            words = literal(f"{ALL} ") + cast(address.c.id, String) if column is address.c.user else ALL
            connection.execute(update(column.table).where(column.is_not(None)).values({column: words}))
        connection.execute(update(visitor_pass).values(plates=[ALL]))
        connection.execute(update(case).values(slots={"details": ALL, "location": ALL, "visitor_name": ALL}))

    one.app.state.desk.db.submit(spoil).result(60)
    return one


def _paths(estate: Resident) -> Iterator[str]:
    """Every page of the console, with the keys of what there is."""

    def keys(connection: Connection) -> dict[str, list[str]]:
        columns = {"inbox": conversation.c.id, "alarms": alarm.c.id, "cases": case.c.number, "homes": household.c.id}
        columns["webhooks"] = webhook_endpoint.c.id
        lived = select(resident.c.household_id).where(resident.c.household_id.is_not(None)).distinct()
        found = {name: [str(one) for one in connection.execute(select(c)).scalars()] for name, c in columns.items()}
        return found | {"homes": [str(one) for one in connection.execute(lived).scalars()]}

    known = estate.app.state.desk.db.read_now(keys)
    for method, path in TABLE:
        if method != "GET" or "photos" in path or path.startswith(("/field", "/screen")) or "live" in path:
            continue
        if "{" not in path:
            yield path
        elif path.split("/")[2] in known:
            for key in known[path.split("/")[2]][:3]:
                yield re.sub(r"\{\w+\}", key, path)
    yield from (f"/console/inbox?view={view}" for view in ("bot", "mine", "closed", "named"))
    yield from ("/console/cases?shape=table", f"/console/inbox?q={PAYLOADS[0]}", f"/console/cases?q={PAYLOADS[1]}")


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_no_word_from_outside_leaves_its_place(estate: Resident) -> None:
    wrong, shown = [], 0
    paths = list(_paths(estate))
    for role, sees in SEES.items():
        clerk = Clerk(estate, role)
        for path in (one for one in paths if re.match(sees, one)):
            answer = clerk.get(path)
            assert answer.status_code in (200, 303), path
            page = _Page()
            page.feed(answer.text)
            wrong += [f"{role} {path}: {one[:120]}" for one in page.wrong]
            shown += answer.text.count("{{7*7}}")
    assert wrong == []
    assert shown > 100, "the words are on the pages, as they were written"
