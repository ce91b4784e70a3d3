"""The delivery ledger: who may try what and when, what came of it, and what has to be given up."""

from __future__ import annotations

import random
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Connection, Select, and_, bindparam, case, func, literal, null, select, update

from backend.db import Record
from backend.models.talk import conversation, outbox
from backend.models.webhooks import webhook_endpoint
from backend.services import bindings, webhooks
from backend.services.saying import SAYING
from bot.contract.messages import Address

# Whoever tries holds a row so long and says in time that it still does; whoever died is relieved of it.
LEASE = timedelta(seconds=4)
FIRST_RETRY_SECONDS = 4.0
GROWTH = 1.25
LONGEST_RETRY_SECONDS = 3600.0
# Somebody in danger waits for these: a vendor that is back is found out within seconds, not at the hour.
ALARM_QUEUES, ALARM_RETRY_SECONDS = (":alarms", ":now"), 5.0
ALARM_FIRST_SECONDS = 1.0
# Never in step: a thousand rows that failed together must not come back together.
JITTER = 0.1
GIVE_UP = timedelta(hours=24)

_other = outbox.alias("earlier")
_FIRST = select(func.min(outbox.c.queue)).where(outbox.c.queue.is_not(None))


def _queues() -> Select[Any]:
    """The lines in which something waits, each found by one step in the index however long they are."""
    walk = _FIRST.with_only_columns(func.min(outbox.c.queue).label("queue")).cte("walk", recursive=True)
    following = select(func.min(outbox.c.queue)).where(outbox.c.queue > walk.c.queue).scalar_subquery()
    walk = walk.union_all(select(following).where(walk.c.queue.is_not(None)))
    return select(walk.c.queue).where(walk.c.queue.is_not(None))


_QUEUES = _queues()
_BEFORE = select(literal(1)).where(_other.c.lane == outbox.c.lane, _other.c.id < outbox.c.id).exists()
_DUE = (
    select(
        outbox,
        conversation.c.language,
        webhook_endpoint.c.url,
        webhook_endpoint.c.secrets,
        webhook_endpoint.c.failures,
    )
    .select_from(
        outbox.outerjoin(conversation, outbox.c.conversation_id == conversation.c.id).outerjoin(
            webhook_endpoint, and_(outbox.c.channel == webhooks.CHANNEL, outbox.c.user == webhook_endpoint.c.id)
        )
    )
    .where(outbox.c.queue == bindparam("in_queue"), outbox.c.due_at <= bindparam("now"), ~_BEFORE)
    .order_by(outbox.c.due_at, outbox.c.id)
    .limit(bindparam("most"))
    .with_for_update(of=outbox, skip_locked=True)
)
_NEXT = select(func.min(outbox.c.due_at)).where(
    outbox.c.queue == bindparam("in_queue"), outbox.c.due_at > bindparam("now")
)
_HOLD = (
    update(outbox)
    .where(outbox.c.id == bindparam("key"))
    .values(
        state=case((outbox.c.state == SAYING, SAYING), else_="sending"),
        held_by=bindparam("node"),
        due_at=bindparam("until"),
    )
)
_SETTLE = (
    update(outbox)
    # A story may have come to its end before it was noted that it had begun.
    .where(outbox.c.id == bindparam("key"), outbox.c.state != "ended")
    .values(
        state=bindparam("to"),
        queue=null(),
        lane=null(),
        held_by=null(),
        attempts=outbox.c.attempts + bindparam("tries"),
        last_error=bindparam("error"),
        sent_at=bindparam("done"),
        vendor_id=bindparam("vendor"),
    )
)
_AGAIN = (
    update(outbox)
    .where(outbox.c.id == bindparam("key"), outbox.c.held_by == bindparam("node"))
    .values(
        state="due",
        held_by=null(),
        attempts=outbox.c.attempts + 1,
        last_error=bindparam("error"),
        due_at=bindparam("until"),
    )
)
_SOONER = (
    update(outbox)
    .where(outbox.c.queue == bindparam("in_queue"), outbox.c.state == "due", outbox.c.due_at > bindparam("now"))
    .values(due_at=bindparam("now"))
)


@dataclass(frozen=True, slots=True)
class Outcome:
    """What came of one try. error: empty when it arrived; wait: seconds that the other side asked for; alone: of this
    row, and of no other in its queue; hopeless: trying again cannot help; gone: the endpoint wants nothing any more;
    kept: nobody carries it here; vendor: what the other side calls it; ms: how long it took; began: when."""

    delivery: Record
    error: str = ""
    wait: float | None = None
    alone: bool = False
    hopeless: bool = False
    gone: bool = False
    kept: bool = False
    vendor: str | None = None
    ms: int | None = None
    began: datetime | None = None


@dataclass(frozen=True, slots=True)
class Round:
    """due: claimed for this node; next: when something else becomes due; dead: channels of what was given up."""

    due: list[Record]
    next: datetime | None
    dead: list[str]


def longest(queue: str | None) -> float:
    """Seconds after which what waits in this queue is tried again at the latest."""
    return ALARM_RETRY_SECONDS if _is_of_an_alarm(queue) else LONGEST_RETRY_SECONDS


def _soonest(queue: str | None) -> float:
    """And after the first failure: a line that broke once is most likely there a second later."""
    return ALARM_FIRST_SECONDS if _is_of_an_alarm(queue) else FIRST_RETRY_SECONDS


def _is_of_an_alarm(queue: str | None) -> bool:
    return (queue or "").endswith(ALARM_QUEUES)


