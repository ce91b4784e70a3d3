"""Homes and who lives in them, as the desk keeps them: people, their elders' marks, contacts and proxies."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from datetime import date, datetime, time, timedelta

from sqlalchemy import Connection, or_, select

from backend.db import Record
from backend.models.people import building, contact, household, proxy, resident
from backend.services import care, changes, health, proxies
from backend.services.acting import Actor
from bot.contract.conversation import ALWAYS, NEVER
from bot.contract.errors import Refused
from bot.contract.text import Text, t

PAGE = 60
ROLES: dict[str, Text] = {
    "owner": t("Owner"),
    "tenant": t("Tenant"),
    "family": t("Family member"),
}
SCOPES: dict[str, Text] = {
    proxies.BOOK: t("report and book", context="proxy"),
    proxies.PAY: t("see bills and pay", context="proxy"),
    proxies.FOLLOW: t("follow cases", context="proxy"),
    proxies.ALARM: t("hear of alarms", context="proxy"),
}
GRANTED = t("The desk has noted that {name} may act for you here. If you did not want that, just say so.")
OLDEST = 1900
_PHONE = re.compile(r"\+?\d{5,20}")


def search(connection: Connection, community: str, words: str) -> list[Record]:
    """Homes by label, room, somebody's name or the end of a number; without words those in which people live."""
    living = resident.c.household_id == household.c.id
    rows = (
        select(household.c.id, household.c.label, building.c.number.label("building"), resident.c.name, resident.c.role)
        .add_columns(resident.c.birth_year, resident.c.lives_alone)
        .select_from(
            household.join(building, household.c.building_id == building.c.id).outerjoin(
                resident, living & resident.c.left_at.is_(None)
            )
        )
        .where(household.c.community_id == community)
    )
    if words:
        hits = [household.c.label.contains(words, autoescape=True), resident.c.name.contains(words, autoescape=True)]
        if words.isdecimal():
            hits += [household.c.room == words, resident.c.phone.endswith(words, autoescape=True)]
        rows = rows.where(or_(*hits))
    else:
        rows = rows.where(resident.c.id.is_not(None))
    return list(connection.execute(rows.order_by(household.c.id, resident.c.id).limit(PAGE * 3)))


def home(connection: Connection, community: str, key: int) -> Record:
    """Raises `Refused` (404)."""
    rows = select(household, building.c.number.label("building")).select_from(
        household.join(building, household.c.building_id == building.c.id)
    )
    row = connection.execute(rows.where(household.c.community_id == community, household.c.id == key)).one_or_none()
    if row is None:
        raise Refused("no such home", status=404)
    return row


def people(connection: Connection, community: str, key: int) -> list[Record]:
    mine = (resident.c.community_id == community, resident.c.household_id == key, resident.c.left_at.is_(None))
    return list(connection.execute(select(resident).where(*mine).order_by(resident.c.id)))


def contacts(connection: Connection, community: str, ids: Sequence[int]) -> dict[int, list[Record]]:
    """By resident, in the order in which they are called."""
    mine = (contact.c.community_id == community, contact.c.resident_id.in_(ids))
    found: dict[int, list[Record]] = {key: [] for key in ids}
    for row in connection.execute(select(contact).where(*mine).order_by(contact.c.rank)):
        found[row.resident_id].append(row)
    return found


def acting(connection: Connection, community: str, ids: Sequence[int], real: datetime) -> dict[int, list[Record]]:
    """By principal, who may act for them today."""
    rows = select(proxy, resident.c.name).select_from(proxy.join(resident, proxy.c.agent_id == resident.c.id))
    found: dict[int, list[Record]] = {key: [] for key in ids}
    rows = rows.where(*proxies.holding(community, real), proxy.c.principal_id.in_(ids)).order_by(proxy.c.id)
    for row in connection.execute(rows):
        found[row.principal_id].append(row)
    return found


def proxy_keys(connection: Connection, community: str, ids: Sequence[int]) -> list[str]:
    """By what changes of their permissions are known, those that are over among them."""
    rows = select(proxy.c.principal_id, proxy.c.agent_id).where(
        proxy.c.community_id == community, proxy.c.principal_id.in_(ids)
    )
    return sorted({f"{row.principal_id}:{row.agent_id}" for row in connection.execute(rows)})


def phone(text: str, pointer: str = "/phone") -> str | None:
    bare = re.sub(r"[\s-]", "", text)
    if not bare:
        return None
    if not _PHONE.fullmatch(bare):
        raise Refused("no phone number", t("A phone number has 5 to 20 digits."), pointer=pointer)
    return bare


def named(text: str, pointer: str = "/name") -> str:
    name = " ".join(text.split())
    if not 1 <= len(name) <= 80:
        raise Refused("a name has 1 to 80 characters", t("Please write a name."), pointer=pointer)
    return name


def put_resident(
    connection: Connection, who: Actor, at: int, key: int | None, form: Mapping[str, str], seen: int | None
) -> int:
    """at: their home; key None: somebody new there. form: as typed; a phone left empty stays as it was."""
    home(connection, who.community, at)
    values: dict[str, object] = {
        "name": named(form["name"]),
        "role": _role(form["role"]),
        "language": form.get("language") or None,
        "birth_year": _year(form.get("birth_year", ""), who.now.year),
        "lives_alone": form.get("lives_alone") == "yes",
        "slow": form.get("slow") == "yes",
        "person": _person(form.get("person", "")),
    }
    number = phone(form.get("phone", ""))
    if number is not None:
        _unused(connection, who.community, number, key)
    if key is None or number is not None:
        values["phone"] = number
    if key is None:
        values["household_id"] = at
    return changes.save(connection, who, "resident", key, values, seen)


