"""Which of several things that were shown somebody means: by its place, by being the cheapest or earliest, by its hour.

Whatever they say with it ("the second one, she likes that"), as long as it stands in a clause of its own.
"""

from __future__ import annotations

import re

from intents.entities.spoken import ENGLISH_NUMBER, english_number
from intents.normalise import fold
from intents.patterns import later

_LONGEST = 120
_CLAUSE = later(
    r"[,，.。;；!！…\n]+|(?<=[\u4e00-\u9fff])\s+|\b(?:cause|cos|coz|because|since)\b|\s-+\s|\bso (?:that|i|we|she|he)\b"
)
_ASKS = later(
    r"^(?:and |but |so |well |ok |hmm )*(?:what|which|when|where|who|how|why|is|are|does|do|did|was)\b|[?？吗么呢]\s*$|什么|怎么|哪里|多少"
)
_PLEADS = later(r"^(?:and |so |ok )*(?:can|could|may|shall) (?:i|we|she|he)\b|(?:行|可以|好|成)[吗么不][?？]?\s*$")
_NUM = r"(?:[1-9]|one|two|three|four|five|six)"
_NTH = (
    r"first|1st|second|2nd|third|3rd|fourth|4th|fifth|5th|sixth|6th|last|final|bottom|middle|earliest|soonest|latest"
    r"|cheapest|cheaper|cheap|dearest|dearer|dear|expensive"
)
_EN_LEAD = (
    r"(?>(?:oh|um+|uh+|hmm|hm|erm|er|well|okay|ok|yes|yeah|yep|right|so|then|and|just|maybe|probably|actually|sure|please|no|i|i'll|ill"
    r"|i'd|we|we'll|we'd|she|she'll|he|he'll|they|they'll|it's|its|that's|you|me|her|him|us|them|my mum|my mother|let's|lets|would|wants?"
    r"|will|likes?|love|takes?|have|has|go|going|goes|with|for|say|think|guess|suppose|reckon|prefers?|pick|choose|get|give|put|make it"
    r"|make that|down|can|could|may|i'm|order|book|do|whichever|whatever|is|the|a|as always|rather|still)\b\s*)*+"
)
_EN_TAIL = (
    r"(?>(?:'s)? (?:ones?|option|slot|time|choice|appointment|dish|set|meal|thing|of (?:those|these|them|the lot)|you've|you|have|got|there"
    r"|is|available|possible|free|on the list|on offer|please|pls|thanks|thank you|thx|cheers|then|works?|suits?|best|better|sounds|looks"
    r"|good|great|fine|okay|ok|perfect|lovely|would|will|be|do|me|us|her|him|for|my|mum|mother|i|think|guess|it|again|today|now|tomorrow)\b)*+"
)
_EN = later(
    rf"{_EN_LEAD}(?:(?:number|no\.?|nr\.?|option|choice|#) ?(?P<n>{_NUM})|(?P<nth>{_NTH}))(?:'s|s)?(?![a-z]){_EN_TAIL}[\s.]*"
)
_LETTER = later(r"(?:option |choice |就|选|要)?(?P<letter>[a-e])(?:吧|please| please|套餐|的)?")
_ZH = later(
    r"(?>嗯|呃|哦|啊|好的|好|行|那[个种]|那就|那|就|要|来|选|挑|订|约|给|我们?|她|他|我妈|帮|还是|随便|可以|能|约在|吧|\s|\d份|[一两二三四]份)*"
    r"(?:第(?P<nth>[一二两三四五六1-6])(?:个|项|种|样|款|档|份|场|条|套)?|(?P<one>(?:头|首)一?个|上面那?个)|(?P<last>(?:最后|末尾|末了|最末|底下)(?:的|那|面那)?(?:一)?[个种项样款]?)"
    r"|(?P<middle>(?:正?中间|当中)(?:的|那)?(?:一)?[个种项样款]?)|(?P<cheap>(?:最|比较|更)?(?:便宜|实惠)(?:一?[点些]儿?)?(?:的)?)|(?P<dear>(?:最|比较|更)?贵(?:一?[点些]儿?)?的)"
    r"|(?P<early>最早(?:的)?|[哪那]个(?:最)?早就?(?:[哪那]个)?|越早越好|早的|最近的)|(?P<late>最[晚迟]的?|[哪那]个(?:最)?晚就?(?:[哪那]个)?|越晚越好|晚的)|(?P<no>[1-6])号)"
    r"(?>那[个种一]?|的|时间|时段|套餐|吧|呗|啦|了|就|好|行|成|可以|也|都|哈|啊|呀|嘛|谢谢|个|份|[一两二三]|儿)*[\s.]*"
)
_PLACES = {
    "first": "1",
    "1st": "1",
    "second": "2",
    "2nd": "2",
    "third": "3",
    "3rd": "3",
    "fourth": "4",
    "4th": "4",
    "fifth": "5",
    "5th": "5",
    "sixth": "6",
    "6th": "6",
}
_KINDS = {
    "last": "last",
    "final": "last",
    "bottom": "last",
    "middle": "middle",
    "earliest": "early",
    "soonest": "early",
    "latest": "late",
    "cheapest": "cheap",
    "cheaper": "cheap",
    "cheap": "cheap",
    "dearest": "dear",
    "dearer": "dear",
    "dear": "dear",
    "expensive": "dear",
}
_HAN = {"一": "1", "二": "2", "两": "2", "三": "3", "四": "4", "五": "5", "六": "6"}
# These alone may begin a sentence about something else: "first, who comes?"
_SHY = frozenset({"first", "last", "second", "cheap", "dear", "expensive", "final", "middle"})
_MAY = later(
    r"st\b|nd\b|rd\b|th\b|first|second|third|fourth|last|final|middle|bottom|earliest|soonest|latest|cheap|dear|expensive|number|no\.|option|choice|#|第|头一|首个|最|末|中间|便宜|贵|早|晚|号|^[a-e]\W*$|^.{0,7}[a-e]\W*$"
)