def retry_seconds(
    attempts: int,
    asked: float | None = None,
    spread: Callable[[], float] = random.random,
    most: float = LONGEST_RETRY_SECONDS,
    first: float = FIRST_RETRY_SECONDS,
) -> float:
    """How long to wait after that many tries, at least as long as the other side asked for."""
    pause = min(most, first * GROWTH**attempts)
    if asked is not None:
        return max(pause, min(asked, GIVE_UP.total_seconds())) * (1 + JITTER * spread())
    return pause * (1 - JITTER + 2 * JITTER * spread())


def settle_and_claim(
    connection: Connection, outcomes: Sequence[Outcome], room: Callable[[str], int], node: str, real: datetime
) -> Round:
    """One transaction: write down what came of the last tries, then take what is due, of each queue as room allows."""
    dead = settle(connection, outcomes, node, real)
    due: list[Record] = []
    later: list[datetime] = []
    for queue in connection.execute(_QUEUES).scalars().all():
        most = room(queue)
        if most > 0:
            due += connection.execute(_DUE, {"in_queue": queue, "now": real, "most": most}).all()
        ahead = connection.execute(_NEXT, {"in_queue": queue, "now": real}).scalar_one_or_none()
        if ahead is not None:
            later.append(ahead)
    if due:
        until = real + LEASE
        connection.execute(_HOLD, [{"key": row.id, "node": node, "until": until} for row in due])
    return Round(due, min(later, default=None), dead)


def after_step_back(connection: Connection, real: datetime) -> None:
    """The clock was set back: nothing waits for a time that was, and no lease lasts longer than a lease."""
    waits = (outbox.c.queue.is_not(None), outbox.c.state == "due", outbox.c.due_at > real)
    connection.execute(update(outbox).where(*waits).values(due_at=real))
    trying = outbox.c.state.in_(("sending", SAYING))
    held = (outbox.c.queue.is_not(None), trying, outbox.c.due_at > real + LEASE)
    connection.execute(update(outbox).where(*held).values(due_at=real + LEASE))


def renew(connection: Connection, held: Sequence[int], node: str, real: datetime) -> None:
    """Still trying: these are held for longer."""
    mine = (outbox.c.held_by == node, outbox.c.id.in_(held))
    connection.execute(update(outbox).where(*mine).values(due_at=real + LEASE))


def release(connection: Connection, node: str, real: datetime) -> None:
    """Whatever this node was trying when it ended is due at once: nobody else of this name is alive. What was being
    said keeps its name: this node knows best what of it has left."""
    mine, said = (outbox.c.queue.is_not(None), outbox.c.held_by == node), outbox.c.state == SAYING
    left, by = case((said, SAYING), else_="due"), case((said, node), else_=null())
    connection.execute(update(outbox).where(*mine).values(state=left, held_by=by, due_at=real))


def settle(connection: Connection, outcomes: Sequence[Outcome], node: str, real: datetime) -> list[str]:
    """Write down what came of each try; returns the channels of those that were given up."""
    over: list[dict[str, object]] = []
    again: list[dict[str, object]] = []
    dead: list[str] = []
    for outcome in outcomes:
        row = outcome.delivery
        if not outcome.error:
            over.append(
                _over(
                    row, "kept" if outcome.kept else "sent", None, real, tries=not outcome.kept, vendor=outcome.vendor
                )
            )
            continue
        pause = retry_seconds(row.attempts, outcome.wait, most=longest(row.queue), first=_soonest(row.queue))
        until = real + timedelta(seconds=pause)
        if outcome.hopeless or until > (row.replayed_at or row.created_at) + GIVE_UP:
            over.append(_over(row, "dead", outcome.error, None))
            dead.append(row.channel)
        else:
            again.append({"key": row.id, "node": node, "error": outcome.error, "until": until})
    if over:
        connection.execute(_SETTLE, over)
    if again:
        connection.execute(_AGAIN, again)
    sent = [one for one in outcomes if one.delivery.channel == webhooks.CHANNEL]
    webhooks.tried(connection, [(one.delivery, one.error, one.ms, one.began or real) for one in sent])
    _heed(connection, outcomes, real)
    return dead


def _over(
    row: Record, to: str, error: str | None, done: datetime | None, *, tries: bool = True, vendor: str | None = None
) -> dict[str, object]:
    return {"key": row.id, "to": to, "error": error, "done": done, "tries": int(tries), "vendor": vendor}


def _heed(connection: Connection, outcomes: Sequence[Outcome], real: datetime) -> None:
    """What the tries say about their endpoints: one that is back gets all that waits, one that is lost is left."""
    back = {
        one.delivery.queue for one in outcomes if not one.error and (one.delivery.attempts or one.delivery.failures)
    }
    for queue in back:
        connection.execute(_SOONER, {"in_queue": queue, "now": real})
    for outcome in outcomes:
        row = outcome.delivery
        if row.channel != webhooks.CHANNEL:
            if outcome.gone:
                bindings.unreachable(connection, Address(row.channel, row.user, row.account), real)
            continue
        if not outcome.error:
            if row.failures:
                webhooks.recovered(connection, row.user)
        elif (reason := webhooks.failed(connection, row.user, outcome.error, real, gone=outcome.gone)) is not None:
            bury(connection, row.queue, reason)


def bury(connection: Connection, queue: str, reason: str) -> None:
    """Nothing of this queue is tried any more; each row says why, and can be replayed."""
    connection.execute(
        update(outbox)
        .where(outbox.c.queue == queue)
        .values(state="dead", queue=None, lane=None, held_by=None, last_error=reason)
    )
