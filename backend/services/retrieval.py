"""Which entry a question is about: shared pairs of characters and words, the rare ones counting most."""

from __future__ import annotations

import math
import re
from collections import Counter
from collections.abc import Sequence
from pathlib import Path

_HAN_RUN = re.compile(r"[\u4e00-\u9fff]+")
# A word, without what an apostrophe makes of two: of "what's on" no "s" is left to be found anywhere.
_WORD = re.compile(r"(?<!['\u2019])\b(?:[a-z]*\d[a-z0-9]*|[a-z]{2,})")
# Words that every question has; they tell nothing about what it asks.
_STOP = frozenset(
    "a an the is are am do does did i you we my your our me us it its to of in on at for from by with and or as so "  # noqa: SIM905 - fifty words, read as words
    "what which who how when where why can could may must should will would there here need want like get have "
    "has be been any some this that please about if not no into out up off new tell know am able apply rule rules "
    "long take takes time document documents paper papers policy allowed legal".split()
)
# What every Chinese question is made of; the pairs are drawn from what is left.
_ASKING = re.compile(Path(__file__).with_suffix(".txt").read_text(encoding="utf-8").strip())
# The smallest share of a question's weight that must be found in an entry before it counts as an answer.
ENOUGH = 0.34
# What a word weighs that no entry has.
UNKNOWN = 1.0


def features(text: str) -> Counter[str]:
    """Pairs of Han characters, and stemmed Latin words."""
    folded = text.casefold()
    found: Counter[str] = Counter()
    for run in _HAN_RUN.findall(_ASKING.sub(" ", folded)):
        found.update(run[n : n + 2] for n in range(len(run) - 1))
        if len(run) == 1:
            found[run] += 1
    for word in _WORD.findall(folded):
        if word not in _STOP:
            found[_stem(word)] += 1
    return found


def _stem(word: str) -> str:
    if word.endswith("es") and not word.endswith(("ses", "xes", "zes", "ches", "shes", "ies")):
        word = word[:-1]  # "outages" is "outage", but "dishes" is "dish"
    for ending in ("ies", "ing", "ed", "es", "s"):
        if word.endswith(ending) and len(word) - len(ending) >= 3:
            return word[: -len(ending)] + ("y" if ending == "ies" else "")
    return word


def unknown(feature: str, rare: float) -> float:
    """What a word weighs that no entry has, where it must be plain what is asked: of Latin as much as a rare one; of
    two characters that may belong to two words half of that."""
    return rare if feature.isascii() else max(UNKNOWN, rare / 2)


def rank(
    question: str, entries: Sequence[str], enough: float = ENOUGH, *, plain: bool = False
) -> list[tuple[int, float]]:
    """(index, score) of the entries that answer the question, best first; none when it is about something else.

    The score is the share of the question's weight that the entry covers: a word that no entry has weighs
    something, so that a question about something else finds nothing; with `plain` as much as a rare one.
    """
    asked = features(question)
    known = [features(entry) for entry in entries]
    spread = Counter(feature for entry in known for feature in entry)
    rare = math.log(1 + len(known))
    strange = {f: unknown(f, rare) if plain else UNKNOWN for f in asked}
    weight = {f: math.log(1 + len(known) / spread[f]) if spread[f] else strange[f] for f in asked}
    total = sum(weight.values())
    if not total:
        return []
    scores = [(n, sum(weight[f] for f in asked if f in entry) / total) for n, entry in enumerate(known)]
    return sorted(((n, s) for n, s in scores if s >= enough), key=lambda found: -found[1])
