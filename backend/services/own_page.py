"""The resident's own page: a link that is soon over and opens one browser, and the short session that it opens.

A link is nobody's proof of anything but that it was asked for in a conversation: whoever it belonged to then is looked
at again with each request, so that an account which was taken from a home shows nothing of it a moment later.
"""

from __future__ import annotations

import hashlib
import secrets
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, Connection, Select, Table, delete, insert, select, update

from backend.db import Record
from backend.models.own_page import page_link, page_session
from backend.models.people import address, household, resident
from backend.models.talk import conversation
from backend.services import audit, outbox
from bot.contract.errors import Refused
from bot.contract.messages import Address
from bot.contract.text import Text, t

LINK_LASTS = timedelta(minutes=15)
IDLE, LASTS = timedelta(minutes=30), timedelta(hours=4)
# Nobody needs a request written down for each picture of a page.
NOTED = timedelta(minutes=1)
GONE = t("This link is not good any more. Write “my page” in your chat with us: you get a new one at once.")
_OPENED = t("Your page was just opened by the link from here. If that was not you, say “close my page”.")


@dataclass(frozen=True, slots=True)
class Guest:
    """Whom the page is shown to. resident: their proved one, None where the account is bound to no home; home: its
    number and label; app: how the app that opened the page calls them; csrf: what our own forms bear."""

    session: int
    community: str
    conversation: int
    who: Address
    resident: int | None
    name: str
    home: int | None
    label: str
    language: str | None
    slow: bool
    seen_at: datetime
    csrf: str = field(repr=False)

    @property
    def actor(self) -> str:
        """How the audit log names them: by number, never by name."""
        return _named(self.conversation, self.resident)


def make(connection: Connection, community: str, key: int, real: datetime) -> str:
    """The end of a new link for this conversation; those before it that nobody used are over."""
    older = update(page_link).where(page_link.c.conversation_id == key, page_link.c.used_at.is_(None))
    connection.execute(older.values(expires_at=real))
    word = secrets.token_urlsafe(24)
    row = {"community_id": community, "conversation_id": key, "resident_id": _owner(connection, key)}
    row |= {"digest": digest(word), "made_at": real, "expires_at": real + LINK_LASTS}
    connection.execute(insert(page_link).values(**row))
    return word


def look(connection: Connection, word: str, real: datetime) -> Record:
    """The link while it is good, with the address that it was given to; one that never was and one that is over look
    the same from outside. Raises `Refused` (404)."""
    return _good(connection.execute(_links().where(page_link.c.digest == digest(word))).one_or_none(), real)


def used_by(connection: Connection, word: str, guest: Guest) -> bool:
    """Whether it was this browser that used the link up."""
    opened = (page_session.c.id == guest.session, page_link.c.digest == digest(word))
    rows = select(page_session.c.id).join(page_link, page_session.c.link_id == page_link.c.id).where(*opened)
    return connection.execute(rows).first() is not None


def sent_away(connection: Connection, row: Record) -> str:
    """The browser is sent to its app, which tells who is looking; what it must bring back."""
    state = secrets.token_urlsafe(24)
    connection.execute(update(page_link).where(page_link.c.id == row.id).values(state=digest(state)))
    return state


def came_back(connection: Connection, state: str, real: datetime) -> Record | None:
    """The link that was waiting for this; None where the app was asked without one."""
    row = connection.execute(_links().where(page_link.c.state == digest(state))).one_or_none()
    return None if row is None else _good(row, real)


def redeem(connection: Connection, row: Record, real: datetime, *, known: bool = False) -> str:
    """What the cookie holds from now on. Of two at once one is first; raises `Refused` (404) for the other.

    known: an app has told that it is they themselves; else the conversation hears that the page was opened.
    """
    first = update(page_link).where(page_link.c.id == row.id, page_link.c.used_at.is_(None))
    taken = connection.execute(first.values(used_at=real)).rowcount == 0
    if taken or _owner(connection, row.conversation_id) != row.resident_id:
        raise _gone()
    cookie = _begin(connection, row.community_id, row.conversation_id, row.resident_id, row.id, real)
    if not known:
        outbox.push(connection, row.conversation_id, Text(_OPENED.msgid), f"page:{row.id}", real)
    return cookie


def enter(connection: Connection, who: Address, real: datetime) -> str:
    """An app has told who is looking, and needs no link. Raises `Refused` (404) for who never wrote to us."""
    row = connection.execute(_conversations().where(*_is(who))).one_or_none()
    if row is None:
        raise Refused("they never wrote to us", GONE, status=404)
    return _begin(connection, row.community_id, row.id, _proved(row), None, real)


