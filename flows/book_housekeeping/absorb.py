"""What a sentence about help at home tells beyond its entities: how many, a note, a door code, whose home."""

from __future__ import annotations

import re
from collections.abc import Mapping

from backend.services import housekeeping
from bot.contract.flow import Turn
from bot.contract.understanding import Value
from flows.book_housekeeping.again import wishes
from flows.book_housekeeping.plan import DEFAULT, offers_of
from flows.questions.place import home_of

WORDS_LIMIT = 500
OTHER = "other"
_ASKS = frozenset({"question", "asks_back"})


def absorb(turn: Turn) -> Mapping[str, Value]:
    extra, known = turn.understanding.extra, turn.values
    found: dict[str, Value] = {}
    if "missing" in extra and _begins(turn):
        return {"_act": "missing"}
    if "when" in turn.changed:
        # Another wish: what was found for the one before is no longer meant.
        found["_at"] = ""
        if known.get("_at"):
            found["_was"] = known["_at"]
    top = turn.conversation.top
    asked = top is not None and top.awaiting == "location"
    # While it is asked whose home, another answer does not make it the own one.
    if "location" not in known and "location" not in turn.changed and not asked:
        home = home_of(turn)
        if home is not None:
            found["location"] = home
    found |= _meant(turn)
    found |= _measures(turn)
    found.update(wishes(turn))
    found |= _usual(turn, found)
    if "note" in extra:
        found["notes"] = _note(turn.message.text, extra["note"])
    if "_words" not in known and turn.message.text.strip() and not turn.message.choice:
        found["_words"] = _kept_words(turn)
        told = "notes" in turn.changed or "same_helper" in extra
        if "mind" in extra and not _is_for_the_desk(turn) and not told and (minds := _kept_words(turn, _gist(turn))):
            found.setdefault("notes", minds)
    if "secret" in extra:
        found["_told_code"] = "no"
    return found


def _begins(turn: Turn) -> bool:
    """The sentence that opened the flow, not an answer in it."""
    top = turn.conversation.top
    return top is not None and top.awaiting is None and not top.asked and not top.slots


# How often the kind of help is asked for, while other things are told.
TWICE = 2


def _meant(turn: Turn) -> dict[str, Value]:
    """The kind of help by what is to be seen to; asked for twice while other things were told, the likeliest one, which
    stands in the read-back."""
    extra, top = turn.understanding.extra, turn.conversation.top
    if turn.message.choice or {"service"} & (set(turn.values) | turn.changed):
        return {}
    if _begins(turn):
        return {"service": extra["meant_service"]} if "meant_service" in extra and not _ASKS & set(extra) else {}
    if top is None or top.awaiting != "service" or not turn.changed or _ASKS & set(extra):
        return {}
    told = int(str(turn.values.get("_untold") or 0)) + 1
    return {"service": OTHER} if told > TWICE else {"_untold": told}


def _measures(turn: Turn) -> dict[str, Value]:
    """Pieces and square metres, where somebody offers the work by them."""
    extra = turn.understanding.extra
    # "Three hours will do, it is ninety square metres": how big the flat is does not price hours that were told.
    if {"quantity", "hours"} & turn.changed:
        return {}
    if "quantity" not in extra:
        # Of these a home has one; the read-back shows it.
        single = "quantity" not in turn.values and "single_appliance" in extra and not turn.message.choice
        return {"quantity": 1} if single and _service(turn) == "appliance_cleaning" else {}
    service = _service(turn)
    if service is None:
        return {}
    said: dict[str, Value] = {"service": service, "_unit": extra["unit"], "quantity": int(extra["quantity"])}
    offers = offers_of(turn, said)
    if not offers or offers[0].unit != extra["unit"]:
        return {}
    return {name: value for name, value in said.items() if name != "service"}


def _usual(turn: Turn, found: Mapping[str, Value]) -> dict[str, Value]:
    """Windows are not counted in hours: the usual ones are read back, with what is to be done."""
    told = {"hours", "_unit"} & (set(turn.values) | set(found) | turn.changed)
    if "windows" not in turn.understanding.extra or told or _service(turn) != "cleaning":
        return {"_usual": ""} if "hours" in turn.changed and turn.values.get("_usual") else {}
    said = turn.understanding.entity("service")
    # "What is cleaning the windows?" tells what is to be done, and is no note itself.
    what = said.text if said is not None and "asks_back" in turn.understanding.extra else _kept_words(turn)
    words = {} if turn.message.choice or "notes" in turn.values else {"notes": what}
    return {"hours": int(DEFAULT["hour"]), "_usual": "yes", **words}


def _service(turn: Turn) -> Value | None:
    entity = turn.understanding.entity("service")
    return turn.values.get("service") or (entity.value if entity is not None else None)


def _is_for_the_desk(turn: Turn) -> bool:
    """The desk reads the first sentence anyway."""
    said = turn.understanding.entity("service")
    return said is not None and said.value in housekeeping.MATCHED


def _note(text: str, mark: str) -> str:
    """What follows the word that announces a note."""
    return re.sub(rf"^\s*{re.escape(mark)}[\s:：,，]*", "", text, flags=re.IGNORECASE) or text


def _gist(turn: Turn) -> str:
    """What is to be minded, without the wish for somebody to come."""
    return turn.understanding.extra.get("gist", turn.message.text).strip()


def _kept_words(turn: Turn, said: str | None = None) -> str:
    """The first sentence, for staff who look for a nanny, or what is given of it; without any code in it."""
    text = turn.message.text.strip() if said is None else said
    words, _ = housekeeping.without_codes(text, turn.understanding.extra.get("secret"))
    return words[:WORDS_LIMIT]
