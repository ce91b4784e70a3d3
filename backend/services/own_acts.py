"""What residents change on their own page; each is looked at anew for whoever asks, done once, and audited."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from sqlalchemy import Connection, delete, select, update

from backend.db import Record
from backend.models.ladder import health_note
from backend.models.people import address, resident
from backend.models.talk import conversation
from backend.services import (
    audit,
    bills,
    bindings,
    care,
    case_lines,
    conversations,
    daily,
    payments,
    proxies,
    visitors,
    windows,
)
from backend.services.own_page import Guest
from backend.services.payments import Wish
from backend.services.progress import Whose
from backend.services.visitors import Asker
from bot.contract.conversation import Community
from bot.contract.errors import Refused
from bot.contract.messages import Address
from bot.contract.text import t

_NOT_YOURS = t("This is not open any more. You see the newest state now.")


def whose(guest: Guest) -> Whose:
    return Whose(guest.community, guest.conversation, guest.resident)


def asker(guest: Guest) -> Asker:
    return Asker(guest.community, guest.conversation, guest.resident)


def speak(connection: Connection, guest: Guest, language: str, slow: bool, real: datetime) -> None:
    """How we talk to them from now on: here at once, in their other chats by what is known of them."""
    row = conversations.lock(connection, guest.who)
    if row is None:
        raise _gone()
    state = {name: value for name, value in row.state.items() if name != "slow"} | {"slow": slow}
    mine = update(conversation).where(conversation.c.id == guest.conversation)
    connection.execute(mine.values(language=language, state=state))
    if guest.resident is not None:
        them = update(resident).where(resident.c.id == guest.resident)
        connection.execute(them.values(language=language, slow=slow, version=resident.c.version + 1))
    _noted(connection, guest, "page.manner", language, real, {"slow": slow})


def withdraw(connection: Connection, guest: Guest, number: str, now: datetime, real: datetime) -> None:
    """One of their own cases, and never more than what is on their page."""
    lines = case_lines.lines(connection, whose(guest), now)
    if not any(line.number == number and line.open for line in lines):
        raise _gone()
    case_lines.take_back(connection, whose(guest), number, now, real)
    _noted(connection, guest, "page.withdrawn", number, real)


def revoke(connection: Connection, guest: Guest, number: str, now: datetime, real: datetime) -> None:
    if not any(row.number == number for row in visitors.live_of(connection, asker(guest), now)):
        raise _gone()
    visitors.revoke(connection, guest.community, number, now, real)
    _noted(connection, guest, "page.revoked", number, real)


def owed(connection: Connection, guest: Guest, now: datetime) -> list[Record]:
    """What is open on the accounts that are theirs to pay: never the owner's for a tenant, nor the other way round."""
    if guest.resident is None or guest.home is None:
        return []
    payer = bills.payer_of(connection, guest.resident)
    return [row for row in bills.of_home(connection, guest.community, guest.home, payer) if bills.is_open(row, now)]


def pay(
    connection: Connection, guest: Guest, community: Community, keys: list[str], now: datetime, real: datetime
) -> Record:
    """One payment for the bills that were ticked."""
    rows = [row for row in owed(connection, guest, now) if row.id in keys]
    if not rows or len(rows) != len(set(keys)) or guest.home is None:
        raise _gone()
    parts = [(row.id, bills.left(row)) for row in rows]
    begun = payments.begin(connection, community, Wish(guest.home, "bills", parts, guest.conversation), real)
    bills.linked(connection, [key for key, _ in parts], guest.conversation)
    _noted(connection, guest, "page.paying", begun.id, real)
    return begun


def paying(connection: Connection, guest: Guest, key: str) -> Record:
    """A payment that was begun in this conversation; anybody else's is not there."""
    row = payments.one(connection, key)
    if row.community_id != guest.community or row.conversation_id != guest.conversation:
        raise Refused("no such payment", status=404)
    return row


def health_of(connection: Connection, guest: Guest) -> Record | None:
    """That there is something and since when; the sealed words stay with people on duty."""
    mine = (health_note.c.community_id == guest.community, health_note.c.resident_id == guest.resident)
    rows = select(health_note.c.updated_at, health_note.c.consent).where(*mine)
    return None if guest.resident is None else connection.execute(rows).one_or_none()


def forget_health(connection: Connection, guest: Guest, real: datetime) -> None:
    """Consent is taken back: nothing is left of it."""
    mine = (health_note.c.community_id == guest.community, health_note.c.resident_id == guest.resident)
    if guest.resident is None or connection.execute(delete(health_note).where(*mine)).rowcount == 0:
        raise _gone()
    _noted(connection, guest, "health.removed", f"resident {guest.resident}", real, {"why": "taken back on their page"})


def care_of(connection: Connection, guest: Guest) -> Record | None:
    return None if guest.resident is None else care.of(connection, guest.community, guest.resident)


def keep_care(connection: Connection, guest: Guest, form: Mapping[str, str], now: datetime, real: datetime) -> None:
    """What they want for an emergency, by their own hand; the log learns that it was written, never what."""
    if guest.resident is None:
        raise _gone()
    given = {**form, "entry_consent": "written"}
    row = care.write(connection, guest.community, guest.resident, given, guest.actor, real)
    care.well(connection, guest.resident, real)
    daily.plan(connection, care.of(connection, guest.community, guest.resident) or row, now, real)
    _noted(connection, guest, "care.written", f"resident {guest.resident}", real, {"daily": row.daily is not None})


def end_proxy(connection: Connection, guest: Guest, key: int, real: datetime) -> None:
    known = [] if guest.resident is None else proxies.by_whom(connection, guest.community, guest.resident, real)
    if guest.resident is None or key not in [one.id for one in known]:
        raise _gone()
    proxies.revoke(connection, guest.community, key, guest.resident, real)
    _noted(connection, guest, "page.proxy_ended", f"proxy {key}", real)


def stop_notices(connection: Connection, guest: Guest, real: datetime) -> None:
    """What was agreed to beyond the window of their app is agreed to no more."""
    windows.stop(connection, guest.who)
    _noted(connection, guest, "page.notices_stopped", f"conversation {guest.conversation}", real)


def accounts(connection: Connection, guest: Guest) -> list[Record]:
    """Every account that can speak for them, this one among them."""
    if guest.resident is None:
        return []
    mine = (address.c.community_id == guest.community, address.c.resident_id == guest.resident)
    rows = select(address).where(*mine, address.c.verified_at.is_not(None)).order_by(address.c.id)
    return list(connection.execute(rows))


def unbind(connection: Connection, guest: Guest, key: int, real: datetime) -> bool:
    """Take one of them away from the home; True when it was the one whose page this is."""
    row = next((one for one in accounts(connection, guest) if one.id == key), None)
    if row is None:
        raise _gone()
    who = Address(row.channel, row.user, row.account)
    bindings.unbind(connection, who)
    _noted(connection, guest, "page.unbound", f"address {key}", real)
    return who == guest.who


def _noted(
    connection: Connection, guest: Guest, what: str, subject: str, real: datetime, data: dict[str, object] | None = None
) -> None:
    audit.note(connection, guest.community, guest.actor, what, subject, real, data)


def _gone() -> Refused:
    return Refused("not theirs, or over", _NOT_YOURS, status=409)
