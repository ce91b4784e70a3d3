"""How long it takes to say something on the telephone, at the pace of a service line; no synthesiser is asked.

Held against espeak-ng by `make ears`, which prints how far the two are apart.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

# Seconds of one sentence group, at most.
LONGEST = 12.0
_SYLLABLE = re.compile(r"[aeiouy]+", re.IGNORECASE)
_WORD, _HAN = re.compile(r"[A-Za-z']+"), re.compile(r"[\u4e00-\u9fff]")
_SENTENCE, _CLAUSE = re.compile(r"[.!?。！？](?=\s|$|[^\d])"), re.compile(r"[,;:，；：、]")
# Said with two syllables.
_LONG_DIGITS = frozenset("07")


@dataclass(frozen=True, slots=True)
class Pace:
    """Seconds, at the pace of voices.yml. unit: of a character or a syllable; digit: of one; sentence, clause: of the
    breath behind it."""

    unit: float
    digit: float
    sentence: float
    clause: float


CHINESE, ENGLISH = Pace(0.255, 0.22, 0.3, 0.15), Pace(0.21, 0.25, 0.52, 0.31)


def seconds(text: str) -> float:
    han, words = len(_HAN.findall(text)), _WORD.findall(text)
    pace = CHINESE if han > len(words) else ENGLISH
    digits = sum(2 if one in _LONG_DIGITS and pace is ENGLISH else 1 for one in text if one.isdigit())
    syllables = sum(max(1, len(_SYLLABLE.findall(re.sub(r"e\b", "", word) or word))) for word in words)
    # Behind the last word nobody waits for a breath.
    said = text.rstrip(" .!?。！？;；,，")
    breaths = len(_SENTENCE.findall(said)) * pace.sentence + len(_CLAUSE.findall(said)) * pace.clause
    return han * CHINESE.unit + syllables * ENGLISH.unit + digits * pace.digit + breaths
