"""Numbers as people write and say them, so that every reader of amounts, days and hours agrees on their value."""

from __future__ import annotations

import re
from decimal import Decimal

from intents.patterns import later

_DIGITS = {
    "零": 0, "〇": 0, "○": 0, "一": 1, "壹": 1, "幺": 1, "二": 2, "两": 2, "俩": 2, "贰": 2, "三": 3,
    "仨": 3, "叁": 3, "四": 4, "肆": 4, "五": 5, "伍": 5, "六": 6, "陆": 6, "七": 7, "柒": 7, "八": 8,
    "捌": 8, "九": 9, "玖": 9,
}  # fmt: skip
_UNITS = {"十": 10, "拾": 10, "百": 100, "佰": 100, "千": 1000, "仟": 1000}
_TWENTIES = {"廿": "二十", "卅": "三十"}
_ARABIC = later(r"\d{1,3}(?:,\d{3})+(?:\.\d{1,6})?|\d{1,12}(?:\.\d{1,6})?", re.ASCII)
_SMALL = (
    "zero one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen seventeen"
    " eighteen nineteen"
)
_TENS = "twenty thirty forty fifty sixty seventy eighty ninety"
# The one list of English number words; places, counts and telephone lines read by it too.
ENGLISH_WORDS = {word: value for value, word in enumerate(_SMALL.split())} | {
    word: value * 10 for value, word in enumerate(_TENS.split(), 2)
}
_SCALES = {"hundred": 100, "thousand": 1000, "million": 1_000_000}
_LONGEST = 40


def parse_number(text: str) -> int | Decimal | None:
    """The value of a whole string that is one number, or None.

    Reads 0..99,999,999 in Chinese ("三百零五", "两万三", "一个半" as 1.5), digit strings ("二零二六", "幺三八"),
    Arabic figures with a decimal part, thousands' commas or 万, and English words ("twenty-five").
    """
    text = text.strip()
    if not text or len(text) > _LONGEST:
        return None
    if text.isascii():
        return _arabic(text) if text[0].isdigit() else _english(text.lower())
    if text[0].isascii() and text[-1] in "万千百":
        figure = _arabic(text[:-1])
        return None if figure is None else _whole(figure * _scale(text[-1]))
    return _chinese(text)


def _scale(char: str) -> int:
    return 10_000 if char == "万" else _UNITS[char]


def _whole(value: int | Decimal) -> int | Decimal:
    return int(value) if value == int(value) else value


def _arabic(text: str) -> int | Decimal | None:
    if not _ARABIC.fullmatch(text):
        return None
    plain = text.replace(",", "")
    return Decimal(plain) if "." in plain else int(plain)


def _chinese(text: str) -> int | Decimal | None:
    for short, long in _TWENTIES.items():
        text = text.replace(short, long)
    half = Decimal(0)
    if text.endswith("半"):
        half, text = Decimal("0.5"), text[:-1].removesuffix("个")
        if not text:
            return half
    if "点" in text:
        return _decimal(text) if not half else None
    value = _integer(text)
    return None if value is None else (value + half if half else value)


def _decimal(text: str) -> Decimal | None:
    before, _, after = text.partition("点")
    value = _integer(before)
    if value is None or not after or any(char not in _DIGITS for char in after):
        return None
    return Decimal(f"{value}." + "".join(str(_DIGITS[char]) for char in after))


def _integer(text: str) -> int | None:
    if all(char in _DIGITS for char in text):
        return int("".join(str(_DIGITS[char]) for char in text)) if text else None
    high, wan, low = text.partition("万")
    if not wan:
        return _section(text)
    left = _section(high)
    if not left:
        return None
    if not low:
        return left * 10_000
    # "两万三" is said for 23,000: a lone last digit counts thousands.
    right = _DIGITS[low] * 1000 if low in _DIGITS and low not in "零〇" else _section(low)
    return None if right is None else left * 10_000 + right


def _section(text: str) -> int | None:
    """Up to 9,999: units must fall, and each but a leading ten needs its digit."""
    total, digit, last, gap = 0, None, 10_000, False
    for char in text:
        if char in _DIGITS:
            if digit not in (None, 0):
                return None
            digit = _DIGITS[char]
            gap = gap or digit == 0
            continue
        unit = _UNITS.get(char)
        if unit is None or unit >= last or (digit is None and (unit != 10 or total)):
            return None
        total += (1 if digit is None else digit) * unit
        digit, last, gap = None, unit, False
    if digit is None:
        return total
    # "一百二" is said for 120, "一百零二" for 102.
    return total + digit * (last // 10 if 10 < last < 10_000 and not gap else 1)


def _english(text: str) -> int | None:
    total, current, seen = 0, 0, False
    for word in text.replace("-", " ").split():
        if word == "and" and seen:
            continue
        if word in ENGLISH_WORDS:
            value = ENGLISH_WORDS[word]
            if current % 100 and (current % 10 or value > 9):
                return None
            current += value
        elif word in _SCALES and (seen or word == "hundred"):
            current = (current or 1) * _SCALES[word]
            if word != "hundred":
                total, current = total + current, 0
        else:
            return None
        seen = True
    return total + current if seen else None
