"""How fees are named to residents, and the lines about them in an answer to "how is it going"."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import Connection

from backend.services import disputes, payments, periods
from backend.services.amounts import yuan
from backend.services.progress import Line, Whose
from bot.contract.text import Money, Text, t

TITLES: dict[str, Text] = {
    "property": t("Property fee", context="fee"),
    "water": t("Water", context="fee"),
    "electricity": t("Electricity", context="fee"),
    "gas": t("Gas", context="fee"),
    "parking": t("Parking", context="fee"),
}
_MONTHS = {
    "01": t("January {year}"),
    "02": t("February {year}"),
    "03": t("March {year}"),
    "04": t("April {year}"),
    "05": t("May {year}"),
    "06": t("June {year}"),
    "07": t("July {year}"),
    "08": t("August {year}"),
    "09": t("September {year}"),
    "10": t("October {year}"),
    "11": t("November {year}"),
    "12": t("December {year}"),
}


def month(period: str) -> Text:
    """`2026-10` as people say it."""
    return Text(_MONTHS[period[5:7]].msgid, {"year": period[:4]})


def named(fee: str, period: str | None) -> Text:
    """ "Water, October 2026"; without a month the fee alone."""
    if period is None or not periods.is_period(period):
        return TITLES[fee]
    return t("{fee}, {month}", fee=TITLES[fee], month=month(period))


def lines(connection: Connection, whose: Whose, now: datetime) -> list[Line]:
    """Payments under way and disputes of this conversation; a dispute bears its case's number."""
    found = [
        Line(
            number=row.id[-6:].upper(),
            what=t("Payment of {amount}", amount=Money(yuan(row.amount))),
            state=t("the pay link is good, nothing has arrived yet"),
            next=t("When the money arrives, I send you the receipt number."),
            open=True,
            at=row.created_at,
        )
        for row in payments.under_way(connection, whose.conversation, now)
    ]
    seen: set[str] = set()
    for row in disputes.of_conversation(connection, whose.community, whose.conversation):
        if row.case_no in seen:
            continue
        seen.add(row.case_no)
        is_open = row.state == "open"
        state = t("being looked into, no reminders meanwhile") if is_open else t("closed")
        told = t("The desk answers you; nothing is asked of you meanwhile.") if is_open else None
        found.append(Line(row.case_no, named(row.fee, row.period), state, told, is_open, row.created_at))
    return found
