"""Integrators' endpoints: who wants to hear what, their keys, and rows for them in the effect's own transaction."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import Connection, bindparam, insert, select, update

from backend import wake
from backend.db import Record
from backend.ids import made_at, new_id
from backend.models.talk import outbox
from backend.models.webhooks import delivery_try, webhook_endpoint
from backend.services import webhook_secrets
from backend.services.outbox import call_staff
from bot.contract import trail
from bot.contract.errors import Refused

CHANNEL = "webhook"
EVENTS = (
    *("case.created", "case.changed", "case.late", "alarm.raised", "alarm.changed", "alarm.closed"),
    *("booking.created", "booking.changed", "payment.paid", "payment.refunded"),
    *("pass.created", "pass.changed", "pass.entered", "pass.left"),
    *("bell.admitted", "bell.refused", "bell.unanswered", "notice.put_up"),
)
GROUPS = tuple(dict.fromkeys(f"{name.partition('.')[0]}.*" for name in EVENTS))
TEST = "webhook.test"
ACTIVE, DISABLED, REMOVED = "active", "disabled", "removed"
MOST = 50
# Failing without one success for this long, and not just once or twice, is an endpoint that nobody looks after.
PATIENCE = timedelta(hours=24)
ENOUGH_FAILURES = 10
OLD_KEY_HOURS = 24

_LISTENING = select(webhook_endpoint.c.id, webhook_endpoint.c.events).where(
    webhook_endpoint.c.community_id == bindparam("community"), webhook_endpoint.c.state == ACTIVE
)
_ROW = insert(outbox)


@dataclass(frozen=True, slots=True)
class Made:
    """secret: shown this once; whoever receives verifies with it."""

    id: str
    secret: str


def queue(endpoint: str) -> str:
    return f"{CHANNEL}:{endpoint}"


def publish(connection: Connection, community: str, event: str, data: Mapping[str, object]) -> None:
    """Tell every endpoint that listens. data: names and states, no personal data: details are fetched with a key."""
    listening = connection.execute(_LISTENING, {"community": community}).all()
    wanted = {event, f"{event.partition('.')[0]}.*"}
    targets = [row.id for row in listening if wanted.intersection(row.events)]
    if not targets:
        return
    key = new_id()
    real = made_at(key)
    body = {"id": f"msg_{key}", "type": event, "timestamp": real.isoformat(), "data": dict(data)}
    connection.execute(_ROW, [_row(community, target, body, real) for target in targets])
    wake.after_commit(connection, wake.OUTBOX)


def _row(community: str, endpoint: str, body: Mapping[str, object], real: datetime) -> dict[str, object]:
    return {
        "community_id": community,
        "kind": "webhook",
        "channel": CHANNEL,
        "account": community,
        "user": endpoint,
        "body": body,
        "state": "due",
        "queue": queue(endpoint),
        "due_at": real,
        "attempts": 0,
        "created_at": real,
        "trail": trail.current_id(),
    }


def add(connection: Connection, community: str, url: str, events: Sequence[str], real: datetime) -> Made:
    """A new endpoint, its address already checked; raises `Refused` for events that do not exist."""
    unknown = sorted(set(events) - {*EVENTS, *GROUPS})
    if unknown or not events:
        raise Refused(
            f"no such event: {', '.join(unknown) or 'none given'}; there are {', '.join((*GROUPS, *EVENTS))}",
            pointer="/events",
        )
    if len(listed(connection, community)) >= MOST:
        raise Refused(f"there are {MOST} endpoints already: remove one first", status=409)
    key, secret = new_id(), webhook_secrets.new_secret()
    connection.execute(
        insert(webhook_endpoint).values(
            id=key,
            community_id=community,
            url=url,
            events=sorted(set(events)),
            secrets=[webhook_secrets.sealed(key, secret, real)],
            state=ACTIVE,
            failures=0,
            created_at=real,
        )
    )
    return Made(key, secret)


def listed(connection: Connection, community: str) -> list[Record]:
    table = webhook_endpoint
    rows = select(table).where(table.c.community_id == community, table.c.state != REMOVED)
    return list(connection.execute(rows.order_by(table.c.id)))


def one(connection: Connection, community: str, key: str) -> Record:
    table = webhook_endpoint
    rows = select(table).where(table.c.community_id == community, table.c.id == key, table.c.state != REMOVED)
    found = connection.execute(rows).one_or_none()
    if found is None:
        raise Refused("no such webhook", status=404)
    return found


def active(connection: Connection, key: str) -> bool:
    state = connection.execute(select(webhook_endpoint.c.state).where(webhook_endpoint.c.id == key))
    return state.scalar_one_or_none() == ACTIVE


def rotate(connection: Connection, community: str, key: str, hours: int, real: datetime) -> str:
    """A new key; the old one signs beside it for so many hours, so that nobody has to switch on the second."""
    found, secret = one(connection, community, key), webhook_secrets.new_secret()
    _change(connection, key, secrets=webhook_secrets.rotated(key, found.secrets, secret, hours, real))
    return secret


def tried(connection: Connection, tries: Sequence[tuple[Record, str, int | None, datetime]]) -> None:
    """Write each try down: the delivery, why it did not arrive, how long it took and when it began, which is when it
    was signed."""
    rows = []
    for row, error, ms, began in tries:
        told = {"error": error[:300] or None, "ms": ms, "signed_by": webhook_secrets.marks(row.secrets or (), began)}
        rows.append({"delivery_id": row.id, "at": began, **told})
    if rows:
        connection.execute(insert(delivery_try), rows)


def try_out(connection: Connection, community: str, key: str, real: datetime) -> int:
    """An event that says only that it is a test, to this endpoint alone; returns its delivery. Raises `Refused`."""
    if one(connection, community, key).state != ACTIVE:
        raise Refused("this endpoint is disabled: enable it first", status=409)
    body = {"id": f"msg_{new_id()}", "type": TEST, "timestamp": real.isoformat(), "data": {"id": key}}
    row = _ROW.returning(outbox.c.id)
    made: int = connection.execute(row, _row(community, key, body, real)).scalar_one()
    wake.after_commit(connection, wake.OUTBOX)
    return made


def reseal(connection: Connection) -> int:
    """Every secret sealed with the newest key; returns how many."""
    rows = connection.execute(select(webhook_endpoint.c.id, webhook_endpoint.c.secrets)).all()
    for row in rows:
        _change(connection, row.id, secrets=[webhook_secrets.again(row.id, item) for item in row.secrets])
    return sum(len(row.secrets) for row in rows)


def enable(connection: Connection, community: str, key: str) -> None:
    """Back in use after it was disabled; what was given up meanwhile is replayed by whoever wants it."""
    one(connection, community, key)
    _change(connection, key, state=ACTIVE, failures=0, failing_since=None, reason=None)


def remove(connection: Connection, community: str, key: str, real: datetime) -> None:
    """Nothing is sent there any more, what waits included."""
    one(connection, community, key)
    _change(connection, key, state=REMOVED, removed_at=real, secrets=[])
    gone = update(outbox).where(outbox.c.queue == queue(key))
    connection.execute(gone.values(state="dead", queue=None, lane=None, held_by=None, last_error="webhook removed"))


def recovered(connection: Connection, key: str) -> None:
    _change(connection, key, failures=0, failing_since=None)


def failed(connection: Connection, key: str, error: str, real: datetime, *, gone: bool) -> str | None:
    """One more failure. An endpoint that says it is gone, or was for too long, is disabled; then why is returned."""
    found = connection.execute(select(webhook_endpoint).where(webhook_endpoint.c.id == key)).one_or_none()
    if found is None or found.state != ACTIVE:
        return "the endpoint is not in use"
    since, failures = found.failing_since or real, found.failures + 1
    _change(connection, key, failures=failures, failing_since=since)
    if gone:
        reason = "the endpoint said that it is gone (410)"
    elif failures >= ENOUGH_FAILURES and real - since >= PATIENCE:
        reason = f"failing since {since.isoformat(timespec='seconds')}: {error}"
    else:
        return None
    _change(connection, key, state=DISABLED, reason=reason)
    body = {"what": "webhook_disabled", "webhook": key, "url": found.url, "reason": reason}
    call_staff(connection, found.community_id, body, f"webhook:{key}:{since.isoformat()}", real)
    return f"endpoint disabled: {reason}"


def _change(connection: Connection, key: str, **columns: object) -> None:
    connection.execute(update(webhook_endpoint).where(webhook_endpoint.c.id == key).values(**columns))
