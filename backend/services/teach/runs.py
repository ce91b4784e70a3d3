"""Runs: accepted lessons become a model beside the one in use; a person looks at what changes, then it is used."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Connection, insert, or_, select, update

from backend import wake
from backend.db import Record, hold
from backend.models.staff import staff
from backend.models.teach import lesson, teaching
from backend.services.teach.lessons import ACCEPTED, PROPOSED, TAUGHT
from bot.contract.errors import Refused
from bot.contract.text import Text, t

WAITING, RUNNING, READY, FAILED = "waiting", "running", "ready", "failed"
DROPPED, PUBLISHED, UNDONE = "dropped", "published", "undone"
OPEN = (WAITING, RUNNING, READY)
LEASE = timedelta(minutes=2)
TOPIC = "teach"
# A trained model differs a little by chance: of the cries so many may be asked about that were alarms before, and of
# calm talk so many may alarm that did not. Not one cry more may be missed.
SLACK_ALERT, SLACK_CALM = 0.02, 0.005


@dataclass(frozen=True, slots=True)
class Verdict:
    """worse: why this run is not published; doubts: what a person should look at before."""

    worse: tuple[Text, ...]
    doubts: tuple[Text, ...]


def begin(connection: Connection, community: str, by: int, real: datetime) -> int:
    """One run at a time, over everything that is accepted."""
    hold(connection, "teach")
    open_ = select(teaching.c.id).where(teaching.c.community_id == community, teaching.c.state.in_(OPEN))
    if connection.execute(open_).first() is not None:
        raise Refused("a run is open", t("A run is open already: publish it or throw it away first."), status=409)
    mine = (lesson.c.community_id == community, lesson.c.state == ACCEPTED)
    if connection.execute(select(lesson.c.id).where(*mine)).first() is None:
        raise Refused("nothing to teach", t("Nothing is accepted yet: a second person looks at each lesson first."))
    values = {"community_id": community, "state": WAITING, "step": WAITING, "done": 0, "by_id": by, "at": real}
    key: int = connection.execute(insert(teaching).values(**values).returning(teaching.c.id)).scalar_one()
    connection.execute(update(lesson).where(*mine).values(run_id=key))
    wake.after_commit(connection, TOPIC)
    _told(connection, community)
    return key


def pending(connection: Connection, real: datetime) -> Record | None:
    """The next run that nobody is at; of a process that died, after its lease."""
    left = (teaching.c.state == RUNNING) & (teaching.c.lease_until < real)
    rows = select(teaching).where(or_(teaching.c.state == WAITING, left)).order_by(teaching.c.id).limit(1)
    return connection.execute(rows).one_or_none()


def claim(connection: Connection, node: str, real: datetime) -> Record | None:
    """The next run, for this process alone."""
    hold(connection, "teach")
    found = pending(connection, real)
    if found is not None:
        _set(connection, found, state=RUNNING, held_by=node, lease_until=real + LEASE, done=0)
    return found


def tell(connection: Connection, key: int, node: str, step: str, done: int, real: datetime) -> bool:
    """How far it is; False when it is no longer this process's to go on with."""
    found = _held(connection, key, node)
    if found is not None:
        _set(connection, found, step=step, done=done, lease_until=real + LEASE)
    return found is not None


def finish(
    connection: Connection, key: int, node: str, base: str, figures: Mapping[str, Any] | None, real: datetime
) -> None:
    """figures: None when it came to nothing."""
    found = _held(connection, key, node)
    if found is None:
        return
    state = FAILED if figures is None else READY
    ended = real if figures is None else None
    _set(connection, found, state=state, step=state, done=100, base=base, figures=figures, held_by=None, ended_at=ended)
    if figures is None:
        _free(connection, key, ACCEPTED)


def _held(connection: Connection, key: int, node: str) -> Record | None:
    rows = select(teaching).where(teaching.c.id == key, teaching.c.state == RUNNING, teaching.c.held_by == node)
    return connection.execute(rows).one_or_none()


def _set(connection: Connection, found: Record, **values: object) -> None:
    connection.execute(update(teaching).where(teaching.c.id == found.id).values(**values))
    _told(connection, found.community_id)


def _told(connection: Connection, community: str) -> None:
    wake.after_commit(connection, wake.desk(community))


