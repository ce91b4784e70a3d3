"""How long something takes to say on the telephone, and where a breath ends: what is heard is told by the breath."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass

# Seconds of one breath, at most: what is longer is not remembered. What is reckoned may take a little longer when it is
# spoken, so words are parted a little before. For less than a tail nobody asks again.
LONGEST, PARTED, TAIL = 12.0, 11.5, 3.5
_SYLLABLE = re.compile(r"[aeiouy]+", re.IGNORECASE)
_WORD, _HAN = re.compile(r"[A-Za-z']+"), re.compile(r"[\u4e00-\u9fff]")
_SENTENCE, _CLAUSE = re.compile(r"[.!?。！？](?=\s|$|[^\d])"), re.compile(r"[,;:，；：、]")
# Where a breath may end: behind a sentence, and where one is too long behind half of it.
_ENDS = re.compile(r"(?<=[.!?;])\s+|(?<=[。！？；])\s*")
_HALVES = re.compile(r"(?<=[,:])\s+|(?<=[，：])\s*")
# Said with two syllables.
_LONG_DIGITS = frozenset("07")


@dataclass(frozen=True, slots=True)
class Pace:
    """Seconds, at the pace of a service line. unit: of a character or a syllable; digit: of one; sentence, clause: of
    the pause behind it."""

    unit: float
    digit: float
    sentence: float
    clause: float


CHINESE, ENGLISH = Pace(0.255, 0.22, 0.3, 0.15), Pace(0.21, 0.25, 0.52, 0.31)


def seconds(text: str) -> float:
    """Reckoned from what is heard of it; held against a synthesiser by `make ears`, which prints how far they are
    apart."""
    han, words = len(_HAN.findall(text)), _WORD.findall(text)
    pace = CHINESE if han > len(words) else ENGLISH
    digits = sum(2 if one in _LONG_DIGITS and pace is ENGLISH else 1 for one in text if one.isdigit())
    syllables = sum(max(1, len(_SYLLABLE.findall(re.sub(r"e\b", "", word) or word))) for word in words)
    # Behind the last word nobody waits for a breath.
    said = text.rstrip(" .!?。！？;；,，")
    breaths = len(_SENTENCE.findall(said)) * pace.sentence + len(_CLAUSE.findall(said)) * pace.clause
    return han * CHINESE.unit + syllables * ENGLISH.unit + digits * pace.digit + breaths


def breaths(text: str) -> list[str]:
    """The same words, cut behind sentences where they are longer than a breath."""
    if seconds(text) <= PARTED:
        return [text]
    pieces = [piece for sentence in _ENDS.split(text) for piece in _parted(sentence) if piece]
    glue = "" if text and _HAN.search(text) else " "
    return _filled(pieces, glue.join)


def told(texts: Sequence[str]) -> list[list[str]]:
    """Several texts by the breath; each stays whole where it can. The first breath is never longer."""
    rooms: list[list[str]] = []
    for piece in (piece for text in texts for piece in breaths(text)):
        if rooms and sum(map(seconds, rooms[-1])) + seconds(piece) <= PARTED:
            rooms[-1].append(piece)
        else:
            rooms.append([piece])
    if len(rooms) > 2 and sum(map(seconds, rooms[-1])) <= TAIL:
        rooms[-2:] = [[*rooms[-2], *rooms[-1]]]
    return rooms


def _parted(sentence: str) -> list[str]:
    return [sentence] if seconds(sentence) <= PARTED else _HALVES.split(sentence)


def _filled(pieces: Sequence[str], join: Callable[[list[str]], str]) -> list[str]:
    rooms: list[list[str]] = []
    for piece in pieces:
        if rooms and seconds(join([*rooms[-1], piece])) <= PARTED:
            rooms[-1].append(piece)
        else:
            rooms.append([piece])
    return [join(one) for one in rooms]
