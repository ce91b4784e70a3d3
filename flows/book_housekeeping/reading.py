"""How a booking is read back: who comes and whose employee that is, what it costs, until when it can be left."""

from __future__ import annotations

from decimal import Decimal

from backend.services import housekeeping
from backend.services.housekeeping import SERVICES, UNITS
from backend.services.housekeeping.bookings import cancel_until
from bot.contract.flow import Turn
from bot.contract.text import Clock, Money, Param, Summary, Text, t, tn
from bot.contract.understanding import When
from flows.book_housekeeping.plan import Plan, is_matched, planned
from flows.questions.place import shown

Rows = list[tuple[Text, Param]]
# Heard at once: what, when, where and the whole price. Who comes, the terms and the price of one are the details.
FIRST = (0, 1, 3, 6)


def summary(turn: Turn) -> Summary:
    plan = None if is_matched(turn.values) else planned(turn, turn.values)
    rows: Rows = [(t("Service", spoken="What"), SERVICES[str(turn.values.get("service", "other"))])]
    rows += _planned(turn, plan) if plan is not None else _wished(turn)
    if "_every" in turn.values and plan is not None:
        rows.append((t("Repeats"), t("one visit at a time; for the next ones just write to me again")))
    if "notes" in turn.values:
        rows.append((t("Notes"), turn.values["notes"]))
    if "contact" in turn.values:
        rows.append((t("Phone"), turn.values["contact"]))
    return Summary(t("Housekeeping", spoken="Booking"), tuple(rows), FIRST if plan is not None else ())


def _wished(turn: Turn) -> Rows:
    """A request to the desk: nobody is named and nothing is priced that is not known."""
    rows: Rows = [(t("From", context="first day"), turn.values["when"])] if "when" in turn.values else []
    rows.append((t("Place", spoken="Where"), shown(turn.values["location"])))
    if turn.values.get("_words"):
        rows.append((t("Your words"), turn.values["_words"]))
    return rows


def _planned(turn: Turn, plan: Plan) -> Rows:
    offer, language = plan.offer, turn.conversation.language
    employer = housekeeping.called(offer.employers, language)
    name = housekeeping.called(offer.names, language)
    until = cancel_until(offer, plan.start, turn.now).astimezone(turn.now.tzinfo)
    liable = (
        t("{employer}, insured for damage", employer=employer)
        if offer.insured
        else t("{employer}, not insured for damage", employer=employer)
    )
    return [
        (t("Time", spoken="When"), When(plan.start)),
        (t("Amount"), _usual(plan) if turn.values.get("_usual") else amount(plan)),
        (t("Place", spoken="Where"), shown(turn.values["location"])),
        (t("Helper"), t("{name} of {employer}", name=name, employer=employer)),
        (t("Price"), price(plan.offer.unit, plan.offer.price)),
        (t("Total", spoken="Cost"), Money(offer.total(plan.quantity))),
        (t("Cancelling"), t("free until {until}, then {fee}", until=Clock(until), fee=Money(offer.fee))),
        (t("Liable"), liable),
    ]


def price(unit: str, yuan: Decimal) -> Text:
    return Text(UNITS[unit].msgid, {"price": Money(yuan)})


def _usual(plan: Plan) -> Text:
    return t("{n} h, as is usual; just say if it shall be more", n=int(plan.quantity))


def amount(plan: Plan) -> Text:
    whole = int(plan.quantity)
    if plan.offer.unit == "hour":
        return t("{n} h", n=plan.quantity if plan.quantity % 1 else whole)
    return t("{n} m²", n=whole) if plan.offer.unit == "m2" else tn("{n} piece", "{n} pieces", whole)