def guest(connection: Connection, cookie: str, real: datetime) -> Guest | None:
    """Who this cookie lets in; None as soon as it is over or the account belongs to somebody else."""
    lasts = (page_session.c.ends_at > real, page_session.c.seen_at > real - IDLE)
    rows = _conversations(page_session.c.id.label("session"), page_session.c.csrf, page_session.c.seen_at)
    rows = rows.add_columns(page_session.c.resident_id.label("then")).join(
        page_session, page_session.c.conversation_id == conversation.c.id
    )
    row = connection.execute(rows.where(page_session.c.digest == digest(cookie), *lasts)).one_or_none()
    if row is None or _proved(row) != row.then:
        return None
    known = row.then is not None
    return Guest(
        session=row.session,
        community=row.community_id,
        conversation=row.id,
        who=Address(row.channel, row.user, row.account),
        resident=row.then,
        name=row.name if known else "",
        home=row.household_id if known else None,
        label=row.label or "" if known else "",
        language=row.language,
        slow=bool(row.state.get("slow", bool(row.slow))),
        seen_at=row.seen_at,
        csrf=row.csrf,
    )


def seen(connection: Connection, key: int, real: datetime) -> None:
    connection.execute(update(page_session).where(page_session.c.id == key).values(seen_at=real))


def close(connection: Connection, who: Guest, real: datetime) -> None:
    """On this browser."""
    connection.execute(update(page_session).where(page_session.c.id == who.session).values(ends_at=real))
    audit.note(connection, who.community, who.actor, "page.closed", f"conversation {who.conversation}", real)


def close_all(connection: Connection, community: str, key: int, real: datetime) -> int:
    """Everywhere: what this conversation, or any other of the same resident, has opened, and links not yet used."""
    owner = _owner(connection, key)
    sessions, links = _theirs(page_session, key, owner), _theirs(page_link, key, owner)
    over = update(page_session).where(sessions, page_session.c.ends_at > real).values(ends_at=real)
    closed = connection.execute(over).rowcount
    connection.execute(update(page_link).where(links, page_link.c.expires_at > real).values(expires_at=real))
    audit.note(connection, community, _named(key, owner), "page.closed", "everywhere", real, {"sessions": closed})
    return closed


def _theirs(table: Table, key: int, owner: int | None) -> ColumnElement[bool]:
    mine = table.c.conversation_id == key
    return mine if owner is None else mine | (table.c.resident_id == owner)


def _named(key: int, owner: int | None) -> str:
    return f"resident:{owner}" if owner is not None else f"conversation:{key}"


def sweep(connection: Connection, real: datetime) -> None:
    """What opens nothing any more."""
    connection.execute(delete(page_session).where(page_session.c.ends_at < real - LASTS))
    kept = select(page_session.c.link_id).where(page_session.c.link_id.is_not(None))
    over = (page_link.c.expires_at < real - LASTS, page_link.c.id.not_in(kept))
    connection.execute(delete(page_link).where(*over))


def digest(word: str) -> str:
    return hashlib.sha256(f"page:{word}".encode("utf-8", "surrogatepass")).hexdigest()


def _begin(
    connection: Connection, community: str, key: int, owner: int | None, link: int | None, real: datetime
) -> str:
    cookie = secrets.token_urlsafe(24)
    row = {"community_id": community, "link_id": link, "conversation_id": key, "resident_id": owner}
    row |= {"digest": digest(cookie), "csrf": secrets.token_urlsafe(24)}
    connection.execute(insert(page_session).values(**row, made_at=real, seen_at=real, ends_at=real + LASTS))
    named, told = _named(key, owner), {"link": link is not None}
    audit.note(connection, community, named, "page.opened", f"conversation {key}", real, told)
    return cookie


def _conversations(*more: Any) -> Select[Any]:
    home = resident.outerjoin(household, resident.c.household_id == household.c.id)
    joined = conversation.join(address, conversation.c.address_id == address.c.id)
    columns = (conversation.c.id, conversation.c.community_id, conversation.c.language, conversation.c.state)
    who = (address.c.channel, address.c.account, address.c.user, address.c.verified_at, address.c.resident_id)
    them = (resident.c.name, resident.c.household_id, resident.c.slow, resident.c.left_at, household.c.label)
    return select(*columns, *who, *them, *more).select_from(
        joined.outerjoin(home, address.c.resident_id == resident.c.id)
    )


def _links() -> Select[Any]:
    joined = page_link.join(conversation, page_link.c.conversation_id == conversation.c.id)
    joined = joined.join(address, conversation.c.address_id == address.c.id)
    return select(page_link, address.c.channel, address.c.account, address.c.user).select_from(joined)


def _is(who: Address) -> tuple[Any, ...]:
    return address.c.channel == who.channel, address.c.account == who.account, address.c.user == who.user


def _owner(connection: Connection, key: int) -> int | None:
    row = connection.execute(_conversations().where(conversation.c.id == key)).one_or_none()
    return None if row is None else _proved(row)


def _proved(row: Record) -> int | None:
    """Whose account it is, where that is proved and they still live here."""
    return None if row.verified_at is None or row.left_at is not None else row.resident_id


def _good(row: Record | None, real: datetime) -> Record:
    if row is None or row.used_at is not None or row.expires_at <= real:
        raise _gone()
    return row


def _gone() -> Refused:
    return Refused("this link is not good", GONE, status=404)
