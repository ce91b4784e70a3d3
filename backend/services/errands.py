"""What money and gates have left for a person: shown until somebody says what they did about it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, or_, select, update

from backend.models.people import household
from backend.models.talk import outbox
from backend.services import audit, orders, refunds
from backend.services.acting import Actor
from backend.services.fees import month
from backend.services.outbox import STAFF_CHANNEL
from bot.contract.errors import Refused
from bot.contract.text import Text, t

CAUSES = ("payment:", "refund:", "arrears:", "gate:")
SHOWN, OPEN, DONE = 50, "due", "sent"
# Nobody ticks off what the duty desk is called for from here.
_OURS = or_(*(outbox.c.once.like(f"{cause}%") for cause in CAUSES))


@dataclass(frozen=True, slots=True)
class Errand:
    """home: that it is about, where it is about one."""

    key: int
    words: Text
    home: int | None
    at: datetime


def open_of(connection: Connection, community: str) -> list[Errand]:
    """The newest first."""
    mine = (outbox.c.community_id == community, outbox.c.channel == STAFF_CHANNEL, outbox.c.state == OPEN)
    rows = select(outbox.c.id, outbox.c.body, outbox.c.once, outbox.c.created_at).where(*mine, _OURS)
    found = connection.execute(rows.order_by(outbox.c.id.desc()).limit(SHOWN)).all()
    homes = [row.body["arrears"] for row in found if "arrears" in row.body]
    labels = dict(connection.execute(select(household.c.id, household.c.label).where(household.c.id.in_(homes))).all())
    return [
        Errand(row.id, _WORDS[row.once.partition(":")[0]](row.body, labels), row.body.get("arrears"), row.created_at)
        for row in found
    ]


def done(connection: Connection, who: Actor, key: int, note: str) -> None:
    """Raises `Refused` for one that somebody else has done."""
    if len(note) < 4:
        raise Refused("what was done?", t("Please write what you did."), pointer="/note")
    mine = (outbox.c.community_id == who.community, outbox.c.channel == STAFF_CHANNEL, outbox.c.id == key)
    over = update(outbox).where(*mine, _OURS, outbox.c.state == OPEN).values(state=DONE, sent_at=who.real)
    if connection.execute(over).rowcount == 0:
        raise Refused("done already", t("Somebody has done this already."), status=409)
    audit.note(connection, who.community, who.login, "money.errand", f"errand {key}", who.real, {"note": note[:200]})


def _payment(body: Mapping[str, Any], labels: Mapping[int, str]) -> Text:
    if body["came"] == orders.TWICE:
        return t("A payment of ¥{asked} came twice. Pay the second one back below.", asked=body["asked"])
    if body["came"] == orders.CONTRADICTS:
        return t("The provider says two things of one payment ({payment}). Please ask them.", payment=body["payment"])
    return t(
        "For a payment of ¥{asked}, {came} came ({payment}). Nothing was counted as paid: please ask the provider.",
        asked=body["asked"],
        came=body["came"],
        payment=body["payment"],
    )


def _refund(body: Mapping[str, Any], labels: Mapping[int, str]) -> Text:
    if "came" in body:
        told = {"asked": body["asked"], "came": body["came"]}
        return Text(_ANOTHER.msgid, told)
    if body.get("state") == refunds.AFTER_ALL:
        return t(
            "¥{amount} was paid back after all, though the provider had said that it could not be. ¥{again} of it is "
            "open on the bills again. Please make sure that it is not paid back a second time.",
            amount=body["amount"],
            again=body["again"],
        )
    return t("¥{amount} could not be paid back; the bills are as they were before.", amount=body["amount"])


_ANOTHER = t("The provider speaks of ¥{came} for a refund of ¥{asked}. Please ask them.")


def _arrears(body: Mapping[str, Any], labels: Mapping[int, str]) -> Text:
    return t(
        "{home} has bills open since {month}, and reminders reach nobody or have changed nothing. Please talk to them.",
        home=labels.get(body["arrears"], ""),
        month=month(body["since"]),
    )


def _gate(body: Mapping[str, Any], labels: Mapping[int, str]) -> Text:
    if body["refused"] == "revoked":
        return t(
            "Somebody went in at {gate} on a pass that was taken back ({number}).",
            gate=body["gate"],
            number=body["pass"] or "–",
        )
    return t("Somebody went in at {gate} on a code that is not ours.", gate=body["gate"])


_WORDS: Mapping[str, Callable[[Mapping[str, Any], Mapping[int, str]], Text]] = {
    "payment": _payment,
    "refund": _refund,
    "arrears": _arrears,
    "gate": _gate,
}
