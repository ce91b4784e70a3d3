"""Questions about help at home, answered from what the helpers really offer."""

from __future__ import annotations

from backend.services import housekeeping
from backend.services.housekeeping import Offer
from bot.contract.flow import Turn
from bot.contract.text import Money, Text, t
from bot.contract.understanding import Value
from flows.book_housekeeping.plan import calendar_of, is_matched, offers_of, planned
from flows.book_housekeeping.reading import price
from flows.questions import desk, openings, vacant

# Every half-hour of a day.
ALL_DAY = 48


def answer(turn: Turn) -> Text | None:
    """Price, papers, hours, duration, cancelling; None for what is not known."""
    topic = turn.understanding.extra.get("topic", "")
    said = turn.understanding.entity("service")
    values: dict[str, Value] = dict(turn.values)
    if said is not None and said.value is not None:
        values["service"] = said.value
    values.setdefault("service", "cleaning")
    offers = offers_of(turn, values)
    if vacant.is_asked(turn) and not is_matched(values):
        calendar = calendar_of(turn, values)
        return vacant.told(turn, lambda day: calendar.on_day(day, None, ALL_DAY), openings.AHEAD) if offers else None
    if topic == "tools":
        return t("What they bring is not written down here. Tell me what you want brought, and I note it for them.")
    if topic == "papers":
        return t("You need no papers. The helper shows the employer's work card at the door; please look at it.")
    if topic == "how_pay":
        return t("That I do not know, and I will not guess. A person at the desk can tell you.")
    if topic == "bargain":
        return desk.FIXED
    if topic in ("contacted", "arrival") and values["service"] in housekeeping.MATCHED:
        minutes = turn.conversation.community.targets.get("request", 1440)
        return t("The desk calls you within {hours} hours after I have passed it on.", hours=minutes // 60)
    return _of_offers(turn, topic, str(values["service"]), offers) if offers else None


def _of_offers(turn: Turn, topic: str, service: str, offers: tuple[Offer, ...]) -> Text | None:
    """What the employers' terms say."""
    if topic == "damage":
        return _liable(turn, offers)
    if topic == "who":
        return _helper(turn, service)
    if topic == "price":
        return _total(turn, service) or _price(service, offers)
    if topic == "hours":
        return _hours(offers)
    if topic == "duration":
        return _duration(offers)
    return _cancel(offers) if topic == "cancel" else None


def _total(turn: Turn, service: str) -> Text | None:
    """What stands in the read-back, or was booked; None while it is not known, or another service is asked about."""
    values = turn.values
    if not values.get("_at") or values.get("service") != service or is_matched(values):
        return None
    plan = planned(turn, values)
    if plan is None:
        return None
    return t(
        "{total} altogether, at {price}.",
        total=Money(plan.offer.total(plan.quantity)),
        price=price(plan.offer.unit, plan.offer.price),
    )


def _helper(turn: Turn, service: str) -> Text | None:
    """Whoever stands in the read-back; before that, that a name will stand there."""
    if is_matched({"service": service}):
        return None
    plan = planned(turn, turn.values) if turn.values.get("_at") else None
    if plan is None:
        return t("You are told who comes and from which company before anything is booked.")
    language = turn.conversation.language
    name, employer = (housekeeping.called(of, language) for of in (plan.offer.names, plan.offer.employers))
    return t("{name} of {employer} comes.", name=name, employer=employer)


def _liable(turn: Turn, offers: tuple[Offer, ...]) -> Text:
    """Who answers for what breaks: of every employer that may send somebody."""
    names = {housekeeping.called(offer.employers, turn.conversation.language): offer.insured for offer in offers}
    insured = all(names.values())
    who = " / ".join(names)
    if insured:
        return t(
            "The employer, {employer}, answers for it and is insured for damage. Tell me here and the desk takes it "
            "up.",
            employer=who,
        )
    return t(
        "The employer, {employer}, answers for it, without insurance. Tell me here and the desk takes it up.",
        employer=who,
    )


def _price(service: str, offers: tuple[Offer, ...]) -> Text:
    cheapest = min(offers, key=lambda offer: offer.price)
    what = housekeeping.SERVICES[service]
    if service in housekeeping.MATCHED:
        return t(
            "{service}: from {price}. The exact sum is agreed with the person that the desk finds for you.",
            service=what,
            price=price(cheapest.unit, cheapest.price),
        )
    return t(
        "{service}: {price}. The total is read to you before anything is booked.",
        service=what,
        price=price(cheapest.unit, cheapest.price),
    )


def _hours(offers: tuple[Offer, ...]) -> Text | None:
    spans = [span for offer in offers for spans in offer.hours.values() for span in spans]
    if not spans:
        return None
    opens, closes = min(span[0] for span in spans), max(span[1] for span in spans)
    return t("Helpers come between {first} and {last} h, weekends included.", first=opens // 60, last=closes // 60)


def _duration(offers: tuple[Offer, ...]) -> Text | None:
    offer = offers[0]
    if offer.unit == "hour":
        return t("As long as you book, {least} to {most} hours.", least=offer.least, most=offer.most)
    if offer.unit == "piece":
        return t("About {minutes} minutes for each appliance.", minutes=offer.minutes)
    if offer.unit == "m2":
        return t("About {minutes} minutes for ten square metres.", minutes=offer.minutes * 10)
    return None


def _cancel(offers: tuple[Offer, ...]) -> Text:
    offer = offers[0]
    return t(
        "You can cancel or move it free of charge until {hours} hours before it begins; after that cancelling costs "
        "{fee}. Just tell me.",
        hours=offer.cancel_hours,
        fee=Money(offer.fee),
    )
