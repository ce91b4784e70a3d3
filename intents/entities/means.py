"""By what, or where, somebody means to end their life, as they said it: whoever is on duty must see it (practice 9)."""

from __future__ import annotations

import re

from intents.patterns import later

_MEANS = later(
    r"安眠药|药(?=.{0,4}(?:在|抽屉|手里|床头|桌|备|攒))|农药|百草枯|敌敌畏|老鼠药|(?:一|整|好几|两|半)[瓶盒把]药|药(?:片|瓶)|吃药|吞药|喝药|烧炭|炭盆|开煤气|上吊|绳子|割腕|刀片|"
    r"美工刀|菜刀|刀|楼顶|天台|顶楼|窗台|窗边|阳台(?:上|边)|跳楼|跳下去|跳河|跳江|跳桥|桥上|江边|河边|湖边|铁轨"
    r"|"
    r"\b(?:pills?|tablets|overdose|poison|pesticide|rope|noose|hang(?:ing)? myself|knife|razor|blade|gun|charcoal|"
    r"gas oven|roof(?:top)?|ledge|window ?sill|balcony|bridge|river|railway|train tracks|jump(?:ing)?)\b",
    re.IGNORECASE,
)


def read_means(text: str) -> dict[str, str | None]:
    """`means`: each of them once, as it was said, one a line. It decides nothing."""
    found = dict.fromkeys(match.group() for match in _MEANS.finditer(text))
    return {"means": "\n".join(found)} if found else {}
