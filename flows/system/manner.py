"""How we talk: slower, or in another language; both are kept for the next time."""

from __future__ import annotations

import re

from bot.contract.flow import Do, Flow, Outcome, Turn
from bot.contract.text import t

_NAMES = (
    ("en", re.compile(r"english|英文|英语|英語|yingwen|yingyu", re.IGNORECASE)),
    ("zh_Hans", re.compile(r"chinese|mandarin|putonghua|中文|汉语|漢語|普通话|国语|zhongwen", re.IGNORECASE)),
)
_OTHER = {"en": "zh_Hans", "zh_Hans": "en"}


def slower(turn: Turn) -> Outcome:
    return Outcome(say=(t("Of course. I will take it slowly."),), slow=True)


def change_language(turn: Turn) -> Outcome:
    """To the language named; with none named, to the other one of the two we speak."""
    said = turn.message.text
    named = next((language for language, pattern in _NAMES if pattern.search(said)), None)
    current = turn.conversation.language or "zh_Hans"
    if named is None and turn.understanding.language != current:
        named = turn.understanding.language
    if named is None and _names_another(said):
        return Outcome(say=(t("I speak Chinese and English. 我会说中文和英文。"),))
    return Outcome(say=(t("We go on in English."),), language=named or _OTHER[current])


_STRANGERS = re.compile(
    r"(日|韩|法|德|俄|粤|闽|泰|葡|意|越南|西班牙|阿拉伯|上海|四川|客家)(语|文|话)|广东话|白话|闽南话"
    r"|japanese|korean|french|german|russian|cantonese|spanish|arabic|thai|hindi|portuguese|italian|vietnamese",
    re.IGNORECASE,
)


def _names_another(said: str) -> bool:
    return bool(_STRANGERS.search(said))


FLOWS = (
    Flow("slower", 1, t("Slower"), ("slower",), steps=(Do("run", slower),), aside=True),
    Flow("change_language", 1, t("Language"), ("change_language",), steps=(Do("run", change_language),), aside=True),
)
