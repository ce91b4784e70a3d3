"""Reads two hours, or a part of the day, that are all a message says: "9 to 12", "anything in the afternoon?"."""

from __future__ import annotations

from datetime import datetime, time, timedelta

from bot.contract.understanding import Entity, When
from intents.patterns import later

_WORDS = "one|two|three|four|five|six|seven|eight|nine|ten|eleven|twelve"
_AROUND = (
    r"(?:(?:ok(?:ay)?|yes|yeah|no|so|well|uh+|um+|er+|hmm+|sorry|wait|oh|from|between|say|maybe|(?:for |we are |we're )?\d{1,2} (?:people|persons?|of us|guests|adults)|about|around|at|then|let's say"
    r"|let's (?:make|do) it|make it|actually|can (?:we|you|i)|could (?:we|you|i)|how about|what about|do|rather)[\s,]*)*"
)
_AFTER = (
    r"[\s,]*(?:(?:please|then|instead|o'?clock|works|for me|is (?:fine|good|best|ok(?:ay)?)|suits me|吧|点|行吗|可以吗"
    rf"|(?:there['’]?s |there (?:are|will be) |we['’]?(?:re| are| will be) |for |just |with )?(?:\d{{1,2}}|{_WORDS}) (?:of us|people|persons?|guests|adults|players|pax)|(?:我们|一共|总共|就){{0,2}}(?:\d{{1,2}}|[两三四五六七八九十])(?:个人|人|位))"
    r"[\s,]*)*(?:would (?:be|work)[a-z ]*)?[\s.!?]*"
)
_RANGE = later(
    rf"\s*{_AROUND}(?P<span>(?P<first>\d{{1,2}}|(?:{_WORDS})\b)(?::(?P<minute>[0-5]\d))?\s?(?:to|till?|until|and|\u2013|到|至)\s?"
    rf"(?P<last>\d{{1,2}}|(?:{_WORDS})\b)(?::(?P<end>[0-5]\d))?){_AFTER}"
)
# "Twelve thirty is fine": as people say it and a recogniser writes it.
_CLOCK = later(
    rf"\s*{_AROUND}(?P<span>(?P<hour>{_WORDS})[\s-](?P<minutes>thirty|fifteen|forty[\s-]five|ten|twenty)){_AFTER}"
)
# "Ten to four" is before four.
_MINUTES_TO = frozenset({"five", "ten"})
_MINUTES = {"thirty": 30, "fifteen": 15, "ten": 10, "twenty": 20}
# Hours that are after noon when nobody says so.
_LATE = range(1, 7)
_LONGEST = 60


def _hour(said: str) -> int:
    return int(said) if said.isdigit() else _WORDS.split("|").index(said) + 1


def bare_clock(text: str, folded: str, now: datetime) -> list[Entity]:
    """An hour with its minutes, in words and alone; of no particular day, before or after noon left open."""
    found = _CLOCK.fullmatch(folded) if len(folded) <= _LONGEST else None
    if found is None:
        return []
    hour, minute = _hour(found["hour"]), _MINUTES.get(found["minutes"], 45)
    start = datetime.combine(now.date(), time(hour + 12 if hour in _LATE else hour, minute), now.tzinfo)
    start += timedelta(days=1) if start <= now else timedelta()
    span = found.span("span")
    return [Entity("when", When(start, dayless=True, open=True), text[slice(*span)], *span, 0.8)]


def bare_range(text: str, folded: str, now: datetime) -> list[Entity]:
    """The stretch as one `when` of no particular day, before or after noon left open."""
    found = _RANGE.fullmatch(folded) if len(folded) <= _LONGEST else None
    if found is None or found["first"] in _MINUTES_TO:
        return []
    first, last = _hour(found["first"]), _hour(found["last"])
    if not (0 < first < 24 and 0 < last <= 24) or first == last:
        return []
    begin = first + 12 if first in _LATE else first
    end = last if last > begin else last + 12
    if not begin < end <= 24:
        return []
    start = datetime.combine(now.date(), time(begin, int(found["minute"] or 0)), now.tzinfo)
    start += timedelta(days=1) if start <= now else timedelta()
    until = start.replace(hour=0, minute=int(found["end"] or 0)) + timedelta(hours=end)
    begin_at, end_at = found.span("span")
    # "Between" belongs to it, as "from" does.
    lead = next((word for word in ("between ", "from ") if folded[:begin_at].endswith(word)), "")
    span = (begin_at - len(lead), end_at)
    return [Entity("when", When(start, until, dayless=True, open=first <= 12), text[slice(*span)], *span, 0.8)]


_PART = later(
    r"(?:哎|等下|等等|能不能|可不可以|可以|能|有没有|有|换|改|到|个|成|在|是|要|那|就|还是|最好|,|，|\s)*"
    r"(?P<han>早上|上午|中午|下午|晚上|傍晚)(?:的|时间|吧|吗|呢|行吗|可以吗|有吗|有空吗|也行|好了|[?!.。\s])*"
    r"|(?:anything|something|is there|any|do you have|have you got|can|could|we|i|you|do|make|it|how about|what about|rather|better|maybe|ok|no|in|the|an?|time|slots?|[\s,])*"
    r"(?P<en>morning|noon|afternoon|evening)s?(?: (?:one|slot|instead|then|please|is better|better|works|free|available|time))*[\s?!.]*"
)
_PARTS = {
    "早上": "morning",
    "上午": "morning",
    "中午": "noon",
    "下午": "afternoon",
    "晚上": "evening",
    "傍晚": "evening",
}


def bare_part(text: str, folded: str, now: datetime) -> list[Entity]:
    """A part of the day and words that only wish for it; which day it is stands elsewhere."""
    found = _PART.fullmatch(folded) if len(folded) <= _LONGEST else None
    if found is None:
        return []
    name = "han" if found["han"] else "en"
    part = found["en"] or _PARTS[found["han"]]
    span = found.span(name)
    return [Entity("when", When(now.date(), part=part, dayless=True), text[slice(*span)], *span, 0.8)]
