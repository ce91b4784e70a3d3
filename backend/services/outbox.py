"""Rows that wait to go out: replies, pushes to residents, calls on staff."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Connection, bindparam, insert, select, update

from backend import wake
from backend.db import Record, insert_or
from backend.models.people import address
from backend.models.talk import conversation, outbox
from backend.services import gathering
from backend.services.conversations import INLINE_LEASE_SECONDS
from bot.contract import trail
from bot.contract.messages import Address, Attachment, Listening
from bot.contract.stored import sayable_to
from bot.contract.text import Text

STAFF_CHANNEL, SMS = "staff", "sms"
# Nobody carries these: what is said there is fetched, by the page, by the program or by the console.
FETCHED = frozenset({"rest", "web", "socketio", STAFF_CHANNEL})

_REPLY = insert(outbox).inline()
_PUSH = insert_or(outbox).on_conflict_do_nothing(index_elements=["once"])
_TARGET = (
    select(
        *(conversation.c.community_id, address.c.channel, address.c.account, address.c.user, address.c.unreachable_at)
    )
    .select_from(conversation.join(address, conversation.c.address_id == address.c.id))
    .where(conversation.c.id == bindparam("conversation"))
)


def add_reply(
    connection: Connection,
    community: str,
    conversation_id: int,
    seq: int,
    to: Address,
    in_reply_to: str,
    parts: list[Any],
    real: datetime,
    *,
    again: bool = False,
    inline: bool = True,
    listening: Listening | None = None,
) -> bool:
    """An answer; whether it goes back in the HTTP response, whose lease says until when that counts as under way.

    again: it only hands on what has its own place in the talk; inline: False where hop 8 carries it like any push;
    listening: the one request that takes it, and until when. Who says it is written down before anybody does.
    """
    spoken = inline and (listening is None or listening.in_time())
    way: dict[str, object] = {"queue": None, "lane": None, "lease_until": None}
    if spoken and listening is not None:
        way |= {"state": "sent", "sent_at": real, "held_by": listening.by}
    elif spoken:
        way |= {"state": "inline", "lease_until": real + timedelta(seconds=INLINE_LEASE_SECONDS)}
    else:
        way |= line_of(to, conversation_id)
        if listening is not None:
            gathering.hurry(connection, str(way["lane"]), real)
        wake.after_commit(connection, wake.OUTBOX)
    body = {"parts": parts, "again": True} if again else {"parts": parts}
    row = _row(community, conversation_id, "reply", to, body, real)
    connection.execute(_REPLY, {**row, "in_reply_to": in_reply_to, "seq": seq, **way})
    return spoken


def _row(
    community: str,
    conversation_id: int | None,
    kind: str,
    to: Address,
    body: Mapping[str, object],
    real: datetime,
) -> dict[str, object]:
    """What every row begins with: due now, tried never, of the trail that is being walked."""
    return {
        "community_id": community,
        "conversation_id": conversation_id,
        "kind": kind,
        "channel": to.channel,
        "account": to.account,
        "user": to.user,
        "body": dict(body),
        "state": "due",
        "due_at": real,
        "attempts": 0,
        "created_at": real,
        "trail": trail.current_id(),
    }


def line_of(to: Address, conversation_id: int | None) -> dict[str, str | None]:
    """One queue for each account, and in it the lines of each conversation in their order; a call stands alone."""
    lane = None if conversation_id is None else f"c{conversation_id}:{to.channel}"
    return {"queue": f"{to.channel}:{to.account}", "lane": lane}


def fetch(
    connection: Connection,
    community: str,
    conversation_id: int,
    whose: Address,
    attachments: Sequence[Attachment],
    real: datetime,
) -> None:
    """What a resident sent is still with the vendor: each file is fetched by hop 8, beside what is said."""
    remote = [one for one in attachments if one.remote]
    for one in remote:
        row = _row(community, conversation_id, "fetch", whose, {"remote": one.remote, "key": one.key}, real)
        way = {"queue": f"{whose.channel}:{whose.account}:files", "lane": None}
        connection.execute(_PUSH, {**row, **way, "seq": None, "once": f"fetch:{one.key}"})
    if remote:
        wake.after_commit(connection, wake.OUTBOX)


def push(
    connection: Connection,
    conversation_id: int,
    text: Text,
    once: str,
    real: datetime,
    *,
    last: bool = False,
    aloud: bool = False,
) -> None:
    """Tell the resident of this conversation something; not yet in a language, hop 7 does that.

    once: the cause, so that the same cause never tells twice; last: it may use up the last that a vendor allows us;
    aloud: it is worth a call where nothing else reaches them.
    """
    target = connection.execute(_TARGET, {"conversation": conversation_id}).one()
    if target.unreachable_at is not None and target.channel == SMS:
        # They have said that they want none; who writes again is reached again.
        return
    to = Address(target.channel, target.user, target.account)
    marks = {name: True for name, is_so in (("last", last), ("aloud", aloud)) if is_so}
    _put(connection, target.community_id, conversation_id, to, {"say": [sayable_to(text)], **marks}, once, real)


def line(
    connection: Connection,
    community: str,
    conversation_id: int,
    seq: int,
    to: Address,
    body: Mapping[str, object],
    real: datetime,
) -> None:
    """What a person of the desk says: a push with a place in the talk; body: parts, and who said it."""
    once = f"line:{conversation_id}:{seq}"
    _put(connection, community, conversation_id, to, body, once, real, kind="line", seq=seq)


def later(
    connection: Connection,
    community: str,
    conversation_id: int,
    to: Address,
    parts: list[Any],
    once: str,
    due: datetime,
) -> None:
    """The rest of an answer, in words already."""
    row = _row(community, conversation_id, "rest", to, {"parts": parts}, due)
    connection.execute(_PUSH, {**row, **line_of(to, conversation_id), "seq": None, "once": once})
    wake.after_commit(connection, wake.OUTBOX)


def unheard(connection: Connection, conversation_id: int, real: datetime) -> list[dict[str, Any]]:
    """Lines of the desk that nobody has carried yet, for a channel whose callers only ask; told by this."""
    waiting = (outbox.c.conversation_id == conversation_id, outbox.c.kind == "line", outbox.c.state == "due")
    rows = connection.execute(select(outbox.c.id, outbox.c.body).where(*waiting).order_by(outbox.c.id)).all()
    keys = [row.id for row in rows]
    connection.execute(update(outbox).where(outbox.c.id.in_(keys)).values(state="sent", sent_at=real))
    return [row.body for row in rows]


def sms(connection: Connection, conversation_id: int, phone: str, text: Text, once: str, real: datetime) -> None:
    """A text message beside a call: what cannot be said aloud, such as a link."""
    target = connection.execute(_TARGET, {"conversation": conversation_id}).one()
    to = Address(SMS, phone, target.account)
    _put(connection, target.community_id, conversation_id, to, {"say": [sayable_to(text)]}, once, real)


def alert(connection: Connection, community: str, to: Address, text: Text, once: str, real: datetime) -> None:
    """A written word to somebody who is in no conversation; of an alarm, so it stands behind no notice."""
    row = _row(community, None, "alert", to, {"say": [sayable_to(text)]}, real)
    way = {"queue": f"{to.channel}:{to.account}:alarms", "lane": None}
    connection.execute(_PUSH, {**row, **way, "seq": None, "once": once})
    wake.after_commit(connection, wake.OUTBOX)


def instead(connection: Connection, row: Record, to: Address, body: Mapping[str, object], real: datetime) -> None:
    """The same by another way, once."""
    _put(connection, row.community_id, row.conversation_id, to, body, f"instead:{row.id}", real)


def _put(
    connection: Connection,
    community: str,
    conversation_id: int | None,
    to: Address,
    body: Mapping[str, object],
    once: str,
    real: datetime,
    *,
    kind: str = "push",
    seq: int | None = None,
) -> None:
    carried = to.channel not in FETCHED
    way = line_of(to, conversation_id) if carried else {"queue": None, "lane": None}
    last = kind != "push" or bool(body.get("last"))
    due = gathering.due(connection, to, way["lane"], real, last=last) if carried else real
    row = {**_row(community, conversation_id, kind, to, body, real), "due_at": due}
    connection.execute(_PUSH, {**row, **way, "seq": seq, "once": once})
    if carried:
        wake.after_commit(connection, wake.OUTBOX)
    if conversation_id is not None:
        wake.after_commit(connection, wake.talk(conversation_id))


def call(
    connection: Connection, community: str, to: Address, ring: str, once: str, due: datetime, *, urgent: bool
) -> None:
    """Ring somebody who is in no conversation. ring: the call's own row; an alarm stands behind no text message, and
    behind no call that can wait."""
    row = _row(community, None, "call", to, {"ring": ring}, due)
    way = {"queue": f"{to.channel}:{to.account}:{'alarms' if urgent else 'calls'}", "lane": None}
    connection.execute(_PUSH, {**row, **way, "seq": None, "once": once})
    wake.after_commit(connection, wake.OUTBOX)
    if urgent:
        wake.after_commit(connection, wake.ALARMS)


def tell(connection: Connection, community: str, to: Address, text: Text, once: str, real: datetime) -> None:
    """A few words to an address that has no conversation with us, in the installation's first language."""
    _put(connection, community, None, to, {"say": [sayable_to(text)]}, once, real)


def call_staff(connection: Connection, community: str, body: Mapping[str, object], once: str, real: datetime) -> None:
    """An entry for the people on duty; the ladder and the console take it from here."""
    _put(connection, community, None, Address(STAFF_CHANNEL, "duty", community), body, once, real, kind="staff")


def newest(connection: Connection, limit: int) -> list[Record]:
    """What went or would have gone out, newest first."""
    return list(connection.execute(select(outbox).order_by(outbox.c.id.desc()).limit(limit)))
