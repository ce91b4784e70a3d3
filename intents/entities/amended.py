"""What a speaker takes back in the same breath: "two hundred, no, three hundred", "不是两个人，是三个"."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal

from bot.contract.understanding import Entity
from intents.entities.numerals import parse_number
from intents.entities.replaced import replaced
from intents.entities.spoken import ENGLISH_LARGE, ENGLISH_NUMBER, english_number
from intents.patterns import later

_HAN = r"[零〇一二三四五六七八九十百千万两]"
_NUMBER = (
    rf"(?P<n>\d{{1,3}}(?:,\d{{3}})+(?:\.\d{{1,2}})?|\d{{1,6}}(?:\.\d{{1,2}})?|{_HAN}{{1,9}}"
    rf"|{ENGLISH_LARGE}|{ENGLISH_NUMBER})"
)
_AFTER = r"(?![\w.:/#-]|\s?(?:点|号|月|日|周|栋|幢|楼|单元|室|am\b|pm\b|o'clock))"
# "不对，三百", "no sorry three hundred", "make that 300".
_RATHER = later(
    r"[\s,.!]*(?:(?:啊|哦|噢|呃|额)?(?:不对|不是|不不|不|错了|说错了?|搞错了?)[\s,.啊呀]*(?:是|应该是|改成|要)?"
    r"|(?:应该是|改成|改为|还是)|(?:(?:oh |er |uh |um )?(?:no|sorry|wait|oops|rather|actually|correction|i mean|i meant"
    r"|make (?:it|that)|better|let's say)\b[\s,.]*)+(?:it's |make (?:it|that) )?| but (?:it's|it is|it should be|we are|we're|they are|they're|there are) )[\s,]*"
    + _NUMBER
    + r"(?:个人?|位|人)?[吧了啊]?"
    + _AFTER
)
# "不是五十，是一百": what stands after the denied number tells.
_INSTEAD = later(
    r"[\s,.]*(?:而?是|应该是|but\b|it's|it is|rather)?[\s,]*" + _NUMBER + r"(?:个人?|位|人|块钱?|元)?" + _AFTER
)
_DENIED = later(r"(?:(?<!是)不是|\bnot|\bisn't|\baren't)\s*(?:交|充|来)?\s*$")
# What any of them holds; most sentences hold none and cost nothing.
_MAY = later(
    r"不|错了|改[成为]|应该是|还是|\b(?:not?|isn't|aren't|sorry|wait|oops|rather|actually|correction|mean|meant|make|better|let's)\b"
)
KINDS = frozenset({"amount", "people", "hours"})


# A message that is a number said anew and nothing else: "make it 3", "no, it's 4 not 3", "改成3", "5".
_ANEW = later(
    r"[\s,.!]*(?:(?:啊|哦|噢|呃|哎)?(?:不对|不是|不|错了|说错了?|那|还是|那就|行|好的?|可以)?[\s,啊呀]*(?:但是?|不过|就)?(?:改成|改为|换成|改到|应该是|应该|还是|(?:我|他|她|人家)家?是|我?家?住|就?是?那个|是|要|就)?"
    r"|(?>(?:oh|er|uh|um|ok|okay|just|only|so|then|yes|fine|sure|no|nope|nah|wait|sorry|actually|hmm|rather|i mean|i meant|that's wrong|not quite|well|but|it's|it is|(?:she|he|they|my \w+) (?:says?|said|prefers?|thinks?)"
    r"|it should be|should be|room|flat|apartment|make (?:it|that)|put(?: it)?(?: down)?(?: as)?|(?:can|could) (?:we|you|i) (?:please )?(?:do|have|make (?:it|that)|change (?:it|that) to|move (?:it|that) to)|change (?:it|that|the \w+(?: \w+)?|my \w+) to|let's (?:say|make it|do)|better|around|about"
    r"|(?P<at>(?:(?:can|could) (?:she|he|they|we|you) )?(?:come|start|be there)?(?: ?a (?:bit|little))? ?(?:later|earlier|sooner)|at|like))\b[\s,.]*)*)"
    + _NUMBER
    + r"\s?[个份]?(?:\s?(?:portions?|servings?|sets?))?(?:\s?(?:please|then|though|instead|rather|actually|that is|now|today|for now|first|this time|i (?:think|guess|believe|reckon)|maybe|probably|yuan|is better|would be better|(?:is|are) fine|works(?: better| best)?|suits (?:me|him|her|us|them)(?: better| best)?|好像|可能|左右|吧|好了|了|才对|的|啊))*"
    r"(?:[\s,.]*(?:,? ?(?:and )?not|而?不是|instead of|rather than)\s?(?P<than>\d{1,2}))?[\s.!?。？]*"
)
ANEW = 40
# As long as what is told around it may be.
TOLD = 90
_PUTS = later(
    r"\b(?:should be|should have been|make (?:it|that)|put|i mean|i meant|change (?:it|that) to)\b|改成|改为|换成|应该是"
)
_CLAUSES = later(r"[,，.。;；!！]+|\bbut\b|(?<=[\u4e00-\u9fff])\s+")
_WORDS = later(rf"\b(?:{ENGLISH_NUMBER}|\d{{1,3}}\b)|{_HAN}{{1,3}}(?=个|位|人|份|小时|钟头)")
# By how much another time is wished: "能不能晚一个小时", "an hour later".
_SIZES = {"小时": 60, "钟头": 60, "分": 1, "天": 1440, "hour": 60, "min": 1, "day": 1440}
_SHIFT = later(
    rf"(?P<way>晚|推迟|推后|延后|往后(?:推|挪)?|早|提前|往前(?:推|挪)?)(?:来|到|个)?(?P<han>半|{_HAN}|\d{{1,2}})个?半?(?P<u>小时|钟头|分钟|天)(?!.{{0,3}}(?:了|才))"
    r"|\b(?P<n>half an?|an?|one|two|three|\d{1,2}) (?P<v>hour|min(?:ute)?|day)s? (?P<dir>later|earlier|sooner)\b"
)


def restated(folded: str) -> dict[str, str]:
    """`rather`, `rather_than` where the number that was wrong is said too, `rather_at` where it is an hour; of things
    `instead` and `instead_of`."""
    return replaced(folded) | _number_anew(folded) | _moved_by(folded)


def _moved_by(folded: str) -> dict[str, str]:
    """`shift`: by how many minutes it shall be later, with a minus where it shall be sooner."""
    match = _SHIFT.search(folded)
    if match is None:
        return {}
    said = match["han"] or match["n"] or "1"
    count = Decimal("0.5") if said.startswith(("半", "half")) else Decimal("1") if said in ("a", "an") else _value(said)
    if count is None:
        return {}
    unit = next(size for words, size in _SIZES.items() if (match["u"] or match["v"]).startswith(words.split("|")[0]))
    sooner = (match["way"] or match["dir"]).startswith(("早", "提前", "往前", "earl", "soon"))
    return {"shift": str(int(count * unit) * (-1 if sooner else 1))}


def _number_anew(folded: str) -> dict[str, str]:
    match = _ANEW.fullmatch(folded[: ANEW + 1]) if len(folded) <= ANEW else None
    if match is None and len(folded) <= TOLD and _PUTS.search(folded) is not None:
        return _in_a_clause(folded)
    value = _value(match["n"]) if match is not None else None
    if match is None or value is None or value != int(value):
        return {}
    than = match["than"]
    found = {"rather": str(int(value)), "rather_than": than, "rather_at": match["at"]}
    return {name: said for name, said in found.items() if said}


def _in_a_clause(folded: str) -> dict[str, str]:
    """ "I said three hours, it should be four": the clause that puts right, and the number that it replaces."""
    clauses = [part.strip() for part in _CLAUSES.split(folded)]
    for at, clause in enumerate(clauses):
        match = _ANEW.fullmatch(clause) if _PUTS.search(clause) and len(clause) <= ANEW else None
        value = _value(match["n"]) if match is not None else None
        if value is not None and value == int(value):
            told = (_value(word) for one in clauses[:at] for word in _WORDS.findall(one))
            before = {int(one) for one in told if one is not None}
            than = {"rather_than": str(before.pop())} if len(before) == 1 else {}
            return {"rather": str(int(value)), **than}
    return {}


def _value(said: str) -> int | Decimal | None:
    if said[0].isalpha() and said.isascii():
        return english_number(said)
    return parse_number(said)


def amend(found: list[Entity], text: str) -> list[Entity]:
    """The same entities, with a number that was taken back replaced by the one said for it."""
    if _MAY.search(text) is None:
        return sorted(found, key=lambda entity: entity.start)
    kept = list(_amended(found, text))
    kept.sort(key=lambda entity: entity.start)
    return kept


def _amended(found: list[Entity], text: str) -> Iterator[Entity]:
    starts = {entity.start for entity in found}
    for entity in found:
        denied = entity.name in KINDS and _DENIED.search(text, max(0, entity.start - 12), entity.start) is not None
        match = (_INSTEAD if denied else _RATHER).match(text, entity.end) if entity.name in KINDS else None
        # What follows may be whole by itself ("300 yuan"): then it is found, and the later word counts.
        if match is None or match.start("n") in starts:
            if not denied:
                yield entity
            continue
        value = _value(match["n"])
        yield entity if value is None else Entity(entity.name, value, "", *match.span("n"), entity.confidence)