def _unused(connection: Connection, community: str, number: str, key: int | None) -> None:
    mine = (resident.c.community_id == community, resident.c.phone == number, resident.c.left_at.is_(None))
    other = connection.execute(select(resident.c.id, resident.c.name).where(*mine, resident.c.id != (key or 0))).first()
    if other is not None:
        text = t("{name} has this number already.", name=other.name)
        raise Refused("this number is somebody else's", text, pointer="/phone")


def _role(text: str) -> str:
    if text not in ROLES:
        raise Refused("no such role", pointer="/role")
    return text


def _person(text: str) -> str | None:
    if text not in ("", ALWAYS, NEVER):
        raise Refused("no such wish", pointer="/person")
    return text or None


def _year(text: str, this: int) -> int | None:
    if not text:
        return None
    if not (text.isascii() and text.isdecimal() and OLDEST <= int(text) <= this):
        raise Refused("no year of birth", t("A year such as 1948, please."), pointer="/birth_year")
    return int(text)


def leave(connection: Connection, who: Actor, key: int, seen: int | None) -> int | None:
    """They moved out: from now on they see nothing of this home. Returns the home."""
    row = changes.find(connection, who.community, "resident", key)
    values = {"household_id": None, "left_at": who.real}
    changes.save(connection, who, "resident", key, values, seen)
    health.drop(connection, who, key, "moved out")
    care.drop(connection, who.community, key)
    return None if row.household_id is None else int(row.household_id)


def put_contact(connection: Connection, who: Actor, whose: int, key: int | None, form: Mapping[str, str]) -> None:
    changes.find(connection, who.community, "resident", whose)
    number = phone(form["phone"])
    if number is None and key is None:
        raise Refused("no phone number", t("A phone number has 5 to 20 digits."), pointer="/phone")
    values: dict[str, object] = {"name": named(form["name"]), "relation": form.get("relation", "")[:40] or None}
    if number is not None:
        values["phone"] = number
    if key is None:
        ranks = [row.rank for row in contacts(connection, who.community, [whose])[whose]]
        values |= {"resident_id": whose, "rank": max(ranks, default=0) + 1}
    changes.save(connection, who, "contact", key, values)


def grant(
    connection: Connection, who: Actor, principal: int, agent: int, may: Sequence[str], kin: str, until: date | None
) -> None:
    """After seeing both: the desk writes down what the principal said."""
    changes.find(connection, who.community, "resident", principal)
    name = changes.find(connection, who.community, "resident", agent).name
    if not may:
        raise Refused("for what?", t("Please choose what they may do."), pointer="/may")
    if until is not None and until < who.now.date():
        raise Refused("past", t("That day is past already."), pointer="/until")
    ends = None if until is None else datetime.combine(until, time(), who.now.tzinfo) + timedelta(days=1)
    proxies.grant(connection, who.community, principal, agent, may, kin[:40] or None, who.real, ends)
    told = {"principal": principal, "agent": agent, "may": list(may), "kin": kin[:40], "until": ends}
    made = changes.write(connection, who, "proxy", f"{principal}:{agent}", None, told)
    said = Text(GRANTED.msgid, {"name": name})
    proxies.tell(connection, who.community, principal, said, f"proxy:{made}", who.real)


def by_phone(connection: Connection, community: str, text: str) -> int:
    """Somebody of this community by their number, as they say it at the counter."""
    number = phone(text, "/agent")
    mine = (resident.c.community_id == community, resident.c.phone == number, resident.c.left_at.is_(None))
    key = connection.execute(select(resident.c.id).where(*mine)).scalars().first() if number else None
    if key is None:
        raise Refused("nobody", t("Nobody here has this number. Add them to their home first."), pointer="/agent")
    return int(key)


def revoke(connection: Connection, who: Actor, key: int) -> None:
    mine = (proxy.c.community_id == who.community, proxy.c.id == key, proxy.c.revoked_at.is_(None))
    row = connection.execute(select(proxy).where(*mine)).one_or_none()
    if row is None:
        raise Refused("no such permission", status=404)
    proxies.revoke(connection, who.community, key, row.principal_id, who.real)
    told = {"principal": row.principal_id, "agent": row.agent_id, **row.scopes, "until": row.expires_at}
    changes.write(connection, who, "proxy", f"{row.principal_id}:{row.agent_id}", told, None)


def called(connection: Connection, community: str, home: str) -> Record:
    """`3-2-501`, or as people of the estate say it. Raises `Refused`."""
    parts = home.split("-")
    rows = select(household).join(building, building.c.id == household.c.building_id)
    rows = rows.where(household.c.community_id == community)
    if len(parts) in (2, 3):
        unit = household.c.unit.is_(None) if len(parts) == 2 else household.c.unit == parts[1]
        rows = rows.where(building.c.number == parts[0], unit, household.c.room == parts[-1])
    else:
        rows = rows.where(household.c.label == home)
    found = connection.execute(rows).one_or_none()
    if found is None:
        raise Refused("there is no such home", pointer="/data/home")
    return found
