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
    "\u90a3\u4e2a|\u8fd9\u4e2a|\u4e0d\u7528|\u4e0d\u8981|\u5df2\u7ecf|\u81ea\u5df1|\u574f\u4e86|\u597d\u4e86|\u4fee\u4e86|\u62a5\u4fee|\u7ef4\u4fee|\u4fee\u7406|\u6211\u5bb6|\u5bb6\u91cc|\u600e\u4e48|\u4ec0\u4e48|\u5feb\u70b9|\u5e08\u5085|\u4e00\u4e0b|\u8fd8\u6ca1|\u6ca1\u6709|\u53d6\u6d88|\u64a4\u9500"
    "|[\u4e86\u7684\u4e2a\u6211\u4e5f\u5427\u4e0d\u5c31\u662f\u6709\u6ca1\u4eba\u5728\u90fd\u5f88\u8fd8\u53c8\u4f1a\u80fd\u8981\u60f3\u7b49\u627e\u6765\u53bb\u8bf4\u770b\u5230\u8fd9\u90a3\u4f60\u4ed6\u5979\u4eec\u5bb6\u597d"
    "\u4e00\u4e8c\u4e09\u56db\u4e94\u516d\u4e03\u516b\u4e5d\u5341\u4e24\u5929\u6708\u65e5\u5e74\u5468\u53f7\u70b9\u534a\u4eca\u660e\u6628\u665a\u65e9\u5348\u624d]"
)


def shared(one: str, other: str) -> int:
    """Words that both have: of English whole words, of Chinese single characters that carry a meaning."""
    return len(_pieces(one) & _pieces(other))


def _pieces(text: str) -> set[str]:
    folded = text.casefold()
    words = {word for word in _WORD.findall(folded) if word not in _USUAL}
    return words | set("".join(_HAN.findall(_USUAL_HAN.sub(" ", folded))))


def likest(said: str, candidates: list[str], least: int = 1) -> int | None:
    """Which of several is meant, None where it is not one alone or shares less than this."""
    scores = [shared(said, text) for text in candidates]
    best = max(scores, default=0)
    return scores.index(best) if best >= least and scores.count(best) == 1 else None
