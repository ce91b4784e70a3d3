"""By what, or where, somebody means to end their life, as they said it: whoever is on duty must see that apart from the
words, since it changes whom to send (practice 9). It decides nothing, and nobody is asked about it.
"""

from __future__ import annotations

import re

from backend.services import alarm_history
from bot.contract.flow import Turn

_ZH = (
    r"安眠药|农药|百草枯|敌敌畏|老鼠药|(?:一|整|好几|两|半)[瓶盒把]药|药(?:片|瓶)|吃药|吞药|喝药|烧炭|炭盆|开煤气|上吊|绳子|割腕|刀片|"
    r"美工刀|菜刀|刀|楼顶|天台|顶楼|窗台|窗边|阳台(?:上|边)|跳楼|跳下去|跳河|跳江|跳桥|桥上|江边|河边|湖边|铁轨"
)
_EN = (
    r"\b(?:pills?|tablets|overdose|poison|pesticide|rope|noose|hang(?:ing)? myself|knife|razor|blade|gun|charcoal|"
    r"gas oven|roof(?:top)?|ledge|window ?sill|balcony|bridge|river|railway|train tracks|jump(?:ing)?)\b"
)
_MEANS = re.compile(f"{_ZH}|{_EN}", re.IGNORECASE)


def named(text: str) -> tuple[str, ...]:
    """Each once, in the words in which it was said."""
    return tuple(dict.fromkeys(found.group() for found in _MEANS.finditer(text)))


def note(turn: Turn, key: str) -> None:
    """Each of them once in the alarm's history."""
    for one in named(turn.message.text):
        cause = f"{alarm_history.MEANS}:{key}:{one.casefold()}"[:200]
        alarm_history.add(turn.db, key, alarm_history.MEANS, "", one, cause, turn.now)
