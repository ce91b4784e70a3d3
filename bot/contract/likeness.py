"""How much two sayings share, so that "the lamp one" finds the report of a lamp among others."""

from __future__ import annotations

import re

_HAN = re.compile(r"[\u4e00-\u9fff]+")
_WORD = re.compile(r"[a-z]{3,}")
# What every report says.
_USUAL = frozenset(
    {"the", "and", "not", "for", "was", "has", "have", "are", "that", "this", "with", "one", "does", "don", "doesn"}
    | {"isn", "please", "need", "want", "yes", "now", "just", "can", "you", "fix", "fixed", "repair", "broken"}
    | {"report", "still"}
)
_USUAL_HAN = re.compile(
    "那个|这个|不用|不要|已经|自己|坏了|好了|修了|报修|维修|修理|我家|家里|怎么|什么|快点|师傅|一下|还没|没有|取消|撤销"
    "|了|的|个|我|也|吧"
)


def shared(one: str, other: str) -> int:
    """Words that both have: of English whole words, of Chinese single characters that carry a meaning."""
    return len(_pieces(one) & _pieces(other))


def _pieces(text: str) -> set[str]:
    folded = text.casefold()
    words = {word for word in _WORD.findall(folded) if word not in _USUAL}
    return words | set("".join(_HAN.findall(_USUAL_HAN.sub(" ", folded))))


def likest(said: str, candidates: list[str]) -> int | None:
    """Which of several is meant, None where it is not one alone."""
    scores = [shared(said, text) for text in candidates]
    best = max(scores, default=0)
    return scores.index(best) if best and scores.count(best) == 1 else None
