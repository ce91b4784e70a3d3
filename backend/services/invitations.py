"""A link that puts somebody into a case which the desk filed for them: known by its digest, used by one, soon over."""

from __future__ import annotations

import hashlib
import secrets
from datetime import datetime, timedelta

from sqlalchemy import Connection, select, update

from backend.db import Record, insert_or
from backend.models.work import case, case_invitation, case_report
from backend.services import cases, outbox
from bot.contract.errors import Refused
from bot.contract.text import Text, t

VALID = timedelta(days=30)
WELCOME = t(
    "This is about {number}, which the desk wrote down for you: {details}. I tell you here when something happens; ask "
    "“how is it going” at any time."
)
GONE = t("This link is not valid any more. Tell me what it is about, or ask the desk for a new one.")
# Nobody learns by it what was filed for another one's home.
USED = t("This link was used by somebody else already. Tell me what it is about, or ask the desk for a new one.")


def make(connection: Connection, community: str, case_id: str, real: datetime) -> str:
    """The token, seen only now."""
    token = secrets.token_urlsafe(18)
    row = {"community_id": community, "case_id": case_id, "digest": _digest(token), "expires_at": real + VALID}
    connection.execute(case_invitation.insert().values(**row))
    return token


def accept(connection: Connection, community: str, token: str, conversation: int, now: datetime, real: datetime) -> str:
    """Who speaks in this conversation is told of the case from now on; returns its number. Raises `Refused`."""
    rows = select(case_invitation).where(
        case_invitation.c.digest == _digest(token), case_invitation.c.community_id == community
    )
    found = connection.execute(rows.with_for_update()).one_or_none()
    if found is None or found.expires_at <= real:
        raise Refused("no such invitation", GONE, status=404)
    about = cases.one(connection, found.case_id)
    if found.conversation_id not in (None, conversation) and about.scope != "public":
        raise Refused("this invitation was used", USED, status=409)
    if found.conversation_id is None:
        mine = update(case_invitation).where(case_invitation.c.id == found.id)
        connection.execute(mine.values(conversation_id=conversation))
    _put(connection, about, conversation, now)
    said = Text(WELCOME.msgid, {"number": about.number, "details": about.details[:200]})
    outbox.push(connection, conversation, said, f"invited:{found.id}:{conversation}", real)
    return str(about.number)


def _put(connection: Connection, about: Record, conversation: int, now: datetime) -> None:
    if about.conversation_id in (None, conversation):
        connection.execute(update(case).where(case.c.id == about.id).values(conversation_id=conversation))
        return
    row = {"community_id": about.community_id, "case_id": about.id, "conversation_id": conversation}
    row |= {"words": about.details, "joined_at": now}
    joined = insert_or(case_report).on_conflict_do_nothing(index_elements=["case_id", "conversation_id"])
    connection.execute(joined, row)


def _digest(token: str) -> str:
    return hashlib.sha256(token.encode("utf-8", "surrogatepass")).hexdigest()
