"""Which channel account belongs to which resident: bound by a code of the desk or a number the channel vouches for."""

from __future__ import annotations

import hashlib
import re
import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import Connection, delete, func, insert, select, update

from backend.db import Record
from backend.models.people import address, binding_code, binding_try, household, resident
from backend.models.talk import conversation
from backend.services import outbox
from bot.contract.errors import Refused
from bot.contract.messages import Address, Proof
from bot.contract.text import t

# Without letters and digits that are taken for one another, aloud or on paper: 8 of 28 are 3.7e11.
ALPHABET = "ACDEFGHJKMNPQRTUVWXY34679BZS"
_LENGTH = 8
CODE = re.compile(rf"(?<![A-Za-z0-9])LL-?([{ALPHABET}]{{4}})-?([{ALPHABET}]{{4}})(?![A-Za-z0-9])", re.IGNORECASE)
LIVES = timedelta(days=14)
# So many wrong codes in an hour, then none is looked at: a code is guessed by nobody.
TRIES, WITHIN = 5, timedelta(hours=1)
# A chat is begun for nothing, so that of all chats of an estate together no more are looked at than these.
EVERYWHERE = 2_000
_DIGITS = re.compile(r"\D+")


@dataclass(frozen=True, slots=True)
class Bound:
    """What came of a proof. state: `bound`, `already`, `unknown`, `several`, `locked`."""

    state: str
    home: str = ""


def issue(connection: Connection, community: str, resident_id: int, by: str, real: datetime) -> str:
    """A code for this resident, shown this once, good for one account within two weeks.

    Raises `Refused` (404) for a resident of another community or none.
    """
    where = (resident.c.id == resident_id, resident.c.community_id == community)
    if connection.execute(select(resident.c.id).where(*where)).first() is None:
        raise Refused("no such resident", status=404)
    code = "".join(secrets.choice(ALPHABET) for _ in range(_LENGTH))
    row = {
        "community_id": community,
        "resident_id": resident_id,
        "digest": _digest(code),
        "made_by": by,
        "made_at": real,
        "expires_at": real + LIVES,
    }
    connection.execute(insert(binding_code).values(row))
    return f"LL-{code[:4]}-{code[4:]}"


def code_in(text: str) -> str | None:
    """The code of a message that holds one, as it was handed out."""
    found = CODE.search(text)
    return f"LL-{found[1]}-{found[2]}".upper() if found else None


def prove(
    connection: Connection, community: str, conversation_id: int, who: Address, proof: Proof, now: datetime
) -> Bound:
    """Bind the account if the proof holds; `now`: the clock of residents, which a demo may have fixed."""
    if proof.kind == "code" and locked(connection, conversation_id, now):
        return Bound("locked")
    found = _by_code(connection, community, proof.value, now) if proof.kind == "code" else None
    if proof.kind == "phone":
        people = by_phone(connection, community, proof.value)
        if len(people) > 1:
            return Bound("several")
        found = people[0] if people else None
    if found is None:
        if proof.kind == "code":
            missed(connection, conversation_id, now)
        return Bound("unknown")
    return _bind(connection, who, found, now)


def _bind(connection: Connection, who: Address, resident_id: int, now: datetime) -> Bound:
    mine = (address.c.channel == who.channel, address.c.account == who.account, address.c.user == who.user)
    row = connection.execute(select(address).where(*mine)).one()
    home = connection.execute(
        select(household.c.label)
        .join(resident, resident.c.household_id == household.c.id)
        .where(resident.c.id == resident_id)
    ).scalar_one_or_none()
    if row.resident_id == resident_id and row.verified_at is not None:
        return Bound("already", home or "")
    _warn_others(connection, resident_id, row.id, now)
    connection.execute(update(address).where(address.c.id == row.id).values(resident_id=resident_id, verified_at=now))
    return Bound("bound", home or "")


def for_this_call(connection: Connection, who: Address, resident_id: int, now: datetime) -> None:
    """Whoever keyed the PIN is this resident until the call ends."""
    mine = (address.c.channel == who.channel, address.c.account == who.account, address.c.user == who.user)
    connection.execute(update(address).where(*mine).values(resident_id=resident_id, verified_at=now))


def unbind(connection: Connection, who: Address) -> bool:
    """The account is a stranger's again; what was filed with it stays. False when it was bound to nobody."""
    mine = (address.c.channel == who.channel, address.c.account == who.account, address.c.user == who.user)
    done = connection.execute(
        update(address).where(*mine, address.c.resident_id.is_not(None)).values(resident_id=None, verified_at=None)
    )
    return done.rowcount == 1


def accounts_of(connection: Connection, community: str, resident_id: int) -> list[Record]:
    """channel, account, user, verified_at, unreachable_at of everything that is bound to this resident."""
    where = (address.c.community_id == community, address.c.resident_id == resident_id)
    return list(connection.execute(select(address).where(*where).order_by(address.c.id)))


