"""Days that are named because they do not suit: "any time but Tuesday", "除了周二都行", "周二不行"."""

from __future__ import annotations

from datetime import date, datetime, timedelta

from bot.contract.understanding import Entity
from intents.normalise import fold
from intents.patterns import later

_LONGEST = 120
_WEEK = 7
_HAN_DAY = r"(?:(?:周|星期|礼拜)(?:[一二三四五六日天]|末)|大?后天|[今明]天)"
_DAY = (
    r"(?:(?:mon|tues|wednes|thurs|fri|satur|sun)days?|mon|tues?|wed|thurs?|fri|sat|sun|weekends?|today|tomorrow"
    r"|the day after tomorrow|the weekends?)"
)
_HAN_DAYS = rf"{_HAN_DAY}(?:(?:和|跟|与|、|或|还有|,)?{_HAN_DAY}){{0,4}}"
_DAYS = rf"{_DAY}(?:(?:,| and| or|,? &)? (?:on )?{_DAY}){{0,4}}"
# Without a pause between them: "i'm away tomorrow, sunday instead" rules out one day.
_HAN_FEW = rf"{_HAN_DAY}(?:(?:和|跟|与|、|或|还有)?{_HAN_DAY}){{0,4}}"
_FEW = rf"{_DAY}(?:(?: and| or|,? &) (?:on )?{_DAY}){{0,4}}"
# All others suit.
_BUT = later(
    rf"(?:除了?|除开|除去)(?P<han>{_HAN_DAYS})|(?P<han_out>{_HAN_DAYS})(?:除外|以外|之外)|(?<![不也特分区要能])(?:别|不要|不能)(?:安排)?(?:在|是|约|选)?(?P<not_han>{_HAN_DAYS})"
    rf"|\b(?:(?:any(?: ?time| ?day|one)?|every|all|each|other|whole|always|whenever)\b[^,.;!?]{{0,20}}\bbut|except(?:ing)?(?: for)?|apart from|other than) (?:on )?(?P<en>{_DAYS})\b"
)
# The day itself does not.
_OUT = later(
    rf"(?P<han>{_HAN_FEW})(?:我|我们|家里|都|就|我家|的话|这(?:天|一天)|一半人?|大半|好几个人?|好些人|有人|[两三四五六]个人?|他们|大伙儿?|大家)*(?:不行|来不成|去不了|去不成|请不了假|请不到假|凑不齐|没法(?:来|去)|要加班|出差|没空|不在家?|不方便|没人|不可以|来不了|没时间|有事)(?![吗么吧呢])"
    rf"|\b(?:not|never) (?:on )?(?P<en>{_FEW})\b|\b(?:i |we )?(?:can.?t|cannot|can not) (?:do|make(?: it)?|come|be there)(?: on)? (?P<can>{_FEW})\b"
    rf"|\b(?P<bad>{_FEW}) (?:is|are) (?:no good|not good|bad|out|impossible|not possible)\b"
    rf"|\b(?P<away>{_FEW}) (?:i.?m|i am|we.?re|we are|i.?ll be|i will be) (?:out|away|busy|at work|not (?:in|home|there|free))\b"
    rf"|\b(?:i.?m|i am|we.?re|we are) (?:out|away|busy|at work|not (?:in|home|there|free))(?: on)? (?P<gone>{_FEW})\b"
    rf"|\b(?P<wont>{_FEW}) (?:doesn.?t|does not|won.?t|will not|don.?t|do not) (?:work|suit)\b"
)
_WORD = later(rf"{_HAN_DAY}|{_DAY}")
_HAN_WEEKDAYS = {char: place for place, char in enumerate("一二三四五六日", 1)} | {"天": 7}
_WEEKDAYS = {name: place for place, name in enumerate(("mon", "tue", "wed", "thu", "fri", "sat", "sun"), 1)}
_AHEAD = {"今天": 0, "today": 0, "明天": 1, "tomorrow": 1, "后天": 2, "the day after tomorrow": 2, "大后天": 3}


def but_days(text: str, found: tuple[Entity, ...], now: datetime) -> tuple[str, tuple[Entity, ...]]:
    """The days that do not suit, as weekdays (1–7) and dates with blanks between, and what was named besides them.

    "Not Tuesday, Wednesday" puts right: where another day is named, a mere no to one excludes nothing.
    """
    folded = fold(text)
    if len(folded) > _LONGEST:
        return "", found
    others = _BUT.search(folded)
    match = others or _OUT.search(folded)
    if match is None:
        return "", found
    said = next(group for group in match.groups() if group)
    begin = match.start() + match.group().index(said)
    kept = tuple(e for e in found if e.name != "when" or e.end <= begin or e.start >= begin + len(said))
    if others is None and any(e.name == "when" for e in kept):
        return "", found
    days = {day for word in _WORD.finditer(said) for day in _days(word.group(), now.date())}
    return " ".join(sorted(days)), kept


def _days(word: str, today: date) -> list[str]:
    if word in _AHEAD:
        return [(today + timedelta(days=_AHEAD[word])).isoformat()]
    if "weekend" in word or word.endswith("末"):
        return [str(_WEEK - 1), str(_WEEK)]
    place = _HAN_WEEKDAYS.get(word[-1]) or _WEEKDAYS[word[:3]]
    return [str(place)]
