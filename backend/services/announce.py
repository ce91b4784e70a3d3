"""What is off or on for some buildings: put up on the board, where every question finds it, and told to their homes.

Nobody is told at night (practice 28): then it is told in the morning, as a story of the work engine.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, Connection, Select, and_, delete, func, insert, select, update

from backend.models.board import board_item
from backend.models.people import building, household, resident
from backend.models.talk import conversation
from backend.services import bindings, board, communities, outage_calls, outbox, stories, webhooks
from backend.services.board import Item
from bot.contract.errors import Refused
from bot.contract.text import Clock, Text, t

STORY = "announce"
KIND = "notice"
OPENS, CLOSES = 7, 21
# So many people are told in one transaction; others write in between.
AT_ONCE = 100
BUILDINGS_MOST = 200
# Which telling of it is the newest: an older one that is still under way, or waits for the morning, ends there.
_VERSION = "told"


@dataclass(frozen=True, slots=True)
class Notice:
    """title, body: by language; buildings: none for everybody; begins, until: of the thing itself."""

    key: str
    title: Mapping[str, str]
    body: Mapping[str, str]
    buildings: Sequence[str] = ()
    begins: datetime | None = None
    until: datetime | None = None


def put(connection: Connection, community: str, notice: Notice, now: datetime, real: datetime, *, tell: bool) -> int:
    """Put it up, in the place of an older one of its key; tell: the homes hear of it as well. Returns how many homes it
    concerns. Raises `Refused` for buildings that there are not."""
    _check(connection, community, notice)
    data = {
        "title": dict(notice.title),
        "body": dict(notice.body),
        "put_up": now.isoformat(),
        **({"buildings": list(notice.buildings)} if notice.buildings else {}),
        **({"from": notice.begins.isoformat()} if notice.begins else {}),
        **({"until": notice.until.isoformat()} if notice.until else {}),
    }
    standing = board.one(connection, community, KIND, notice.key)
    # Put right without a word, it is told on with its new words by whoever tells it already.
    version = real.isoformat() if tell else standing.data.get(_VERSION) if standing is not None else None
    data |= {_VERSION: version} if version else {}
    if connection.execute(update(board_item).where(_its(community, notice.key)).values(data=data)).rowcount == 0:
        row = {"community_id": community, "kind": KIND, "key": notice.key, "data": data}
        connection.execute(insert(board_item).values(**row))
    if tell:
        _begin(connection, community, notice.key, real.isoformat(), 0, real)
    webhooks.publish(connection, community, "notice.put_up", {"id": notice.key, "community": community})
    count = select(func.count()).select_from(_homes(community, notice.buildings).subquery())
    return int(connection.execute(count).scalar_one())


def _its(community: str, key: str) -> ColumnElement[bool]:
    return and_(board_item.c.community_id == community, board_item.c.kind == KIND, board_item.c.key == key)


def _check(connection: Connection, community: str, notice: Notice) -> None:
    there = set(connection.execute(select(building.c.number).where(building.c.community_id == community)).scalars())
    missing = [number for number in notice.buildings if number not in there]
    if missing:
        raise Refused(f"there is no building {missing[0][:20]}", pointer="/buildings")
    if notice.begins is not None and notice.until is not None and notice.until <= notice.begins:
        raise Refused("it ends before it begins", pointer="/until")


def _homes(community: str, buildings: Sequence[str]) -> Select[Any]:
    rows = select(household.c.id).join(building, household.c.building_id == building.c.id)
    rows = rows.where(household.c.community_id == community)
    return rows.where(building.c.number.in_(list(buildings))) if buildings else rows


def _waking(connection: Connection, community: str, real: datetime) -> datetime:
    """Now, or when it is morning there."""
    here = communities.here(connection, community, real)
    if OPENS <= here.hour < CLOSES:
        return real
    morning = here.replace(hour=OPENS, minute=0, second=0, microsecond=0)
    return morning if here.hour < OPENS else morning + timedelta(days=1)


def _begin(connection: Connection, community: str, key: str, version: str, after: int, real: datetime) -> None:
    """By day. after: the last of the people that were told."""
    data = {"community": community, "key": key, "put_up": version, "after": after}
    once = f"{STORY}:{community}:{key}:{version}:{after}"
    stories.begin(connection, community, STORY, data, _waking(connection, community, real), once, real)


def told(connection: Connection, key: int, data: Mapping[str, Any], now: datetime, real: datetime) -> bool:
    """Tell some of the people, and begin the next; what was taken down or told anew meanwhile, or is over, is told to
    nobody."""
    item = board.one(connection, data["community"], KIND, data["key"])
    if item is None or item.data.get(_VERSION, data["put_up"]) != data["put_up"]:
        return False
    until = datetime.fromisoformat(item.data["until"]) if item.data.get("until") else None
    if until is not None and until < now:
        return False
    homes = _homes(data["community"], item.data.get("buildings", ()))
    people = select(resident.c.id).where(resident.c.household_id.in_(homes), resident.c.left_at.is_(None))
    some = people.where(resident.c.id > data["after"]).order_by(resident.c.id).limit(AT_ONCE)
    ids = list(connection.execute(some).scalars())
    talks = bindings.talks_of(connection, *ids) if ids else []
    cause = f"{data['key']}:{data['put_up']}"
    rows = connection.execute(select(conversation.c.id, conversation.c.language).where(conversation.c.id.in_(talks)))
    for row in rows.all():
        outbox.push(connection, row.id, _text(item, row.language), f"{STORY}:{cause}:{row.id}", real)
    news = outage_calls.News(cause, {one: _text(item, one) for one in ("", *item.data["title"])}, until)
    rung = outage_calls.ring(connection, data["community"], ids, news, now, real)
    if len(ids) == AT_ONCE:
        _begin(connection, data["community"], data["key"], data["put_up"], ids[-1], real)
    return bool(talks or rung)


def _text(item: Item, language: str | None) -> Text:
    title, body = item.said("title", language or ""), item.said("body", language or "")
    begins, until = (item.data.get(name) for name in ("from", "until"))
    if begins is None or until is None:
        return t("{title}. {body}", title=title, body=body)
    first, last = Clock(datetime.fromisoformat(begins)), Clock(datetime.fromisoformat(until))
    return t("{title}, {begin} to {end}. {body}", title=title, begin=first, end=last, body=body)


def take_down(connection: Connection, community: str, key: str) -> None:
    """Raises `Refused` (404)."""
    if connection.execute(delete(board_item).where(_its(community, key))).rowcount == 0:
        raise Refused("no such notice", status=404)
