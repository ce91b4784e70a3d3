"""One of several that were offered, meant by its place, price or hour: "the last one", "the cheaper", "the 18"."""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import datetime, time
from decimal import Decimal

from bot.contract.conversation import Conversation, Offer
from bot.contract.understanding import Understanding

# What answers nothing of what was asked.
_OPEN = frozenset({"unsure", "none", "yes", "no", "any"})
_PRICE = re.compile(r"[\u00a5\uffe5]\s?([\d,]+(?:\.\d+)?)")
HALF_DAY = 12


def pointed_at(conversation: Conversation, heard: Understanding) -> str | None:
    """The payload of what the words point at, where they leave no doubt which of those offered it is."""
    top = conversation.top
    if top is None or top.awaiting is None:
        return None
    shown = [o for o in conversation.offered if "=" in o.payload and o.payload.rpartition("=")[2] not in _OPEN]
    if len(shown) < 2:
        return None
    place = heard.extra.get("nth") or ("" if _times(shown) else heard.extra.get("nth_no", ""))
    found = _by_place(shown, place) if place else _by_price(shown, heard) or _by_clock(shown, heard)
    return found.payload if found is not None else None


def _by_place(shown: Sequence[Offer], place: str) -> Offer | None:
    if place.isdigit():
        return shown[int(place) - 1] if 0 < int(place) <= len(shown) else None
    if place == "last":
        return shown[-1]
    if place == "middle":
        return shown[len(shown) // 2] if len(shown) % 2 else None
    if place in ("cheap", "dear"):
        return _extreme([price for one in shown if (price := _price(one)) is not None], shown, most=place == "dear")
    return _extreme([at for one in shown if (at := _at(one)) is not None], shown, most=place == "late")


def _extreme(sizes: Sequence[Decimal | datetime], shown: Sequence[Offer], *, most: bool) -> Offer | None:
    """The one that has most or least of it, as long as all of them have a size and no two the same."""
    if len(sizes) != len(shown) or len(set(sizes)) != len(shown):
        return None
    pairs = sorted(zip(sizes, range(len(shown)), strict=True), reverse=most)
    return shown[pairs[0][1]]


def _price(offer: Offer) -> Decimal | None:
    found = _PRICE.search(offer.title)
    return Decimal(found[1].replace(",", "")) if found is not None else None


def _at(offer: Offer) -> datetime | None:
    said = offer.payload.partition("=")[2]
    return datetime.fromisoformat(said) if "T" in said else None


def _times(shown: Sequence[Offer]) -> bool:
    return any(_at(one) is not None for one in shown)


def _by_price(shown: Sequence[Offer], heard: Understanding) -> Offer | None:
    """ "The 18 one": a sum that stands beside one of them only."""
    amount = heard.entity("amount")
    said = heard.extra.get("numerals") or heard.extra.get("numeral", "") if amount is None else str(amount.value)
    if _times(shown) or any(one.payload.rpartition("=")[2].isdigit() for one in shown):
        return None  # a sum that is offered is chosen by saying it, and no other sum is it
    fits = [one for one in shown if _price(one) in {Decimal(one) for one in said.split()}]
    return fits[0] if len(fits) == 1 else None


def _by_clock(shown: Sequence[Offer], heard: Understanding) -> Offer | None:
    """ "Half ten works for me": the one at that hour, be it before or after noon."""
    said, timed = heard.extra.get("clock"), heard.entity("when")
    if said is None or not _times(shown) or (timed is not None and "bare_hour" not in heard.extra):
        return None
    clock = time.fromisoformat(said)
    fits = [one for one in shown if (at := _at(one)) is not None and _same(at, clock)]
    return fits[0] if len(fits) == 1 else None


def _same(at: datetime, clock: time) -> bool:
    return at.minute == clock.minute and at.hour % HALF_DAY == clock.hour % HALF_DAY