def unreachable(connection: Connection, who: Address, real: datetime) -> None:
    """The vendor says that nothing arrives there: pushes go elsewhere until they write again."""
    mine = (address.c.channel == who.channel, address.c.account == who.account, address.c.user == who.user)
    connection.execute(update(address).where(*mine).values(unreachable_at=real))


def reachable(connection: Connection, who: Address) -> None:
    mine = (address.c.channel == who.channel, address.c.account == who.account, address.c.user == who.user)
    connection.execute(update(address).where(*mine).values(unreachable_at=None))


def sweep(connection: Connection, now: datetime) -> None:
    """Tries that count no more."""
    connection.execute(delete(binding_try).where(binding_try.c.at < now - 2 * WITHIN))


# Nothing is pushed into these: who writes there asks for what there is, or is rung.
_NO_CHATS = frozenset({*(outbox.FETCHED - {"web"}), "phone", outbox.SMS})


def talks_of(connection: Connection, *residents: int) -> list[int]:
    """The chats in which these people are proved to be themselves, and in which what we say of ourselves arrives."""
    mine = (
        address.c.resident_id.in_(residents),
        address.c.verified_at.is_not(None),
        address.c.unreachable_at.is_(None),
    )
    rows = select(conversation.c.id).join(address, conversation.c.address_id == address.c.id)
    return list(connection.execute(rows.where(*mine, address.c.channel.not_in(_NO_CHATS))).scalars())


def chats(connection: Connection, community: str, phone: str) -> list[int]:
    """The chats of whoever is known by this number."""
    people = by_phone(connection, community, phone)
    return talks_of(connection, *people) if people else []


def by_phone(connection: Connection, community: str, phone: str) -> list[int]:
    """Who lives here with this number, however it is written; +86 is understood."""
    digits = _DIGITS.sub("", phone)
    forms = {digits, digits.removeprefix("86"), f"86{digits}", f"+{digits}", f"+86{digits.removeprefix('86')}"}
    where = (resident.c.community_id == community, resident.c.phone.in_(sorted(forms)), resident.c.left_at.is_(None))
    return list(connection.execute(select(resident.c.id).where(*where).limit(2)).scalars())


def only_one(connection: Connection, community: str, phone: str) -> int | None:
    """Who has this number, where one alone has it."""
    people = by_phone(connection, community, phone)
    return people[0] if len(people) == 1 else None


def missed(connection: Connection, conversation_id: int, now: datetime) -> None:
    """A wrong code, or a wrong number of those that are sent back."""
    connection.execute(insert(binding_try).values(conversation_id=conversation_id, at=now))


def locked(connection: Connection, conversation_id: int, now: datetime) -> bool:
    """Of this conversation, or of a whole estate at which somebody guesses from many."""
    lately = binding_try.c.at > now - WITHIN
    here = select(func.count()).select_from(binding_try).where(binding_try.c.conversation_id == conversation_id, lately)
    if connection.execute(here).scalar_one() >= TRIES:
        return True
    estate = select(conversation.c.community_id).where(conversation.c.id == conversation_id).scalar_subquery()
    tries = binding_try.join(conversation, binding_try.c.conversation_id == conversation.c.id)
    everywhere = select(func.count()).select_from(tries).where(conversation.c.community_id == estate, lately)
    return bool(connection.execute(everywhere).scalar_one() >= EVERYWHERE)


def _by_code(connection: Connection, community: str, code: str, now: datetime) -> int | None:
    """Used up in the same step: of two who send it at once, one has it."""
    plain = code.upper().replace("-", "").removeprefix("LL")
    fresh = (binding_code.c.used_at.is_(None), binding_code.c.expires_at > now)
    mine = (binding_code.c.digest == _digest(plain), binding_code.c.community_id == community)
    used = update(binding_code).where(*mine, *fresh).values(used_at=now).returning(binding_code.c.resident_id)
    found: int | None = connection.execute(used).scalar_one_or_none()
    return found


def _warn_others(connection: Connection, resident_id: int, here: int, now: datetime) -> None:
    """Whoever holds the home's other accounts hears of the new one: a stolen code does not stay unseen."""
    others = (
        select(conversation.c.id)
        .join(address, conversation.c.address_id == address.c.id)
        .where(address.c.resident_id == resident_id, address.c.verified_at.is_not(None), address.c.id != here)
    )
    text = t(
        "Another chat account can now speak for your home. If that was not you or your family, "
        "please tell the desk at once."
    )
    for row in connection.execute(others).all():
        outbox.push(connection, row.id, text, f"bound:{here}:{row.id}:{now.isoformat()}", now)


def _digest(code: str) -> str:
    return hashlib.sha256(f"binding:{code.upper()}".encode()).hexdigest()