def read_choice(text: str) -> dict[str, str]:
    """`nth`: which of several, counted from 1, or "last", "middle", "cheap", "dear", "early", "late"; `nth_no` for a number that
    may be a day as well; `clock`: an hour that is told beside other words, hh:mm."""
    folded = fold(text).strip()
    if len(folded) > _LONGEST:
        return {}
    asks = _ASKS.search(folded) is not None and _PLEADS.search(folded) is None
    found = {} if asks else _clock(folded)
    if asks or _MAY.search(folded) is None:
        return found
    for clause in (folded, *_CLAUSE.split(folded)):
        said = _said(clause.strip(" ?？~"))
        if said is not None:
            return said
    return found


def _said(clause: str) -> dict[str, str] | None:
    if (letter := _LETTER.fullmatch(clause)) is not None:
        return {"nth": str("abcde".index(letter["letter"]) + 1)}
    if (english := _EN.fullmatch(clause)) is not None:
        if english["n"]:
            return {"nth": english["n"] if english["n"].isdigit() else str(english_number(english["n"]))}
        word = english["nth"]
        alone = word in _SHY and clause == word and word in ("cheap", "dear", "expensive", "final")
        return None if alone else {"nth": _PLACES.get(word) or _KINDS[word]}
    han = _ZH.fullmatch(clause)
    if han is None:
        return None
    if han["no"]:
        return {"nth_no": han["no"]}
    nth = han["nth"] or ("1" if han["one"] else "")
    return {
        "nth": _HAN.get(nth, nth)
        or next(kind for kind in ("last", "middle", "cheap", "dear", "early", "late") if han[kind])
    }


# An hour in the middle of other words: "eleven is good", "half ten works for me".
_CLOCK = later(
    rf"(?<![\w:.])(?:(?P<half>half)(?: ?past)? (?P<h>{ENGLISH_NUMBER}|\d{{1,2}})|(?P<q>quarter) (?P<way>past|to) (?P<qh>{ENGLISH_NUMBER}|\d{{1,2}})"
    rf"|(?P<d>\d{{1,2}})[:.](?P<m>[0-5]\d)|(?P<w>{ENGLISH_NUMBER}|\d{{1,2}})(?: (?P<wm>thirty|fifteen|forty[- ]five|30|15|45))?)(?:ish)?(?!\w|:|\.\d| ?(?:people|persons?|of us|portions?|hours?|hrs?|minutes?|mins?|kids|adults|days?|yuan))"
)
_NO_CLOCK = later(r"\b(?:not?|n.t|before|after|until|till|by|from|instead|earlier|later|but)\b|n't")
# "She is 4", "building 3": a number that is no hour.
_NO_HOUR = later(
    r"\b(?:(?:she|he|they|i|we|who|kid|son|daughter|mum|mother|dad|father)(?: is|'s|'re| are|'m| am|s)(?: only| just| about| almost| nearly| now)*"
    r"|building|unit|room|flat|floor|block|gate|number|bus|line|tower|door|bay|aged?|turn(?:s|ed)|all|bring|with|for|have|got|take)\s*$"
)
_MINUTES = {"thirty": 30, "30": 30, "fifteen": 15, "15": 15, "forty-five": 45, "forty five": 45, "45": 45}


def _clock(folded: str) -> dict[str, str]:
    if not folded.isascii() or _NO_CLOCK.search(folded):
        return {}
    # "The cheap one": no hour, unless it begins.
    hits = [hit for hit in _CLOCK.finditer(folded) if hit["w"] != "one" or hit["wm"] or not hit.start()]
    if len(hits) != 1 or (hits[0]["w"] and _NO_HOUR.search(folded[: hits[0].start()])):
        return {}
    hour, minute = _hour(hits[0])
    return {"clock": f"{hour:02d}:{minute:02d}"} if 0 < hour < 24 else {}


def _hour(match: re.Match[str]) -> tuple[int, int]:
    said = match["h"] or match["qh"] or match["d"] or match["w"]
    hour = english_number(said) or 0
    if match["half"]:
        return hour, 30
    if match["q"]:
        return (hour, 15) if match["way"] == "past" else (hour - 1, 45)
    return hour, int(match["m"]) if match["m"] else _MINUTES.get(match["wm"] or "", 0)
