"""Taking a conversation, passing it on and giving it back: of two clerks who want the same one, exactly one gets it."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from sqlalchemy import Connection, bindparam, func, null, select, update

from backend.db import Record
from backend.models.staff import handover
from backend.services import cases, outbox, staff
from backend.services.handover.held import BRIDGES_AFTER, lock, note
from backend.services.handover.queue import ENDED, HELD, WAITING, Ask, entry, of_conversation, request
from backend.services.handover.returning import watch
from backend.services.staff import SPEAKS, Clerk
from backend.services.states import OPEN, follows
from bot.contract.conversation import Held
from bot.contract.errors import Refused
from bot.contract.text import Text, t

# Who may take a conversation out of a colleague's hands.
OVERSEES = frozenset({"supervisor", "admin"})
HERE = t("{name} from the desk is with you now.")
PASSED_ON = t("{name} from the desk looks after you from now on.")
TO_TEAM = t("Your conversation is passed on to the colleagues in charge. I am here meanwhile.")
BACK = t("{name} has given the conversation back to me, the automatic assistant. I am here when you need something.")

_CLAIM = (
    update(handover)
    .where(handover.c.id == bindparam("key"), handover.c.state == WAITING)
    .values(
        state=HELD,
        owner_id=bindparam("owner"),
        claimed_at=bindparam("at"),
        picked_up_at=func.coalesce(handover.c.picked_up_at, bindparam("at")),
        last_human_at=null(),
        snoozed_until=null(),
        version=handover.c.version + 1,
    )
)


def claim(
    connection: Connection, community: str, key: int, clerk: Clerk, real: datetime, version: int | None = None
) -> Record:
    """Take it out of the queue; raises `Refused` (409) when somebody else was faster.

    version: what the clerk was looking at, where the screen knows it.
    """
    found = _found(connection, community, key)
    _may_speak(clerk)
    talk = lock(connection, community, found.conversation_id)
    mine = _CLAIM if version is None else _CLAIM.where(handover.c.version == version)
    if connection.execute(mine, {"key": key, "owner": clerk.id, "at": real}).rowcount == 0:
        found = _found(connection, community, key)
        if found.state == HELD and found.owner_id == clerk.id:
            return found
        raise Refused("somebody else was faster", status=409)
    _hold(connection, talk, clerk, real, ("claimed", {"by": clerk.shown(talk.language)}))
    _move_case(connection, found, "assigned", clerk, real)
    now = _found(connection, community, key)
    watch(connection, now, real)
    _tell(connection, now, HERE, clerk.shown(talk.language), real)
    return now


def take_over(connection: Connection, community: str, conversation_id: int, clerk: Clerk, real: datetime) -> Record:
    """Take a conversation, asked for or not."""
    _may_speak(clerk)
    talk = lock(connection, community, conversation_id)
    known = of_conversation(connection, conversation_id)
    if known is None:
        request(connection, Ask(community, talk.id, "staff"), real)
        known = of_conversation(connection, conversation_id)
    if known is None:
        raise LookupError("a handover that was just asked for is not there")
    return claim(connection, community, known.id, clerk, real)


def transfer(
    connection: Connection,
    community: str,
    key: int,
    by: Clerk,
    real: datetime,
    *,
    to: Clerk | None = None,
    team: str | None = None,
) -> Record:
    """To a colleague, who holds it at once, or to a team, where it waits for whoever is first."""
    found = _found(connection, community, key)
    talk = lock(connection, community, found.conversation_id)
    changes: dict[str, object] = {"team": team, "state": WAITING, "owner_id": None, "claimed_at": None}
    if to is not None:
        _may_speak(to)
        changes |= {"state": HELD, "owner_id": to.id, "claimed_at": real, "team": team or found.team}
        changes |= {"picked_up_at": found.picked_up_at or real}
    elif team is None:
        raise Refused("to whom?", pointer="/to")
    _change(connection, key, by, {**changes, "last_human_at": None, "snoozed_until": None})
    event = ("transferred", {"by": by.shown(talk.language), "to": to.shown(talk.language) if to else team or ""})
    now = _found(connection, community, key)
    if to is None:
        note(connection, talk, real, with_staff=True, held=None, event=event)
        _tell(connection, now, TO_TEAM, "", real)
    else:
        _hold(connection, talk, to, real, event)
        watch(connection, now, real)
        _tell(connection, now, PASSED_ON, to.shown(talk.language), real)
    staff.acted(connection, by.id, real)
    return now


def snooze(connection: Connection, community: str, key: int, clerk: Clerk, until: datetime, real: datetime) -> Record:
    """Not now: it stays the clerk's, and until then the bot answers."""
    found = _found(connection, community, key)
    talk = lock(connection, community, found.conversation_id)
    if until <= real:
        raise Refused("this time has passed", pointer="/until")
    _change(connection, key, clerk, {"snoozed_until": until}, held_only=True)
    owner = staff.one(connection, community, found.owner_id)
    note(connection, talk, real, with_staff=True, held=Held(owner.shown_as, real))
    staff.acted(connection, clerk.id, real)
    return _found(connection, community, key)


