"""Which of all that is written down a question asks for: what people call a thing in many ways counts as one word."""

from __future__ import annotations

import math
import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from backend.services import retrieval

# One line for each thing: its name, and what else it is called, in both languages.
_ALIKE = tuple(
    (name, re.compile(words, re.IGNORECASE))
    for name, words in (
        line.split("\t") for line in (Path(__file__).with_name("alike.txt")).read_text(encoding="utf-8").splitlines()
    )
)
# What is asked about a thing, and is none itself.
_ASPECTS = frozenset(
    {"@hours", "@cost", "@where", "@long", "@phone", "@weekend", "@night", "@pay", "@how", "@who", "@asks", "@each"}
)
# What one asks of a place by the way.
_SOUGHT = frozenset({"@hours", "@where", "@cost", "@weekend"})
# Words of every talk say nothing of what is asked.
_SAID = (
    "actually also anything anywhere around back bit bring case come does doesn done else even ever "
    "everyone end ends ended ending find finish gets give go goes going good happen happens help hi hello hey house "
    "home i'd ill im "
    "just keep kind let like look lot lots made make many maybe mean more much nearest next now number "
    "ok okay one only ours own part people place plan planning think thinking getting about please put "
    "really right same say see she he they them their her his him us someone somebody something soon "
    "still sure tell than thanks that theres thing things today tomorrow two use used using usually very "
    "wants was well went whats whos won work yes yet yours youre don isn aren wasn dont doesnt cant ive were weve way "
    "every each other another again set least near nearby list left hour hours broken reached reach last "
    "new minute minutes day days time times week month year clock write ask asked call called "
    "question turned different subject totally anyway tonight again supposed suppose before monday tuesday wednesday "
    "thursday friday fridays six seven eight nine ten eleven twelve but "
)
COMMON = frozenset(word for said in _SAID.split() for word in (said, *retrieval.features(said)))
# What an entry that holds nothing else gains by fitting closely: only where two fit alike.
_CLOSELY = 0.08
_UNKNOWN_HAN = 0.4


@lru_cache(maxsize=2048)
def words_of(text: str) -> Counter[str]:
    """Things by their common name, and of the rest the pairs and words of `retrieval`."""
    rest, found = text.casefold(), Counter[str]()
    for name, pattern in _ALIKE:
        rest, hits = pattern.subn(" ", rest)
        if hits:
            found[f"@{name}"] += hits
    # A sign alone stands in many words.
    found.update({word: n for word, n in retrieval.features(rest).items() if word.isascii() or len(word) > 1})
    return found


@lru_cache(maxsize=16)
def _indexed(entries: tuple[str, ...]) -> tuple[tuple[Counter[str], ...], Counter[str]]:
    known = tuple(words_of(entry) for entry in entries)
    return known, Counter(word for entry in known for word in entry)


@dataclass(frozen=True, slots=True)
class Hit:
    """at: which entry; share: how much of the question it covers, a little more where the entry holds little else;
    words: in how many words of it; rare: the fewest entries that have one of them; all_named: it is about nothing but
    a thing that the entry is about, whatever is asked of it; astray: of the things that are named it has none."""

    at: int
    share: float
    words: int
    rare: int
    all_named: bool = False
    astray: bool = False


def things_of(question: str, entry: str) -> frozenset[str]:
    """Of what the question and the entry share what names a thing."""
    return frozenset((words_of(question).keys() & words_of(entry).keys()) - _ASPECTS - COMMON)


def found(question: str, entries: Sequence[str], also: frozenset[str] = frozenset()) -> list[Hit]:
    """Best first; none that shares but what is asked of a thing. also: things that are spoken of already."""
    known, spread = _indexed(tuple(entries))
    asked = [word for word in {**words_of(question), **dict.fromkeys(also)} if word not in COMMON]
    rare = math.log(1 + len(known))
    weight = {w: _weight(w, spread[w], len(known), rare) for w in asked}
    total = sum(weight.values())
    scored = list[Hit]()
    for at, entry in enumerate(known):
        hits = [w for w in asked if w in entry]
        if total and any(w not in _ASPECTS for w in hits):
            share = sum(weight[w] for w in hits) / total
            closely = 1 + _CLOSELY * len(hits) / len(entry) ** 0.5
            named = [w for w in asked if w.startswith("@") and w not in _ASPECTS]
            plain = [w for w in asked if not w.startswith("@") and (w.isascii() or spread[w] > 1)]
            wholly = (
                bool(_SOUGHT & set(asked)) and len(named) == 1 and named[0] in entry and all(w in entry for w in plain)
            )
            astray = any(spread[w] for w in named) and not any(w in entry for w in named)
            scored.append(Hit(at, share * closely, len(hits), min(spread[w] for w in hits), wholly, astray))
    return sorted(scored, key=lambda hit: -hit.share)


def _weight(word: str, entries: int, of: int, rare: float) -> float:
    if entries:
        return math.log(1 + of / entries)
    return rare if word.isascii() else rare * _UNKNOWN_HAN
