"""From parts to what a way of showing can carry: buttons, numbered text, or keys read aloud, four at a time."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from bot.contract.altered import altered
from bot.contract.breath import told
from bot.contract.channel import PROFILES, Capabilities
from bot.contract.conversation import Offer
from bot.contract.messages import Card, Choice, Choices, Part, Profile, Words
from bot.contract.shown import pieces
from bot.contract.text import Text, t

Say = Callable[[Text], str]
MORE_KEY = "8"
# How what begins one of our services is called.
MENU = "start="
# More choices than these are written one after the other.
LONG = 8
# What calls an alarm off has digits of its own, two of them, whatever way it is shown (practice 8).
OWN = "unharmed="
# The keys that mean the same on every call (practice 8), whatever else is on offer.
FIXED = {"aside=ask_human": "0", "danger": "9", "aside=change_language": "5"}


def fit(
    parts: tuple[Part, ...],
    profile: Profile,
    page: int,
    say: Say,
    *,
    details: bool = False,
    in_parts: bool = False,
) -> tuple[tuple[Part, ...], tuple[Offer, ...]]:
    """The parts as this way of showing carries them, and what is on offer with its keys.

    details: something was not said yet that may be asked for; in_parts: a long answer is told by the breath.
    """
    able, left = PROFILES[profile], t("the details") if details else None
    if profile is Profile.VOICE:
        parts, page, rest = _by_breath(parts, page, in_parts=in_parts)
        left = t("the rest") if rest else left
    out: list[Part] = []
    offered: tuple[Offer, ...] = ()
    for part in parts:
        if isinstance(part, Choices):
            # Whoever can speak need not hear a list first; who has nothing but keys hears it at once.
            menu = profile is Profile.VOICE and len(part.items) > able.page and part.items[0].payload.startswith(MENU)
            if menu and (page == 0 or left is not None):
                shown, offered = _menu(part, able, say, left)
            else:
                shown, offered = _choices(part, able, page - 1 if menu else page, say, left)
            if profile is Profile.VOICE:
                shown = altered(shown, text=_in_a_breath(part.text, shown.items, say))
            # How to key what is on no list comes last: most people find what they want before it.
            out.append(altered(shown, text=f"{shown.text} {part.entry}") if part.entry else shown)
        elif isinstance(part, Card) and (able.voice or not able.buttons):
            out.append(Words(card_text(part, able.voice, say)))
        elif isinstance(part, Card):
            out.append(altered(part, text=card_text(part, able.voice, say)))
        elif isinstance(part, Words):
            out.extend(Words(piece) for piece in pieces(part.text, able.text_limit))
        else:
            out.append(part)
    return tuple(out), offered


def _by_breath(parts: tuple[Part, ...], page: int, *, in_parts: bool) -> tuple[tuple[Part, ...], int, bool]:
    """What is heard on this page of an answer: its words by the breath first, then the pages of the question behind
    them; that question's page, and whether words are left."""
    if any(isinstance(part, Card) for part in parts):
        return parts, page, False
    words = [part.text for part in parts if isinstance(part, Words)]
    asked = tuple(part for part in parts if not isinstance(part, Words))
    breaths = told(words) if in_parts and asked else [words]
    last = len(breaths) - 1
    now = breaths[page] if page <= last else ()
    return (*(Words(one) for one in now), *asked), max(0, page - last), page < last


def card_text(card: Card, heard: bool, say: Say) -> str:
    """A card where none can be shown: lines to read, or sentences to hear."""
    if heard:
        rows = [say(t("{label}: {value}.", context="heard", label=label, value=value)) for label, value in card.rows]
        return " ".join([say(t("{title}.", context="heard", title=card.title)), *rows])
    rows = [say(t("{label}: {value}", label=label, value=value)) for label, value in card.rows]
    return "\n".join([card.title, *rows])


def _menu(part: Choices, able: Capabilities, say: Say, left: Text | None) -> tuple[Choices, tuple[Offer, ...]]:
    """Whoever knows what they want says it or keys it at once; the list is for whoever asks for it."""
    _, offered = _choices(part, able, 0, say)
    more = Choice(say(left or t("the choices")), "more", MORE_KEY)
    kept = tuple(one for one in offered if one.payload != more.payload)
    return altered(part, items=(more,)), (*kept, Offer(more.title, more.payload, more.key))


def _choices(
    part: Choices, able: Capabilities, page: int, say: Say, left: Text | None = None
) -> tuple[Choices, tuple[Offer, ...]]:
    own = [item for item in part.items if item.payload.startswith(OWN)]
    ordinary = [item for item in part.items if not (item in own or (able.voice and item.payload in FIXED))]
    # Where "more" has a key of its own it takes no place.
    size = able.page if able.voice or len(ordinary) <= able.page else able.page - 1
    pages = max(1, -(-len(ordinary) // size))
    first = (page % pages) * size
    shown = [altered(item, key=str(n)) for n, item in enumerate(ordinary[first : first + size], 1)]
    shown += [altered(item, key=item.payload.removeprefix(OWN)) for item in own]
    if able.voice:
        shown += [altered(item, key=FIXED[item.payload]) for item in part.items if item.payload in FIXED]
    if pages > 1:
        shown.append(Choice(say(t("more")), "more", MORE_KEY if able.voice else str(len(shown) + 1)))
    elif left is not None:
        shown.append(Choice(say(left), "more", MORE_KEY))
    offered = tuple(Offer(item.title, item.payload, item.key) for item in shown)
    return altered(part, text=_with_keys(part.text, shown, able, say), items=tuple(shown)), offered


def _in_a_breath(text: str, shown: Sequence[Choice], say: Say) -> str:
    """All of them in one sentence: what is said five times is heard once."""
    if not shown:
        return text
    first, *others = shown
    keys = [say(t("For {title}, press {key}", title=first.heard or first.title, key=first.key))]
    keys += [say(t("for {title}, {key}", context="key", title=one.heard or one.title, key=one.key)) for one in others]
    return " ".join([text, say(t("{keys}.", keys=say(t("; ", context="keys")).join(keys)))])


def _with_keys(text: str, shown: list[Choice], able: Capabilities, say: Say) -> str:
    """Meaning before key: people forget a key that was named before they knew what for."""
    if able.buttons or not shown:
        return text
    if able.voice:
        keys = [say(t("For {title}, press {key}.", title=item.heard or item.title, key=item.key)) for item in shown]
        return " ".join([text, *keys])
    if len(shown) > LONG:
        # A long list fills the screen of who came with one thing to say: it stands in a line or two.
        return "\n".join([text, say(t("; ", context="list")).join(f"{item.key} {item.title}" for item in shown)])
    return "\n".join([text, *(f"{item.key}. {item.title}" for item in shown)])
