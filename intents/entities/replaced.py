"""One thing said instead of another: "not the tap, the shower", "不是水龙头，是花洒"; what it corrects knows the talk."""

from __future__ import annotations

import re
from collections.abc import Iterator

from intents.patterns import later

LONGEST = 70
_ZH_LEAD = r"(?:哦|噢|啊|呃|哎|唉|那个|等等|等下|不好意思|抱歉|对不起|不对|错了|我?(?:说|打|写|搞|看)错了?|[\s,.!。])*"
_ZH_END = r"(?:才对|的问题|那里|啊|呀|呢|哈|的|了|[\s.!。])*"
_EN_LEAD = (
    r"(?:(?:oh|er|uh|um|no|nope|sorry|wait|oops|actually|i mean|i meant|hang on|my bad|correction|it's|its|it is|that's"
    r"|should be|i said it wrong|mistake)\b[\s,.!-]*)*"
)
_ARTICLE = r"(?:in )?(?:the|my|our|a|an) "
_BUT = r"(?:(?:but|it's|its|it is|i mean|i meant|rather|just)\s+)"
# What stands after "not" in other sentences: "not working", "not sure".
_NO_THING = r"(?!(?:working|sure|now|yet|urgent|fixed|there|mine|much|that|really|at|so|today|tomorrow|only|just|all|any|right|correct|true|it|what|quite|yet|necessary|possible)\b)"
_NO_SUBJECT = r"(?!(?:it|its|it's|this|that|is|no|not|sorry|oh|i|you|we|he|she|they|there|please|do|does|can|why|that's|thats|nope|well)\b)"
_NO_VERB = r"(?<!\bis)(?<!\bare)(?<!\bwas)(?<!\bdo)(?<!\bdoes)(?<!\bcan)(?<!\bwill)(?<!\bhas)(?<!\bhave)(?<!\bi'm)"
_X, _Y = r"(?P<x>\w[\w' -]{1,29}?)", r"(?P<y>\w[\w' -]{1,39}?)"
_PATTERNS = tuple(
    later(source)
    for source in (
        rf"{_ZH_LEAD}不是(?:那个)?(?P<x>[^,.\s]{{1,12}}?)(?:坏了?|堵了?|漏)?[\s,.]*(?:而是|应该是|是)"
        rf"(?P<y>[^,.\s]{{1,20}}?){_ZH_END}",
        rf"{_ZH_LEAD}(?:是|应该是)?(?P<y>[^,.\s]{{1,20}}?)[\s,.]*而?不是(?P<x>[^,.\s]{{1,12}}?){_ZH_END}",
        rf"{_ZH_LEAD}把?(?P<x>[^,.\s]{{1,12}}?)(?:改成|改为|换成)(?P<y>[^,.\s]{{1,20}}?)(?:吧|就行|就好)?{_ZH_END}",
        rf"{_EN_LEAD}not (?:{_ARTICLE})?{_NO_THING}{_X}(?:\s*[,.;:-]+\s*|\s+){_BUT}*{_ARTICLE}{_Y}(?: one)?[\s.!]*",
        rf"{_EN_LEAD}not (?:{_ARTICLE})?{_NO_THING}{_X}(?:\s*[,.;:-]+\s*{_BUT}*|\s+{_BUT}+){_Y}(?: one)?[\s.!]*",
        rf"{_EN_LEAD}(?:{_ARTICLE})?{_NO_SUBJECT}{_Y}{_NO_VERB}[\s,.;-]+(?:and )?(?:not|instead of|rather than) "
        rf"(?:{_ARTICLE})?{_NO_THING}{_X}(?: one)?[\s.!]*",
    )
)
_MAY = later(r"不是|改成|改为|换成|\b(?:not|instead of|rather than)\b")


def replaced(folded: str) -> dict[str, str]:
    """`instead_of` and `instead` where the whole message puts one thing in the place of another."""
    if len(folded) > LONGEST or _MAY.search(folded) is None:
        return {}
    match = next(_fitting(folded), None)
    if match is None:
        return {}
    return {"instead_of": match["x"].strip(), "instead": match["y"].strip()}


def _fitting(folded: str) -> Iterator[re.Match[str]]:
    for pattern in _PATTERNS:
        match = pattern.fullmatch(folded)
        if match is not None:
            yield match