def _free(connection: Connection, key: int, state: str) -> None:
    connection.execute(update(lesson).where(lesson.c.run_id == key).values(run_id=None, state=state))


def verdict(figures: Mapping[str, Sequence[Mapping[str, Any]]]) -> Verdict:
    """What the marks before and after mean; danger must not get worse."""
    worse: list[Text] = []
    doubts: list[Text] = []
    for old, new in zip(figures["before"], figures["after"], strict=True):
        lost = (old["alert"] + old["ask"]) - (new["alert"] + new["ask"])
        if lost > 0:
            worse.append(t("{n} more cries for help would be missed.", n=lost))
        if old["alert"] - new["alert"] > SLACK_ALERT * old["cries"]:
            worse.append(t("Fewer cries for help would raise the alarm at once."))
        if new["false"] - old["false"] > SLACK_CALM * old["calm"]:
            worse.append(t("Calm talk would raise more false alarms."))
        if new["right"] < old["right"]:
            doubts.append(t("{n} sentences that were understood would not be any more.", n=old["right"] - new["right"]))
        if new["turned_away"] < old["turned_away"]:
            n = old["turned_away"] - new["turned_away"]
            doubts.append(t("{n} sentences that are not for us would be taken for ours.", n=n))
    return Verdict(tuple(worse), tuple(doubts))


def publish(connection: Connection, community: str, key: int, by: int, base: str, real: datetime) -> Record:
    """base: what the sentences are now. Whoever labelled any of it does not publish it."""
    hold(connection, "teach")
    found = one(connection, community, key)
    if found.state != READY:
        raise Refused("not ready", status=409)
    labelled = select(lesson.c.id).where(lesson.c.run_id == key, lesson.c.by_id == by)
    if connection.execute(labelled).first() is not None:
        raise Refused(
            "one's own lessons",
            t("You labelled some of these sentences: somebody else publishes them."),
            status=403,
        )
    if verdict(found.figures).worse:
        raise Refused("danger would get worse", t("This is not published: danger would be understood less well."))
    if found.base != base:
        raise Refused(
            "trained from other sentences",
            t("Something else was published meanwhile. Please throw this away and train again."),
            status=409,
        )
    connection.execute(update(lesson).where(lesson.c.run_id == key).values(state=TAUGHT))
    _set(connection, found, state=PUBLISHED, published_by_id=by, ended_at=real)
    return found


def drop(connection: Connection, community: str, key: int, real: datetime) -> None:
    """Thrown away before it was published: its lessons wait for the next run, or are refused one by one."""
    found = one(connection, community, key)
    if found.state not in OPEN:
        raise Refused("not open", status=409)
    _set(connection, found, state=DROPPED, ended_at=real, held_by=None)
    _free(connection, key, ACCEPTED)


def undo(connection: Connection, community: str, key: int, real: datetime) -> None:
    """The newest that is published anywhere, since each stands on the one before; its lessons are reviewed again."""
    hold(connection, "teach")
    found = one(connection, community, key)
    newest = select(teaching.c.id).where(teaching.c.state == PUBLISHED).order_by(teaching.c.ended_at.desc()).limit(1)
    if found.state != PUBLISHED or connection.execute(newest).scalar_one() != key:
        raise Refused("not the newest", t("Only what was published last can be undone."), status=409)
    _set(connection, found, state=UNDONE, ended_at=real)
    _free(connection, key, PROPOSED)


def one(connection: Connection, community: str, key: int) -> Record:
    rows = select(teaching).where(teaching.c.id == key, teaching.c.community_id == community)
    found = connection.execute(rows).one_or_none()
    if found is None:
        raise Refused("no such run", status=404)
    return found


def listed(connection: Connection, community: str, limit: int = 20) -> list[Record]:
    """Newest first, with the name of who began each."""
    rows = select(teaching, staff.c.name.label("by")).select_from(teaching.join(staff, teaching.c.by_id == staff.c.id))
    mine = rows.where(teaching.c.community_id == community)
    return list(connection.execute(mine.order_by(teaching.c.id.desc()).limit(limit)))


def lessons_of(connection: Connection, key: int) -> list[Record]:
    return list(connection.execute(select(lesson).where(lesson.c.run_id == key).order_by(lesson.c.id)))
