"""Reads what a message points at among things that were shown ("the lift one"), and whether it holds bare values."""

from __future__ import annotations

from collections.abc import Iterable

from bot.contract.understanding import Entity
from intents.entities.chosen import read_choice
from intents.entities.heads import read_heads
from intents.entities.plates import plate_alone
from intents.normalise import fold
from intents.patterns import later

_LONGEST = 40
_EDGES = " .,!?~"
_POINTED = later(
    r"(?:the |that |about |no,? |ok,? |yes,? |i mean |(?:i|she|he|we|they)(?:'ll| will|'d)? (?:have|take|like|want|go for|prefer) (?:the |that ))*(?P<en>[a-z][a-z -]{1,24}?) (?:one|thing|vote|notice|option)s?"
    r"|(?:是|就|要|问|说|看|选|讲|关于|那个?|我)*(?P<han>[\w]{1,8}?)(?:的)?"
    r"(?:那个|那项|那条|那一?(?:个|项|条|份)|这个|这项|的)(?:吧|啊|呢|嘛)?"
)
# What stands around a bare value: "有下午的吗", "anything in the afternoon?", "his name is …".
_FILLER = later(
    r"(?:名字|姓名)(?:叫|是)?|叫做?|姓|给|帮|替|约|挂|他|她|才|都|在家|大概|大约|左右|差不多|有人|有空|方便|客人|访客|有没有|算了|要不|还是|有|的话|的|吗|呢|吧|那么?|行不?行?|可以|能不能|能|是|我|要|就|还|好|也|嗯|哦|啊"
    r"|\b(?:anything|any|something|in|the|at|on|for|please|then|is|are|there|possible|ok|okay|maybe|around|about|so|and|actually|make|hmm|wait|oh"
    r"|it|a|an|s|his|her|their|our|my|names?|called|guest|visitor|friend|cousin|ask|he|she|they|one|mean)\b"
)
LEFT_OVER = 2
# A plate that is spelled out is no longer.
PLATED = 100


def read_plain(short: str, text: str, found: Iterable[Entity]) -> dict[str, str]:
    """What a plain answer tells, whatever stands around it: which one, how many, at what hour."""
    plate = plate_alone(fold(short).strip()) if len(short) <= PLATED else ""
    return read_choice(short) | read_heads(text, found) | ({"plate_like": plate} if plate else {})


def read_pointing(text: str, found: Iterable[Entity], whom: str | None = None) -> dict[str, str]:
    """`pointed`: the word by which one of several is pointed at; `mere`: nothing stands beside the values.

    whom: the words for somebody of the family, who is a value too.
    """
    folded = fold(text).strip(_EDGES)
    if len(folded) > _LONGEST:
        return {}
    match = _POINTED.fullmatch(folded)
    shown = {} if match is None else {"pointed": match["en"] or match["han"]}
    rest, values = (text, False) if whom is None else (fold(text).replace(whom, " "), True)
    for entity in found:
        rest, values = rest.replace(entity.text, " "), True
    bare = values and sum(char.isalnum() for char in _FILLER.sub(" ", fold(rest))) < LEFT_OVER
    return {**shown, "mere": "yes"} if bare else shown
