"""The Chinese grammar of days, parts of the day and clock times; it recognises, others reckon."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from datetime import timedelta

from intents.entities.numerals import parse_number
from intents.entities.times.pieces import DAWN, LAST, Clock, Day, Piece
from intents.entities.times.traps import HOUSE
from intents.entities.times.written import clock_of
from intents.patterns import later

_N = r"(?:\d{1,2}|[一二两三四五六七八九十廿卅零]{1,3})"
_H = r"(?:\d{1,2}|二十[一二三四五]?|十[一二三四五六七八九]?|[零〇一二两三四五六七八九])"
_CHAR_N = "一二三四五六七八九十"
_REL = r"上上|下下|上|下|这|本"
_WEEK = r"(?:周|星期|礼拜)"
# The adverb 上 of 上门, 上班 must not be drawn into 明晚, 今早.
_UP = r"(?:上(?![门来楼去班课]))?"
_PARTS = {
    "凌晨": DAWN, "大清早": "morning", "一大早": "morning", "清早": "morning", "清晨": "morning",
    "一早": "morning", "早上": "morning", "早晨": "morning", "上午": "morning", "早饭后": "morning",
    "头晌": "morning", "后晌": "afternoon", "中午": "noon", "正午": "noon", "晌午": "noon", "午间": "noon",
    "下午": "afternoon", "午后": "afternoon",
    "午饭后": "afternoon", "吃完午饭": "afternoon", "傍晚": "evening", "晚上": "evening", "晚间": "evening",
    "夜晚": "evening", "晚饭后": "evening", "吃完晚饭": "evening", "下班后": "evening", "下班以后": "evening",
    "深夜": "night", "半夜": "night", "午夜": "night", "夜里": "night", "夜间": "night",
}  # fmt: skip
_SHORT = {"早": "morning", "晨": "morning", "午": "noon", "晚": "evening", "夜": "evening"}
_SHIFTS = {"大大后": 4, "大后": 3, "后": 2, "明": 1, "今": 0, "昨": -1, "前": -2, "大前": -3}
_FESTIVALS = {
    "除夕": Day(month=1, day=1, lunar=True, eve=True), "大年夜": Day(month=1, day=1, lunar=True, eve=True),
    "大年三十": Day(month=1, day=1, lunar=True, eve=True),
    "年三十": Day(month=1, day=1, lunar=True, eve=True), "春节": Day(month=1, day=1, lunar=True),
    "元宵": Day(month=1, day=15, lunar=True), "端午": Day(month=5, day=5, lunar=True),
    "七夕": Day(month=7, day=7, lunar=True), "中秋": Day(month=8, day=15, lunar=True),
    "重阳": Day(month=9, day=9, lunar=True), "腊八": Day(month=12, day=8, lunar=True),
    "元旦": Day(month=1, day=1), "劳动节": Day(month=5, day=1), "五一节": Day(month=5, day=1),
    "国庆": Day(month=10, day=1), "圣诞": Day(month=12, day=25), "平安夜": Day(month=12, day=24),
}  # fmt: skip
_WEEKS = {"上上": -2, "上": -1, "这": 0, "本": 0, "当": 0, "下": 1, "下下": 2}
_UNITS = {"小时": 60, "钟头": 60, "分钟": 1, "刻钟": 15}
_DAYS = {"天": 1, "日": 1, "周": 7, "星期": 7, "礼拜": 7}
_MORE = r"(?:\s?(?:左右|前后|多钟?|来钟|钟|许|整))?"
_MINUTES = (
    r"半(?![个小天年月])|[一三]刻钟?|过?(?:\d{1,2}|[零〇一二三四五六七八九十]{1,3})分(?![钟之手])"
    r"|(?:\d\d|[零〇][一二三四五六七八九]|[一二三四五]?十[一二三四五六七八九]?)"
    r"(?![\d个人名位块元平楼栋号单度斤桶层天小套台只件箱家户页])"
)
_RULES: tuple[tuple[str, str], ...] = (
    ("every", r"每[逢隔到]?[一两二]?个?(?:天|日|晚上?|早上?|年|月|(?:周|星期|礼拜)[一二三四五六日天末]?)的?|天天"
        r"|隔天"),
    ("ahead", r"(?<![\d.第])(?P<a_num>\d{1,3}(?:\.5)?|[一二两三四五六七八九十]{1,3}|半)(?P<a_half>个半)?个?"
        r"(?P<a_unit>小时|钟头|分钟|刻钟|天|日|周|星期|礼拜|月)(?P<a_plus>半)?(?:之后|以后|过后"
        r"|后(?![天来面门台续勤])|后(?=来(?:$|[,。!?修取看接送装拿吧]|一[个位趟]|人|我)))"
        r"|(?<![超不经路])过(?P<b_num>\d{1,3}|[一二两三四五六七八九十]{1,3}|半)(?P<b_half>个半)?个?"
        r"(?P<b_unit>小时|钟头|分钟|刻钟)(?=再|来|后|吧|$|[,，。])"),
    ("lunar", r"(?:(?:大年|年|(?:农历|阴历|旧历)的?)"
        r"(?:(?P<l_mon>[正冬腊]|1[0-2]|[1-9]|十[一二]?|[二三四五六七八九])月)?"
        rf"|(?P<m_mon>[正冬腊]|1[0-2]|[1-9]|十[一二]?|[二三四五六七八九])月|(?<![最当起年]))"
        rf"初(?P<l_new>[{_CHAR_N}])(?![学中级班生期步{_CHAR_N}])"
        rf"|(?:(?:农历|阴历|旧历)的?(?P<n_mon>1[0-2]|[1-9]|十[一二]?|[二三四五六七八九正冬腊])月"
        rf"|(?P<k_mon>[正冬腊])月)(?P<l_day>{_N})[日号]?"),
    ("feast", rf"(?:{'|'.join(_FESTIVALS)})节?(?:那天|当天)?(?![前后以之期放假快活联福礼粽过]|晚[会宴餐]|路)"),
    ("date", r"(?:(?P<d_year>20\d\d|二[〇零]二[一二三四五六七八九])年|(?P<d_rel>今年|明年|后年|去年)的?)?"
        rf"(?<![\d.个百])(?P<d_mon>{_N})月(?:份的?)?(?:(?P<d_day>{_N})(?:[号日](?!{HOUSE})"
        rf"|(?![\d个人月点时年份块元平度吨天{_CHAR_N}号日]))"
        r"|(?P<d_edge>底|末|初))"),
    ("edge", rf"(?:(?P<e_rel>{_REL})个?|(?<![\d个满岁{_CHAR_N}]))月(?P<e_edge>底|末|初)"),
    ("month", rf"(?P<o_rel>{_REL}|当)个?月(?:份的?)?(?:的?(?P<o_day>{_N})[号日](?!{HOUSE}))?"),
    ("monthday", rf"(?<![\d.百千第单尾])(?P<m_day>{_N})(?:号(?!{HOUSE})|日(?![内游之间两常报历子志三前]))"),
    ("left_day", rf"(?<![\d.百千第单尾])(?P<p_day>{_N})(?=\s?[-~到至—、和或]\s?{_N}号(?!{HOUSE}))"),
    ("weekend", rf"(?:(?P<s_rel>{_REL}|)个?(?:{_WEEK}末|周六[、和]?日(?!常))|双休日)"),
    ("weekday", rf"(?:(?P<w_rel>{_REL})一?个?)?{_WEEK}(?P<w_day>[一二三四五六日天]|[1-7](?!\d))"
        r"(?!次|[遍回趟个年岁]|天(?!气)|[常围])"),
    ("week", rf"(?P<k_rel>{_REL})一?个?{_WEEK}(?!末)"),
    ("today", r"今明(?:两?天|(?![早晚]))|明后(?:两天|天|(?!年))"),
    ("shift", rf"(?P<t_near>今|明|后|昨|前)(?P<t_short>早{_UP}|晚{_UP}|[晨夜](?!饭))"
        r"|(?<![以之])(?P<t_day>大大后|大后|后|明|今|昨|大前|前)(?:天(?!性)|儿个?(?!童|子)|个(?=[早晚上下中])"
        r"|日(?=[早上中下晚傍]))"
        r"|(?P<t_bare>今|明|昨)(?=[上下中]午)"),
    ("part", rf"(?<!楼)(?P<part_word>{'|'.join(sorted(_PARTS, key=len, reverse=True))})"
        rf"|(?P<part_short>[早晚])(?={_H}点)"),
    ("less", rf"差(?P<g_min>一刻|{_N}分?)钟?(?:到|就)?(?P<g_hour>{_H})点钟?"),
    ("pair", r"(?P<q_pair>一两|一二|两三|二三|三四|四五|五六|六七|七八|八九|九十|十一二)点钟?" + _MORE),
    ("clock", rf"(?<![\d.第百千])(?P<c_hour>{_H})(?:点钟?|时(?=半|整|\d|[零〇一二三四五六七八九十]{{1,3}}分)"
        rf"|(?<=\d)时(?![间候段常代而差不光期])|(?<=[午上晚晨]..)时|(?<=[午上晚晨].)时)"
        rf"(?:(?P<c_min>{_MINUTES})|差(?P<c_less>一刻|{_N}分))?" + _MORE),
    ("left", rf"(?<![\d.第百千:])(?P<b_hour>{_H})(?=\s?[-~到至—–]{{1,2}}\s?(?:上午|下午|中午|晚上)?{_H}点)"),
)  # fmt: skip
_GRAMMAR = later(
    r"(?=[\d今明后昨前大年农阴旧正冬腊初除春元端七中重国圣平劳五上下这本当一二两三四六八九十廿卅零〇半月周星礼双"
    r"每天隔凌清早晌午头吃傍晚夜深差过])(?:" + "|".join(f"(?P<{name}>{rule})" for name, rule in _RULES) + ")"
)


def read(text: str) -> Iterator[Piece]:
    """Every time word of Chinese, in order; a rule that turns out to mean something else yields nothing."""
    for match in _GRAMMAR.finditer(text):
        reader = _READERS[match.lastgroup or ""]
        piece = reader(match)
        if piece is not None:
            yield piece


def _number(text: str | None) -> int:
    value = parse_number(text or "")
    return int(value) if value is not None else 99


def _day(match: re.Match[str], day: Day) -> Piece:
    return Piece(match.start(), match.end(), day=day)


def _read_every(match: re.Match[str]) -> Piece:
    return _day(match, Day(every=True))


def _read_ahead(match: re.Match[str]) -> Piece | None:
    said, unit = match["a_num"] or match["b_num"], match["a_unit"] or match["b_unit"]
    amount = parse_number(said)
    if amount is None:
        return None
    length = float(amount) + (0.5 if match["a_half"] or match["a_plus"] or match["b_half"] else 0)
    if unit in _UNITS:
        return Piece(match.start(), match.end(), after=timedelta(minutes=round(length * _UNITS[unit])))
    if unit == "月":
        day = Day(shift=15) if length == 0.5 else Day(months=int(length), day=0)
        return _day(match, day)
    if length != int(length):
        return None
    return _day(match, Day(shift=int(length) * _DAYS[unit]))


def _read_lunar(match: re.Match[str]) -> Piece:
    named = match["l_mon"] or match["m_mon"] or match["n_mon"] or match["k_mon"]
    if match[0].startswith(("大年", "年")):
        named = "正"
    month = {"正": 1, "冬": 11, "腊": 12}.get(named, 0) or _number(named) if named else None
    day = _number(match["l_new"] or match["l_day"])
    return _day(match, Day(month=month, day=day, lunar=True))


def _read_feast(match: re.Match[str]) -> Piece:
    name = next(name for name in _FESTIVALS if match[0].startswith(name))
    return _day(match, _FESTIVALS[name])


def _read_date(match: re.Match[str]) -> Piece | None:
    year = match["d_year"]
    relative = {None: None, "去年": -1, "今年": 0, "明年": 1, "后年": 2}[match["d_rel"]]
    day = {"底": LAST, "末": LAST, "初": 1}[match["d_edge"]] if match["d_edge"] else _number(match["d_day"])
    number = int(year) if year and year.isascii() else _number(year) if year else None
    return _day(match, Day(year=number, years=relative, month=_number(match["d_mon"]), day=day))


def _read_edge(match: re.Match[str]) -> Piece:
    months = _WEEKS[match["e_rel"]] if match["e_rel"] else None
    return _day(match, Day(months=months, day=1 if match["e_edge"] == "初" else LAST))


def _read_month(match: re.Match[str]) -> Piece:
    day = _number(match["o_day"]) if match["o_day"] else None
    return _day(match, Day(months=_WEEKS[match["o_rel"]], day=day))


def _read_monthday(match: re.Match[str]) -> Piece | None:
    number = _number(match["m_day"])
    return _day(match, Day(day=number)) if 0 < number < 40 else None


def _read_left_day(match: re.Match[str]) -> Piece | None:
    number = _number(match["p_day"])
    return _day(match, Day(day=number)) if 0 < number < 32 else None


def _read_weekend(match: re.Match[str]) -> Piece:
    week = _WEEKS[match["s_rel"]] if match["s_rel"] else None
    return _day(match, Day(weekend=True, week=week))


def _read_weekday(match: re.Match[str]) -> Piece:
    name = match["w_day"]
    number = int(name) - 1 if name.isdigit() else "一二三四五六日天".index(name)
    week = _WEEKS[match["w_rel"]] if match["w_rel"] else None
    return _day(match, Day(weekday=min(number, 6), week=week))


def _read_week(match: re.Match[str]) -> Piece:
    return _day(match, Day(week=_WEEKS[match["k_rel"]]))


def _read_today(match: re.Match[str]) -> Piece:
    return _day(match, Day(shift=0 if match[0].startswith("今") else 1, more=1))


def _read_shift(match: re.Match[str]) -> Piece:
    near = match["t_near"] or match["t_day"] or match["t_bare"]
    part = _SHORT[match["t_short"][0]] if match["t_short"] else None
    shift = _SHIFTS[near]
    return Piece(match.start(), match.end(), day=Day(shift=shift, vague=shift < 0), part=part)


def _read_part(match: re.Match[str]) -> Piece:
    part = _PARTS[match["part_word"]] if match["part_word"] else _SHORT[match["part_short"]]
    return Piece(match.start(), match.end(), part=part)


def _clock(match: re.Match[str], clock: Clock) -> Piece:
    return Piece(match.start(), match.end(), clock=clock)


def _hour(said: str) -> str:
    return said if said.isdigit() and said.isascii() else str(_number(said))


def _earlier(hour: str, less: str) -> Clock:
    minutes = 15 if less == "一刻" else _number(less.removesuffix("分"))
    return Clock((int(hour) - 1) % 24, 60 - minutes, None, int(hour) > 12)


def _read_less(match: re.Match[str]) -> Piece:
    return _clock(match, _earlier(_hour(match["g_hour"]), match["g_min"]))


def _read_pair(match: re.Match[str]) -> Piece:
    said = match["q_pair"]
    first = 11 if said == "十一二" else _number(said[0])
    return _clock(match, Clock(first, end=Clock(first + 1)))


def _read_clock(match: re.Match[str]) -> Piece | None:
    hour = _hour(match["c_hour"])
    if match["c_less"]:
        return _clock(match, _earlier(hour, match["c_less"]))
    said = match["c_min"] or "整"
    fixed = {"半": 30, "一": 15, "三": 45, "整": 0}
    minute = fixed[said[0]] if said in "半整" or said[1:2] == "刻" else _number(said.removeprefix("过").rstrip("分"))
    return _clock(match, clock_of(hour, str(minute)))


def _read_left(match: re.Match[str]) -> Piece:
    return _clock(match, clock_of(_hour(match["b_hour"])))


_READERS: dict[str, Callable[[re.Match[str]], Piece | None]] = {
    "every": _read_every, "ahead": _read_ahead, "lunar": _read_lunar, "feast": _read_feast, "date": _read_date,
    "edge": _read_edge, "month": _read_month, "monthday": _read_monthday, "left_day": _read_left_day,
    "weekend": _read_weekend, "weekday": _read_weekday, "week": _read_week, "today": _read_today,
    "shift": _read_shift, "part": _read_part, "less": _read_less, "pair": _read_pair, "clock": _read_clock,
    "left": _read_left,
}  # fmt: skip
