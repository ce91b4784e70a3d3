"""One thing said instead of another: "not the tap, the shower", "不是水龙头，是花洒"; what it corrects knows the talk."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import yaml

from intents.patterns import later
from intents.sentences import LOADER

LONGEST = 70
_ZH_LEAD = r"(?:哦|噢|啊|呃|哎|唉|那个|等等|等一?下|不好意思|抱歉|对不起|不对|错了|(?:刚才|刚刚|前面)?我?(?:说|打|写|搞|看|报)错(?:地方|位置|房间)?了?|[\s,.!。])*"
_ZH_END = r"(?:才对|的问题|那里|啊|呀|呢|哈|的|[\s.!。])*"
_EN_LEAD = (
    r"(?:(?:oh|er|uh|um|no|nope|sorry|wait|oops|actually|i mean|i meant|hang on|hold on|my bad|correction|it's|its|it is|that's"
    r"|should be|i said it wrong|i got it wrong|mistake)\b[\s,.!-]*)*"
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
# Only the right word is said: the wrong one is whatever of its kind was told before.
_ONLY = tuple(
    later(source)
    for source in (
        rf"(?:哦|啊|哎|呃|[\s,.])*(?:不好意思|抱歉|对不起|不对|错了|(?:刚才|刚刚|前面)?我?(?:说|打|写|搞|报)错(?:地方|位置)?了?)[\s,.!。]*"
        rf"(?:应该是|我是说|我说的是|是)?(?:在)?(?P<y>[^,.\s]{{1,8}}?){_ZH_END}",
        r"(?>(?:oh|er|uh|um|no|wait|oops|[\s,.!-])*(?:sorry|i meant|i mean|actually|correction|my bad|should be|it's)\b"
        rf"[\s,.!-]*)+(?:it's |its |in )*(?:{_ARTICLE})?{_Y}(?: one)?[\s.!]*",
    )
)
_ALIKE: tuple[tuple[str, ...], ...] = tuple(
    tuple(kind)
    for kind in yaml.load(
        (Path(__file__).resolve().parent.parent / "cues" / "alike.yml").read_text(encoding="utf-8"),
        Loader=LOADER,  # noqa: S506 - a safe loader, in C
    )
)
_NAMES = "|".join(sorted((re.escape(word) for kind in _ALIKE for word in kind), key=len, reverse=True))
# Named and nothing besides but the thing it is of: the right one as well, where another of its kind was told before.
_ALONE = tuple(
    later(source)
    for source in (
        rf"(?:哦|啊|哎|呃|嗯|[\s,.])*(?:就?是|在|我说的是|我们?家?|那个)*(?P<y>{_NAMES})(?:里面?|那个|那边|的)*(?P<z>[^,.\s]{{2,4}}?)?"
        r"(?:那个|啊|呀|呢|哈|[\s.!。])*",
        rf"(?:(?:oh|er|uh|um|[\s,.!-])*\b(?:it's |its |it is |that's |the one |in )*)(?:(?:the|my|our|a|an) )?(?P<y>{_NAMES})\b"
        r"(?: one| (?P<z>[a-z]{3,14}))?[\s.!]*",
    )
)


def replaced(folded: str) -> dict[str, str]:
    """`instead_of` and `instead` where the whole message puts one thing in the place of another; what may be the wrong
    one stands one a line. `rather_one` and `rather_than_one` where one of such things is named and nothing besides but
    `rather_beside`."""
    if len(folded) > LONGEST or "是不是" in folded:
        return {}
    match = next(_fitting(_PATTERNS, folded), None) if _MAY.search(folded) is not None else None
    if match is not None:
        return {"instead_of": match["x"].strip(), "instead": match["y"].strip()}
    only = _of_a_kind(_ONLY, folded)
    if only is not None:
        return {"instead_of": only[1], "instead": only[0]["y"].strip()}
    alone = _of_a_kind(_ALONE, folded)
    if alone is None:
        return {}
    found = {"rather_than_one": alone[1], "rather_one": alone[0]["y"].strip(), "rather_beside": alone[0]["z"] or ""}
    return {name: said for name, said in found.items() if said}


def _of_a_kind(patterns: tuple[re.Pattern[str], ...], folded: str) -> tuple[re.Match[str], str] | None:
    """The match in which one is named, and the others of its kind, one a line."""
    for match in _fitting(patterns, folded):
        right = match["y"].strip()
        kind = next((kind for kind in _ALIKE if right in kind), ())
        if kind:
            return match, "\n".join(word for word in kind if word != right)
    return None


def _fitting(patterns: tuple[re.Pattern[str], ...], folded: str) -> Iterator[re.Match[str]]:
    for pattern in patterns:
        match = pattern.fullmatch(folded)
        if match is not None:
            yield match
