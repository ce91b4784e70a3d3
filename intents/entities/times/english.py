"""The English grammar of days, parts of the day and clock times; it recognises, others reckon."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from datetime import timedelta

from intents.entities.numerals import parse_number
from intents.entities.times.pieces import LAST, Day, Piece
from intents.entities.times.spoken import CLOCK, GUARD, read_clock
from intents.patterns import later

_MONTHS = ["jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"]
_MONTH = (
    r"(?:jan(?:uary)?|feb(?:ruary)?|mar(?:ch)?|apr(?:il)?|may|june?|july?|aug(?:ust)?|sept?(?:ember)?|oct(?:ober)?"
    r"|nov(?:ember)?|dec(?:ember)?)"
)
_ORDINALS = [
    "first",
    "second",
    "third",
    "fourth",
    "fifth",
    "sixth",
    "seventh",
    "eighth",
    "ninth",
    "tenth",
    "eleventh",
    "twelfth",
    "thirteenth",
    "fourteenth",
    "fifteenth",
    "sixteenth",
    "seventeenth",
    "eighteenth",
    "nineteenth",
    "twentieth",
]
_ORDINAL = {word: place for place, word in enumerate(_ORDINALS, 1)} | {
    f"{tens}{link}{word}": base + place
    for tens, base in (("twenty", 20), ("thirty", 30))
    for place, word in enumerate(_ORDINALS[:9], 1)
    for link in ("-", " ")
} | {"thirtieth": 30}  # fmt: skip
_WORD = "|".join(sorted(_ORDINAL, key=len, reverse=True))
_NTH = rf"(?:\d{{1,2}}\s?(?:st|nd|rd|th)\b|(?:{_WORD})\b)"
_DAYS = ["mon", "tue", "wed", "thu", "fri", "sat", "sun"]
_WEEKDAY = (
    r"(?:mondays?|tuesdays?|tuseday|wednesdays?|wensday|wednsday|thursdays?|thrusday|fridays?|saturdays?|satuday"
    r"|sundays?|mon|tues?|weds|thurs?|thu|fri)"
)
_REL = r"(?:this\scoming|this|next|last|past|coming)"
_WEEKS = {"this coming": None, "coming": None, "this": None, "next": 1, "last": -1, "past": -1}
_PARTS = {
    "morning": "morning", "lunchtime": "noon", "lunch time": "noon", "lunch": "afternoon", "midday": "noon",
    "afternoon": "afternoon", "evening": "evening", "dinner": "evening", "work": "evening", "night": "night",
    "first thing": "morning", "arvo": "afternoon",
}  # fmt: skip
_FEASTS = {
    "christmas eve": Day(month=12, day=24), "christmas": Day(month=12, day=25),
    "new years eve": Day(month=12, day=31), "new years day": Day(month=1, day=1),
    "chinese new years eve": Day(month=1, day=1, lunar=True, eve=True),
    "chinese new year": Day(month=1, day=1, lunar=True), "lunar new year": Day(month=1, day=1, lunar=True),
    "lunar new years eve": Day(month=1, day=1, lunar=True, eve=True),
    "spring festival": Day(month=1, day=1, lunar=True), "lantern festival": Day(month=1, day=15, lunar=True),
    "dragon boat": Day(month=5, day=5, lunar=True), "mid autumn": Day(month=8, day=15, lunar=True),
    "double ninth": Day(month=9, day=9, lunar=True), "national day": Day(month=10, day=1),
}  # fmt: skip
_AMOUNT = (
    r"(?:\d{1,3}(?:\.5)?|half\san?|an?|one|two|three|four|five|six|seven|eight|nine|ten|fifteen|twenty|thirty|forty"
    r"(?:[- ]five)?|a\scouple\sof)(?:\sand\sa\shalf)?"
)
_TO = r"\s?(?:-|–|to|until|till)\s?"
# "Sat 28th", "the sunday, 29th": the number of the day that was just named.
_AFTER_A_DAY = "|".join(
    rf"(?<=\b{day}{link}\s)"
    for day in ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday", "tues", "thurs", *_DAYS)
    for link in ("", ",")
)
# "Wed 25 at 1": a number between the day and the hour is the day's.
_HOUR_NEXT = r"\s(?:at|from|around|about)\s(?:\d|half\b|noon\b|midday\b)"
_UNIT = r"(?:hours?|hrs?|minutes?|mins?|days?|weeks?|months?|fortnight)"
_RULES: tuple[tuple[str, str], ...] = (
    ("every", rf"(?:every|each)\s(?:other\s|single\s)?(?:day|week|month|night|morning|evening|weekend|{_WEEKDAY})|everyday"
        rf"|daily"
        r"|weekends|(?<!week,\s)(?<!week\s)(?:mornings|evenings|afternoons)"),
    ("ahead", rf"(?<!time\s)(?<!\x00\s)(?<!twice\s)(?<!times\s)"
        rf"in\s(?P<a_amount>{_AMOUNT})\s?(?P<a_unit>{_UNIT})(?P<a_half>\sand\sa\shalf)?"
        rf"(?:'s?\stime|\stime|\sfrom\snow)?\b(?!\sago)"
        rf"|(?P<b_amount>{_AMOUNT})\s?(?P<b_unit>{_UNIT})(?P<b_half>\sand\sa\shalf)?"
        r"\s(?:from\s(?:now|today)|later)\b"),
    ("date", rf"(?P<d_month>{_MONTH})\b\.?,?\s?(?:the\s)?(?P<d_day>{_NTH}|\d{{1,2}}(?![\d:.]\d|\d))"
        r"(?!\s?[ap]\.?m\b|\s?o'?clock|\s(?:people|persons|guests|times|hours?|days?|weeks?|minutes?|of\sus)\b)"
        rf"(?:{_TO}(?:the\s)?(?P<d_end>{_NTH}|\d{{1,2}}(?![\d:/]|\s?[ap]\.?m\b"
        rf"|\s?o'?clock)))?(?:,?\s(?P<d_year>20\d\d)\b)?"
        rf"|(?:the\s)?(?:(?P<f_first>{_NTH}|\d{{1,2}}){_TO}(?:the\s)?)?(?P<f_day>{_NTH}|\d{{1,2}}(?=\sof\s"
        rf"|(?!\s?(?:may|mar))))\s?(?:of\s)?(?P<f_month>{_MONTH})\b(?:,?\s(?P<f_year>20\d\d)\b)?"
        rf"|(?P<g_day>\d{{1,2}})\s(?P<g_month>may|march|mar)\b(?:,?\s(?P<g_year>20\d\d)\b)?(?={GUARD})"),
    ("ofmonth", rf"(?:the\s)?(?P<q_day>{_NTH})\sof\s(?P<q_rel>next|this|the)\smonth"),
    ("bare", r"(?<=,\s)(?P<r_day>\d{1,2}(?:st|nd|rd|th))(?=\s(?:at|in\sthe|from|around|about|after|morning"
        r"|afternoon|evening)\b|,)"
        rf"|(?:{_AFTER_A_DAY})(?P<r_nth>\d{{1,2}}(?:st|nd|rd|th))(?!\s?(?:floor|building|block|gate|unit|level|bay|time|birthday|of\s))"
        rf"|(?:{_AFTER_A_DAY})(?P<r_num>\d{{1,2}})(?={_HOUR_NEXT})"),
    ("nth", rf"(?:the|on|by|till|until|before|from|to|and|or)\s(?P<n_day>{_NTH})(?!\s\w+day\b)(?=(?:{GUARD})|\s(?:to|around|about)\s"
        rf"|\sof\s(?:the\s|this\s|next\s)?month|\s?-|\snext\smonth)"),
    ("edge", r"(?:(?P<e_end>end)|(?:beginning|start))\sof\s(?:the|(?P<e_rel>this|next|last))\smonth"
        r"|(?P<e_short>month[- ]?end)"),
    ("month", r"(?:of\s)?(?P<o_rel>next|this|last|the)\smonth"),
    ("feast", r"(?P<x_name>(?:christmas|xmas)(?:\seve)?|new\syear'?s\s(?:eve|day)|(?:chinese|lunar)\snew\syear(?:'s\seve)?"
        r"|spring\sfestival|lantern\sfestival|dragon\sboat|mid[- ]autumn|double\sninth|national\sday)(?:\sfestival"
        r"|'s\sday|\sday)?"
        r"(?!\s(?:party|tree|carol|wreath|lights?|market|decorations?|gift|show|gala|dinner|event|holiday))"),
    ("weekend", r"(?:(?P<s_rel>this\scoming|this|next|last|coming)\s)?weekend(?P<s_next>\safter\snext)?"),
    ("week", r"(?P<k_rel>next|this|last)\sweek|(?:the\s)?week\safter\snext"),
    ("shift", r"(?:the\s)?(?P<t_after>day\safter\s(?:tomorrow|tmrw?))|the\s(?P<t_next>day\safter)(?!\s(?:that|the|next|i|we|he|she|my|christmas|new|it|they|a)\b)"
        r"|(?:the\s)?(?P<t_before>day\sbefore\syesterday)"
        r"|(?P<t_tomorrow>tomorrows?|tomm?orr?ow|tomoz+|tomora|tomoro|tmrw?|tmw|2moro)|(?P<t_today>today)|(?P<t_tonight>tonight|tonite"
        r"|this\sevening)"
        r"|(?P<t_last>last\snight|yesterday)|this\s(?P<t_this>morning|afternoon|arvo)"),
    ("weekday", rf"(?:(?P<w_rel>{_REL})\s)?(?P<w_day>{_WEEKDAY})(?:(?P<w_week>\sweek)(?![\s-]?(?:days?|end|ly|long))|(?P<w_next>\safter\snext))?"
        rf"|(?P<v_rel>{_REL})\s(?P<v_day>sat|sun|wed)|(?:(?<=on\s)|(?<=by\s)|(?<=till\s)|(?<=until\s)|(?<=or\s)"
        rf"|(?<=to\s)|(?<=and\s)|(?<=it\s)|(?<=-))(?P<u_day>sat|sun|wed)"
        rf"|(?P<y_day>sat|sun|wed)(?=,?\s\d{{1,2}}(?:st|nd|rd|th)\b|,?\s\d{{1,2}}{_HOUR_NEXT}|\s(?:next\sweek|this\sweek|morning|afternoon|evening|night|\d{{1,2}}(?:\s?(?:-|–|to)\s?\d{{1,2}})?\s?(?:[ap]m|:)|\d{{1,2}}(?:st|nd"
        rf"|rd|th)|at\s\d|to\s|and\s(?:sat|sun)|or\s)|,?\s{_MONTH}\s?\d)"),
    ("clock", CLOCK),
    ("part", r"(?P<part_word>morning|afternoon|arvo|evening|night|lunch\s?time|midday|first\sthing)(?:(?<=noon)s|(?<=ing)s)?"
        r"|after\s(?P<part_after>lunch|dinner|work)"),
)  # fmt: skip
# How any of them begins: spares most words the whole list.
_FIRST = (
    r"\d|a[bfnprtu\s]|b[ey]|c[hlo]|d[aero]|e[ailnv]|f[eior]|ha|in|j[au]|l[au]|m[aio]|n[aeio]|o[cnrf]|pa|qu|s[aepuit]"
    r"|t[hueomwri]|un|we|xm|ye"
)
_BEGIN = rf"(?<![a-z0-9.:/$_-])(?={_FIRST})"
_GRAMMAR = later(
    rf"{_BEGIN}(?:{'|'.join(f'(?P<{name}>{rule})' for name, rule in _RULES)})(?![a-z0-9])",
    re.ASCII,
)
_TOMORROW = later(r"tomorrow|tmrw|tomorow|tommorow")
_MINUTES = {"h": 60, "m": 1}
_SPANS = {"d": 1, "w": 7, "f": 14}


def read(text: str) -> Iterator[Piece]:
    """Every time word of English, in order."""
    for match in _GRAMMAR.finditer(text):
        yield _READERS[match.lastgroup or ""](match)


def _day(match: re.Match[str], day: Day) -> Piece:
    return Piece(match.start(), match.end(), day=day)


def _read_every(match: re.Match[str]) -> Piece:
    return _day(match, Day(every=True))


def _amount(said: str, half: str | None) -> float:
    whole = said.removesuffix(" and a half")
    extra = 0.5 if half or whole != said else 0.0
    if whole.startswith("half"):
        return 0.5
    if whole in ("a", "an"):
        return 1 + extra
    if whole.endswith("couple of"):
        return 2
    value = parse_number(whole)
    return float(value or 0) + extra


def _read_ahead(match: re.Match[str]) -> Piece:
    amount = _amount(match["a_amount"] or match["b_amount"], match["a_half"] or match["b_half"])
    unit = match["a_unit"] or match["b_unit"]
    if unit.startswith("mon"):
        return _day(match, Day(months=int(amount), day=0))
    if unit[0] in _MINUTES:
        return Piece(match.start(), match.end(), after=timedelta(minutes=round(amount * _MINUTES[unit[0]])))
    return _day(match, Day(shift=round(amount * _SPANS[unit[0]])))


def _ordinal(said: str) -> int:
    digits = re.match(r"\d+", said)
    return int(digits[0]) if digits else _ORDINAL[said]


def _read_date(match: re.Match[str]) -> Piece:
    month = match["d_month"] or match["f_month"] or match["g_month"]
    number = match["d_day"] or match["f_day"] or match["g_day"]
    year = match["d_year"] or match["f_year"] or match["g_year"]
    place = _MONTHS.index(month[:3]) + 1
    first, last = match["f_first"] or number, match["d_end"] or number
    start, end = _ordinal(first), _ordinal(last)
    return _day(match, Day(year=int(year) if year else None, month=place, day=start, more=max(0, end - start)))


def _read_nth(match: re.Match[str]) -> Piece:
    return _day(match, Day(day=_ordinal(match["n_day"])))


def _read_edge(match: re.Match[str]) -> Piece:
    months = (_WEEKS[match["e_rel"]] or 0) if match["e_rel"] else None
    return _day(match, Day(months=months, day=LAST if match["e_end"] or match["e_short"] else 1))


def _read_month(match: re.Match[str]) -> Piece:
    return _day(match, Day(months=_WEEKS.get(match["o_rel"]) or 0))


def _read_ofmonth(match: re.Match[str]) -> Piece:
    return _day(match, Day(months=1 if match["q_rel"] == "next" else 0, day=_ordinal(match["q_day"])))


def _read_bare(match: re.Match[str]) -> Piece:
    return _day(match, Day(day=_ordinal(match["r_day"] or match["r_nth"] or match["r_num"])))


def _read_feast(match: re.Match[str]) -> Piece:
    return _day(match, _FEASTS[match["x_name"].replace("'", "").replace("-", " ").replace("xmas", "christmas")])


def _read_weekend(match: re.Match[str]) -> Piece:
    week = 2 if match["s_next"] else _WEEKS[match["s_rel"]] if match["s_rel"] else None
    return _day(match, Day(weekend=True, week=week))


def _read_week(match: re.Match[str]) -> Piece:
    return _day(match, Day(week=(_WEEKS[match["k_rel"]] or 0) if match["k_rel"] else 2))


def _read_shift(match: re.Match[str]) -> Piece:
    start, end = match.span()
    if match["t_this"]:
        return Piece(start, end, day=Day(shift=0), part=_PARTS[match["t_this"]])
    if match["t_tonight"]:
        return Piece(start, end, day=Day(shift=0), part="evening")
    if match["t_last"]:
        return Piece(start, end, day=Day(shift=-1, vague=True), part="evening" if "night" in match[0] else None)
    if match["t_next"]:
        # "Not tomorrow but the day after": without the word before it, nobody knows after which.
        known = _TOMORROW.search(match.string, max(0, start - 40), start) is not None
        return Piece(start, end, day=Day(shift=2, vague=not known))
    shift = 2 if match["t_after"] else -2 if match["t_before"] else 1 if match["t_tomorrow"] else 0
    return Piece(start, end, day=Day(shift=shift, vague=shift < 0))


def _read_weekday(match: re.Match[str]) -> Piece:
    name = match["w_day"] or match["v_day"] or match["u_day"] or match["y_day"]
    if match["w_day"] and name.endswith("days"):
        return _read_every(match)
    relation = match["w_rel"] or match["v_rel"]
    number = 1 if name == "tuseday" else 3 if name == "thrusday" else _DAYS.index(name[:3].replace("wen", "wed"))
    week = 2 if match["w_next"] else _WEEKS[relation] if relation else None
    return _day(match, Day(weekday=number, week=week, later=1 if match["w_week"] else 0))


def _read_clock(match: re.Match[str]) -> Piece:
    return Piece(match.start(), match.end(), clock=read_clock(match))


def _read_part(match: re.Match[str]) -> Piece:
    return Piece(match.start(), match.end(), part=_PARTS[match["part_word"] or match["part_after"]])


_READERS: dict[str, Callable[[re.Match[str]], Piece]] = {
    "every": _read_every, "ahead": _read_ahead, "date": _read_date, "nth": _read_nth, "edge": _read_edge,
    "month": _read_month, "ofmonth": _read_ofmonth, "bare": _read_bare, "feast": _read_feast, "weekend": _read_weekend, "week": _read_week, "shift": _read_shift,
    "weekday": _read_weekday, "clock": _read_clock, "part": _read_part,
}  # fmt: skip