def hand_back(connection: Connection, community: str, key: int, clerk: Clerk, outcome: str, real: datetime) -> Record:
    """The bot has the word again. outcome: what came of it, for colleagues and for the call-back's history."""
    found = _found(connection, community, key)
    talk = lock(connection, community, found.conversation_id)
    before = _change(connection, key, clerk, {"state": ENDED, "outcome": outcome or None, "ended_at": real})
    event = ("handback", {"by": clerk.shown(talk.language)})
    note(connection, talk, real, with_staff=False, held=None, event=event)
    _move_case(connection, found, "closed", clerk, real, outcome)
    now = _found(connection, community, key)
    if before.state == HELD:
        _tell(connection, now, BACK, clerk.shown(talk.language), real)
    staff.acted(connection, clerk.id, real)
    return now


def _found(connection: Connection, community: str, key: int) -> Record:
    found = entry(connection, community, key)
    if found is None:
        raise Refused("no such handover", status=404)
    return found


def _may_speak(clerk: Clerk) -> None:
    if clerk.role not in SPEAKS or not clerk.active:
        raise Refused(f"{clerk.role} does not speak to residents", status=403)


def _hold(
    connection: Connection, talk: Record, clerk: Clerk, real: datetime, event: tuple[str, dict[str, str]]
) -> None:
    held = Held(clerk.shown_as, real + BRIDGES_AFTER)
    note(connection, talk, real, with_staff=True, held=held, event=event)
    staff.acted(connection, clerk.id, real)


def _change(
    connection: Connection, key: int, by: Clerk, changes: Mapping[str, object], *, held_only: bool = False
) -> Record:
    """What its owner does, or a supervisor for them; what waits belongs to whoever comes. Returns it as it was."""
    _may_speak(by)
    found: Record = connection.execute(select(handover).where(handover.c.id == key)).one()
    theirs = found.owner_id in (None, by.id) or by.role in OVERSEES
    if found.state == ENDED or (held_only and found.state != HELD) or not theirs:
        raise Refused("this conversation is not yours any more", status=409)
    same = update(handover).where(handover.c.id == key, handover.c.version == found.version)
    if connection.execute(same.values(version=found.version + 1, **changes)).rowcount == 0:
        raise Refused("somebody else was faster", status=409)
    return found


def _move_case(
    connection: Connection, found: Record, to: str, clerk: Clerk, real: datetime, outcome: str | None = None
) -> None:
    """The call-back goes along; the resident hears of it in the talk itself, not a second time."""
    if found.case_id is None:
        return
    case = cases.one(connection, found.case_id)
    way = (to,) if to == "assigned" else ("fixed", "closed")
    for state in way:
        if case.state in OPEN and follows(case.kind, case.state, state):
            cases.move(connection, case, state, clerk.login, outcome, real, real, tell=False)
            case = cases.one(connection, found.case_id)


def _tell(connection: Connection, row: Record, text: Text, name: str, real: datetime) -> None:
    said = Text(text.msgid, {"name": name} if name else {})
    outbox.push(connection, row.conversation_id, said, f"handover:{row.id}:{row.version}", real)
