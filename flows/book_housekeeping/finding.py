"""Whether a wish is free: taken as it is, narrowed down from a day, or answered with three real free times."""

from __future__ import annotations

from datetime import datetime, time

from backend.services import housekeeping
from backend.services.housekeeping import Calendar
from bot.contract.flow import Outcome, Turn
from bot.contract.text import Ask, Clock, Option, Text, t
from bot.contract.understanding import Value, When
from flows.book_housekeeping.plan import Plan, calendar_of, is_matched, moment, offers_of, planned, wished

OR_KEYED = t("Or key month and day, two digits each, then the hour, then the hash key.")


def look(turn: Turn) -> Outcome:
    """A time that is past, or at which nobody works, is refused before anything else is asked."""
    at = moment(turn, turn.values)
    if at is None or is_matched(turn.values):
        return _unmet(turn)
    calendar = calendar_of(turn, turn.values)
    if not calendar.offers or (at >= turn.now and calendar.opens(at)):
        return _unmet(turn)
    return _instead(turn, calendar)


def _unmet(turn: Turn) -> Outcome:
    """ "The same lady as last time", of whom nothing is on file: said once."""
    if turn.values.get("_unmet") != "yes":
        return Outcome()
    say = t("I find nobody on file who came to you before; I look for whoever is free.")
    return Outcome(say=(say,), set={"_unmet": "told"})


def find(turn: Turn) -> Outcome:
    """Sets the time and the person that are read back, or asks for another time."""
    if is_matched(turn.values):
        return Outcome(say=left_out(turn), set={"_told_code": "yes"}, goto="wish")
    plan = planned(turn, turn.values)
    if plan is not None:
        return _taken_as_it_is(turn, plan)
    calendar = calendar_of(turn, turn.values)
    wish = wished(turn.values)
    if moment(turn, turn.values) is None and wish is not None:
        free = _of_day(turn, calendar, wish)
        if free:
            return _narrowed(turn, calendar, free)
    return _instead(turn, calendar)


def _instead(turn: Turn, calendar: Calendar) -> Outcome:
    """Three real free times around the wish; another wish may be said as well."""
    near = nearest(turn, calendar)
    if not near:
        return _by_desk(turn)
    said = left_out(turn)
    ask = Ask(why_not(turn, calendar, near_wish(turn)), times(near), OR_KEYED)
    return Outcome(say=said, ask=ask, awaiting="when", set={"_told_code": "yes"} if said else {})


def _taken_as_it_is(turn: Turn, plan: Plan) -> Outcome:
    say = left_out(turn)
    before = turn.values.get("_provider")
    if isinstance(before, int) and before != plan.offer.provider and turn.values.get("_lost") == "yes":
        name = housekeeping.called(plan.offer.names, turn.conversation.language)
        say = (*say, t("Somebody else has just been quicker. {name} is free at the same time.", name=name))
    elif isinstance(same := turn.values.get("_same"), int) and same != plan.offer.provider:
        name = housekeeping.called(plan.offer.names, turn.conversation.language)
        say = (*say, t("Who came last time cannot come then. {name} can.", name=name))
    found: dict[str, Value] = {"_at": plan.start.isoformat(), "_provider": plan.offer.provider, "_lost": ""}
    return Outcome(say=say, set={**found, "_told_code": "yes"} if say else found)


def left_out(turn: Turn) -> tuple[Text, ...]:
    """Said once, after a door code was told."""
    if turn.values.get("_told_code") != "no":
        return ()
    return (t("I have left out the door code: such codes are not written down. Please let the helper in yourself."),)


def _of_day(turn: Turn, calendar: Calendar, wish: When) -> tuple[datetime, ...]:
    day = wish.start.date() if isinstance(wish.start, datetime) else wish.start
    if day < turn.now.date():
        return ()
    return calendar.on_day(day, wish.part)


def _narrowed(turn: Turn, calendar: Calendar, free: tuple[datetime, ...]) -> Outcome:
    """A day without an hour: the first free time is read back, and others are named so that one can be said."""
    first, *others = free
    prefer = turn.values.get("_same")
    offer = calendar.who(first, prefer if isinstance(prefer, int) else None)
    if len(others) == 2:
        say = t(
            "Free then: {first}, also {second} and {third}. I take the first; just say another time if you like.",
            first=Clock(first),
            second=Clock(others[0], bare=True),
            third=Clock(others[1], bare=True),
        )
    else:
        say = t("Free then: {first}. Just say another time if that does not suit.", first=Clock(first))
    found: dict[str, Value] = {"_at": first.isoformat(), "_provider": offer.provider if offer else 0}
    return Outcome(say=(say,), set=found, goto="find" if offer is None else None)


def near_wish(turn: Turn) -> datetime:
    """The time around which to look: the wish, its day at the usual hour, or now."""
    at = moment(turn, turn.values)
    if at is not None:
        return at
    wish = wished(turn.values)
    return around(turn, wish) if wish is not None else turn.now


def around(turn: Turn, wish: When) -> datetime:
    """A wish as one time, a part of a day by its usual hour."""
    if isinstance(wish.start, datetime):
        return wish.start
    hour = {"morning": 9, "noon": 12, "afternoon": 15, "evening": 18, "night": 20}.get(wish.part or "", 10)
    return datetime.combine(wish.start, time(hour), turn.now.tzinfo)


def nearest(turn: Turn, calendar: Calendar) -> tuple[datetime, ...]:
    return calendar.nearest(max(near_wish(turn), turn.now))


def times(free: tuple[datetime, ...]) -> tuple[Option, ...]:
    """Free times to choose from."""
    return tuple(Option(t("{time}", context="a free time", time=When(at)), f"_at={at.isoformat()}") for at in free)


def why_not(turn: Turn, calendar: Calendar, at: datetime) -> Text:
    """The wish cannot be; said with its reason and never more than is known."""
    if at < turn.now:
        return t("That is already past: {when}. Please choose one of these free times.", when=Clock(at))
    if not calendar.opens(at):
        return t("Nobody works at that time, {when}. Please choose one of the nearest free times.", when=Clock(at))
    return t("I am sorry, that time is taken: {when}. Please choose one of the nearest free times.", when=Clock(at))


def _by_desk(turn: Turn) -> Outcome:
    """Nobody is free for weeks, or nobody does this work here: the desk looks for somebody."""
    if not offers_of(turn, turn.values):
        say = t("Nobody here offers that at the moment. The desk can look for somebody.")
    else:
        say = t("I find no free time in the next two weeks. The desk can look for somebody.")
    return Outcome(say=(say,), set={"_by_desk": "yes"}, goto="wish")
