"""What the desk's smaller flows do alike: words of the board in the resident's language, and filing a case."""

from __future__ import annotations

import unicodedata
from datetime import datetime

from backend.services import board, cases
from backend.services.board import Item
from backend.services.cases import Filed, NewCase
from bot.contract.flow import Outcome, Turn
from bot.contract.stored import Json, dump_all
from bot.contract.text import Clock, Text, t

FIXED = t("I cannot lower the price, it is the same for everybody. If it is too much, say “no” and nothing is booked.")

# So much is a matter.
TOLD = 4
NEWS = t("I tell you whenever something moves, and when it is done. You can also ask at any time.")


def items(turn: Turn, kind: str) -> list[Item]:
    return board.items(turn.db, turn.conversation.community.id, kind)


def said(turn: Turn, item: Item, name: str = "title") -> str:
    """A text of the board in the language of this conversation."""
    return item.said(name, turn.conversation.language)


def named(turn: Turn, item: Item) -> Text:
    """An item's title as what an option or a row shows."""
    return t("{name}", name=said(turn, item))


def matter(turn: Turn) -> str:
    """What is told, without the small words before it: "hello, so, the tap drips"."""
    said = turn.message.text.strip()
    lead = turn.understanding.extra.get("lead", "")
    begins = unicodedata.normalize("NFKC", said[: len(lead)]).casefold() == lead.casefold()
    told = said[len(lead) :].lstrip(" ,.!\uff0c\u3002\u3001\uff01") or said if begins else said
    return _without_question(turn, _without_wish(turn, told))


def _without_wish(turn: Turn, told: str) -> str:
    """ "The tap drips, can you send somebody to have a look": that somebody shall come is why it is filed."""
    wish = turn.understanding.extra.get("sends", "")
    ends = wish and unicodedata.normalize("NFKC", told).casefold().endswith(wish)
    rest = told[: -len(wish)].rstrip(" ,.;?!\uff0c\u3002\uff1b\u3001") if ends else told
    return rest if len(rest) >= TOLD else told


def _without_question(turn: Turn, told: str) -> str:
    """ "My tap drips, is that free?": the question is answered, and is no part of what drips. "Can somebody take it
    away?" is the wish itself."""
    parts = turn.understanding.clauses if "service_wish" not in turn.understanding.extra else ()
    last = parts[-1] if len(parts) > 1 else None
    if last is None or not told.endswith(last.said) or not {"topic", "follow"} & last.extra.keys():
        return told
    asks = {"asks_back", "question"} & last.extra.keys() and not {"fault", "urgent", "matter"} & last.extra.keys()
    valued = any(entity.name in ("when", "location", "category", "phone") for entity in last.entities)
    rest = told[: -len(last.said)].rstrip(" ,.;\uff0c\u3002\uff1b\u3001")
    return rest if asks and not valued and len(rest) >= TOLD else told


def words(item: Item) -> str:
    """By which it is found: what people call it, and its title in every language."""
    return f"{item.data['words']} {' '.join(item.data['title'].values())}"


def moment(item: Item, name: str) -> datetime | None:
    """A time of the board."""
    value = item.data.get(name)
    return datetime.fromisoformat(value) if value else None


def case_of(
    turn: Turn,
    kind: str,
    category: str,
    details: str,
    *,
    location: str | None = None,
    due: datetime | None = None,
    state: str = "received",
    priority: str = "normal",
    contact: str | None = None,
    wish: str | None = None,
    **more: str,
) -> NewCase:
    """A case of the speaker with what the flow knows; more: further values to be kept with the slots."""
    conversation = turn.conversation
    resident = conversation.resident
    home = resident.home if resident else None
    return NewCase(
        community=conversation.community.id,
        kind=kind,
        category=category,
        location=location if location is not None else (home.label if home else ""),
        details=details,
        priority=priority,
        resident=resident.id if resident else None,
        household=home.id if home else None,
        conversation=conversation.id,
        wish=wish,
        contact=contact or (resident.phone if resident else None),
        slots={**kept(turn), **more},
        due_at=due,
        state=state,
        filed_by=conversation.agent.id if conversation.agent else None,
    )


def kept(turn: Turn) -> Json:
    """What a case keeps of what was told."""
    return dump_all({name: value for name, value in turn.values.items() if not name.startswith("_")})


def file(turn: Turn, new: NewCase) -> Filed:
    return cases.file(turn.db, new, turn.now)


def number_told(number: str) -> Text:
    return t(
        "Your number is {number}.",
        spoken="The last four digits of your number are {digits}.",
        number=number,
        digits=" ".join(number[-4:]),
    )


def added(turn: Turn) -> str | None:
    """What else is said of the case just filed is put with it; returns its number, None where there is nothing."""
    number, community, said = turn.case_no or "", turn.conversation.community.id, turn.message.text.strip()
    found = cases.by_number(turn.db, community, number)
    if found is None or not said:
        return None
    cases.amend(turn.db, community, number, {"details": f"{found.details}; {said}"}, turn.now)
    return number


def more(turn: Turn) -> Outcome:
    number = added(turn)
    return Outcome() if number is None else Outcome(say=(t("Noted with {number}.", number=number),))


def by_when(turn: Turn) -> Text | None:
    """ "When will they tell me?", of what was just filed."""
    if turn.understanding.extra.get("topic") not in ("contacted", "arrival", "duration", "next"):
        return None
    found = cases.by_number(turn.db, turn.conversation.community.id, turn.case_no or "")
    if found is None or found.due_at is None:
        return None
    by = Clock(found.due_at.astimezone(turn.now.tzinfo))
    return t("Our target is {by}. I tell you here as soon as there is something.", by=by)


def end(turn: Turn) -> Outcome:
    """Where a flow goes when it is over before its last step."""
    return Outcome(done=True)


def withdraw(turn: Turn) -> Outcome:
    """A flow's own withdrawing, where there is no more to it than the case."""
    return Outcome(say=(withdrawn(turn),))


def withdrawn(turn: Turn) -> Text:
    """Take back what this talk filed; raises `Refused` when it is too late."""
    number = turn.case_no or ""
    cases.withdraw(turn.db, turn.conversation.community.id, number, turn.now, turn.real)
    return t("{number} is withdrawn.", number=number)
