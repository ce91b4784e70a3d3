"""What the desk has written down about the things one arranges here, for what is asked while one of them is open."""

from __future__ import annotations

import math
import re
from collections import Counter
from dataclasses import dataclass
from functools import lru_cache
from operator import attrgetter

from backend.services import written
from backend.services.board import Item
from backend.services.retrieval import features, unknown
from bot.contract.flow import Turn
from bot.contract.onfile import Written
from bot.contract.text import Text, t
from flows.questions import aspects, desk, everything, until_help

KIND = "answer"
# So much of what is asked must stand in an entry; and so much, in two words at least, before nothing else is looked at.
LIKELY, SURE = 0.55, 0.6
TWO = 2
# What is asked of the thing, as against a word that is used for it; and how far before the next one the likeliest is.
ASPECT, AHEAD, BESIDE, WHOLLY = 2.0, 0.1, 0.5, 0.95
# Two signs that no entry has are mostly the end of one word and the beginning of the next.
STRAY = 0.3
# What may be asked of anything at all.
VAGUE = frozenset({"@hours", "@price", "@howlong", "@evening", "@weekend", "@soon"})
# What is asked after by the way, in the middle of anything.
PLACES = frozenset(
    f"@{name}" for name in ("parcel", "gym", "pool", "library", "playground", "canteen", "clinic", "weather", "toilet")
)
# So much may be asked in one breath.
BRIEFEST = 6
_BREATH = re.compile(r"[,;.\uff0c\uff1b\u3002]+\s*(?=\S)|(?<=[\u4e00-\u9fff])\s+(?=[\u4e00-\u9fff])")
# Who or when it is about tells nothing of what is asked.
_ABOUT = re.compile(
    r"\b(?:s?he|they|her|his|him|them|their|someone|somebody|anyone|anybody|one|also|really|actually|just|still|then"
    r"|possible|possibly|three|about|(?:plumber|worker|electrician|technician|cleaner|helper)s?|repairm[ae]n|works?|working|got|let|use|per|way|thing|happens?|going|sure|today|tomorrow|tonight|okay|ok|yes|no|well|oh|hi|hello|thanks)\b"
    r"|\u5979\u4eec?|\u4ed6\u4eec?|\u5979|\u5b83|\u5e08\u5085|\u963f\u59e8|\u8fd9\u4e2a|\u90a3\u4e2a|\u8fd8\u662f|\u987a\u4fbf|\u4e00\u4e0b|\u7684\u8bdd|\u6709\u6ca1\u6709?|\u6ca1\u6709|\u4f1a\u4e0d\u4f1a|\u8981\u4e0d\u8981|\u7528\u4e0d\u7528",
    re.IGNORECASE,
)


# Small Chinese words, which have no spaces around them: come and fetch, go and see, work; can, may, want, is, have,
# then, I, you, the particles.
_SMALL = re.compile(
    "[\u6765\u53bb][\u6536\u4fee\u62ff\u53d6\u9886\u9001\u529e\u770b]|\u5e72\u6d3b|\u4e0a\u5de5|\u51fa\u5de5|\u80fd\u4e0d\u80fd|\u80fd\u5426|\u53ef\u4ee5|\u53ef\u4e0d\u53ef|\u662f\u4e0d\u662f|\u9700\u8981|\u91cc\u9762|\u91cc\u5934|\u80fd[\u597d\u6765]|\u8fd9\u91cc|\u90a3\u91cc|\u8fd9\u8fb9|\u90a3\u8fb9|[\u6709\u80fd\u4f1a\u8981\u4e0d\u5417\u5462\u554a\u5440\u4e48\u5427\u6211\u4f60\u60a8\u4eec\u90a3\u5c31\u8fd8\u4e5f\u90fd\u5f97]"
)
# The same hundred lines are asked of at every question.
_features = lru_cache(maxsize=1024)(features)


@dataclass(frozen=True, slots=True)
class _Likest:
    """share: how much of the question the entry covers; hits: in how many words, of which `words` are its own and not
    only what is asked of anything, vague where all of them might be asked of it, loose where it is one sign among other
    words; at: which it is; ahead: how far before the next one, which stands at `next`."""

    share: float = 0.0
    hits: int = 0
    words: int = 0
    vague: bool = False
    at: int = 0
    ahead: float = 0.0
    next: int = -1
    loose: bool = False


_BEST = attrgetter("share", "hits")


def known(turn: Turn, flow: str) -> Written | None:
    """What answers the question about that flow, or about anything where none is named; None where nothing plainly
    does."""
    if not flow:
        return everything.known(turn)
    advice = until_help.known(turn, str(turn.values["_urgent"])) if "_urgent" in turn.values else None
    if advice is not None:
        return Written(advice, sure=True)
    entries = _entries(turn, flow)
    known = [_known(item) for item in entries]
    first = max((_likest(_asked(part, flow, known), known, least) for part, least in _parts(turn)), key=_BEST)
    kind = _kind(turn)
    if first.share < LIKELY:
        of_kind = next((item for item in entries if kind and kind in item.data.get("kinds", ())), None)
        return Written(_said(turn, of_kind), sure=False) if of_kind is not None else None
    if first.share < WHOLLY and (other := _elsewhere(turn, entries)) is not None:
        return other
    if (first.vague and first.share < WHOLLY) or first.loose:
        return None  # "when does the supermarket close?", in the middle of a booking with hours of its own
    data, plain = entries[first.at].data, first.hits >= TWO
    fits = plain or not kind or kind in (*data.get("kinds", ()), *data.get("though", ()))
    sure = first.share >= SURE and fits and (first.ahead >= AHEAD or _alike(entries, first))
    told, topic = _said(turn, entries[first.at]), str(data.get("as", ""))
    return Written(told, sure, topic, plain=plain and first.words > 0, narrow="given" in data)


def _elsewhere(turn: Turn, entries: list[Item]) -> Written | None:
    """ "And when does the parcel room close?", in the middle of a booking: of a thing that nothing here is about."""
    other = everything.find(turn, turn.message.text)
    if other is None or not other.sure:
        return None
    here = {word for item in entries for word in written.words_of(str(item.data["words"]))}
    named = written.things_of(turn.message.text, str(other.item.data["words"])) - here
    if not named & PLACES:
        return None
    return Written(everything.told(turn, other), sure=True, share=other.score, plain=True)


def _entries(turn: Turn, flow: str) -> list[Item]:
    """What holds at this point: of this errand, and of what was begun with these values; the narrower first."""
    errand = str(turn.values.get("errand", "")) or turn.understanding.extra.get("errand", "")
    matter = str(turn.values.get("matter", ""))
    top = turn.conversation.top
    opens = top is not None and top.awaiting is None and turn.case_no is None  # nothing was asked yet

    def holds(item: Item) -> bool:
        of, given = item.data.get("of"), item.data.get("given", ())
        return (
            (flow in of if isinstance(of, list) else of == flow)
            and errand in item.data.get("errands", (errand,))
            and matter in item.data.get("matters", (matter,))
            and not (item.data.get("within") and opens)
            and all(_stands(turn, name) for name in given)
            and not any(_stands(turn, name) for name in item.data.get("unless", ()))
        )

    return [item for item in desk.items(turn, KIND) if holds(item)]


def _stands(turn: Turn, given: str) -> bool:
    """Whether one of these values is there: "_looked", "_want=dispute", or either of them with a bar between."""
    return any(
        name in turn.values and (not value or str(turn.values[name]) == value)
        for name, _, value in (one.partition("=") for one in given.split("|"))
    )


def _known(item: Item) -> Counter[str]:
    return _features(str(item.data["words"])) + Counter(f"@{name}" for name in item.data.get("about", ()))


def _alike(entries: list[Item], first: _Likest) -> bool:
    """Both tell the same, what the flow knows itself under one name; or one is of what was begun, and so meant."""
    one, other = (entries[at].data for at in (first.at, first.next))
    narrower = first.share >= WHOLLY and "given" in one and "given" not in other
    return narrower or ("as" in one and one["as"] == other.get("as"))


def _parts(turn: Turn) -> tuple[tuple[str, int], ...]:
    """The words, and the last breath of them without the time they tell: what leads to a question says why it is asked.
    Of a part at least two words must be known."""
    text = turn.message.text
    rest = text
    for entity in turn.understanding.entities:
        rest = rest.replace(entity.text, " ") if entity.name == "when" else rest
    last = _BREATH.split(rest.strip())[-1]
    parts = (rest, last) if len(last) >= BRIEFEST else (rest,)
    heard = turn.understanding.clauses
    asking = [part.said for part in heard if part.said and {"asks_back", "question"} & set(part.extra)]
    # What asks among what is told, taken together.
    parts = (*parts, " ".join(asking)) if asking and len(asking) < len(heard) else parts
    return ((text, 0), *((part, TWO) for part in parts if part != text))


def _asked(text: str, flow: str, known: list[Counter[str]]) -> set[str]:
    """What is asked of, without the small words that make a question of it. A sign alone stands in many words; it
    counts where nothing else is said beside it. The name of the matter alone ("where do I vote?") asks nothing that
    only one entry answers."""
    named, left = aspects.asked(text, (word for entry in known for word in entry if word.startswith("@")))
    found: set[str] = set()
    for part in _SMALL.split(_ABOUT.sub(" ", left)):
        said = set(features(part))
        found |= {f for f in said if len(f) > 1} or said
    return (found - set(features(flow.replace("_", " ")))) | named


def _said(turn: Turn, item: Item) -> Text:
    return t("{name}", name=desk.said(turn, item, "answer"))


def _kind(turn: Turn) -> str:
    """Of which kind the question is, as flows answer them themselves: what it costs, how long it takes."""
    extra = turn.understanding.extra
    return extra.get("topic") or extra.get("follow") or ""


def _likest(asked: set[str], entries: list[Counter[str]], least: int) -> _Likest:
    """The entry with the largest share of the question's weight, the rare words counting most, and what is asked of it
    more than they.

    least: so many words must be found."""
    spread = Counter(feature for entry in entries for feature in entry)
    rare = math.log(1 + len(entries))
    # Beside what is asked of the thing, words that nobody wrote down tell why it is asked.
    strange = BESIDE if any(f.startswith("@") for f in asked) else 1.0
    weight = {f: _weight(f, spread[f], len(entries), rare * strange, strange) for f in asked}
    total = sum(weight.values()) or 1.0
    hits = [[f for f in asked if f in entry] for entry in entries]
    plain = [len(hit) + sum(f.startswith("@") for f in hit) for hit in hits]
    shares = sorted(
        ((sum(weight[f] for f in hit) / total, plain[n], n) for n, hit in enumerate(hits) if plain[n] >= least),
        reverse=True,
    )
    if not shares:
        return _Likest()
    (share, count, at), second = shares[0], shares[1] if len(shares) > 1 else (0.0, 0, -1)
    own = sum(not f.startswith("@") for f in hits[at])
    loose = any(len(f) > 1 for f in asked) and all(len(f) == 1 for f in hits[at])
    return _Likest(share, count, own, set(hits[at]) <= VAGUE, at, share - second[0], second[2], loose)


def _weight(word: str, entries: int, of: int, rare: float, strange: float) -> float:
    if word.startswith("@"):
        return ASPECT * math.log(1 + of / entries)
    if not entries and word in written.COMMON:
        return 0.0
    if entries:
        return math.log(1 + of / entries)
    return unknown(word, rare) if word.isascii() or strange == 1.0 else rare * STRAY
