"""Reads numbers said digit by digit or in English words: telephone lines and recognisers write them so."""

from __future__ import annotations

from intents.entities.numerals import ENGLISH_WORDS, parse_number
from intents.patterns import later

HAN_DIGITS = "零〇一二三四五六七八九幺"
HAN_NUMBER = "零〇一二三四五六七八九十百千万两俩幺"
_TO_DIGIT = {char: str(value) for value, char in enumerate("零一二三四五六七八九")} | {"〇": "0", "幺": "1"}

_DIGIT_WORDS = {
    "zero": 0, "oh": 0, "o": 0, "one": 1, "two": 2, "three": 3, "four": 4, "for": 4, "five": 5,
    "six": 6, "seven": 7, "eight": 8, "nine": 9,
}  # fmt: skip
_SMALL = (
    {word: value for word, value in _DIGIT_WORDS.items() if word not in {"oh", "o", "for"}}
    | {word: value for word, value in ENGLISH_WORDS.items() if value >= 10}
    | {"fourty": 40, "a": 1, "an": 1}
)
_SCALES = {"hundred": 100, "thousand": 1000, "grand": 1000}

_ONES = "one|two|three|four|five|six|seven|eight|nine"
_TEENS = [word for word, value in ENGLISH_WORDS.items() if 10 <= value < 20]
_TENS = [word for word, value in ENGLISH_WORDS.items() if value >= 20]
_ALL_SMALL = f"(?:{'|'.join(_TENS)}|fourty)(?:[- ](?:{_ONES}))?|{'|'.join(_TEENS)}|{_ONES}"
ENGLISH_NUMBER = rf"(?:{_ALL_SMALL})\b"
ENGLISH_DIGIT = rf"(?:(?:double|triple) )?(?:zero|oh|o|{_ONES})\b"
ENGLISH_LARGE = (
    rf"(?:an?|{_ALL_SMALL}) (?:hundred|thousand)\b(?>(?: and"
    rf"| ) ?(?:{_ALL_SMALL})(?: hundred)?\b(?: and (?:{_ALL_SMALL})\b)?)*"
)
_STOREY = later(r"(.?十[一二三四五六七八九]?)([零〇].)")
_WORD = later(r"[a-z]+")


def han_digits(text: str) -> str | None:
    """Each sign one digit: "五零一" is 501, "幺三8" is 138; None when anything else stands there."""
    digits = [_TO_DIGIT.get(char, char) for char in text]
    return "".join(digits) if all(digit.isascii() and digit.isdigit() for digit in digits) else None


def label_number(text: str) -> str | None:
    """A number that names a thing: "3", "三", "十三", "一二零三", "十二零三" (twelfth floor, 03)."""
    digits = han_digits(text)
    if digits is not None:
        return digits
    storey = _STOREY.fullmatch(text)
    if storey:
        return f"{parse_number(storey[1])}{han_digits(storey[2])}"
    value = parse_number(text)
    return str(value) if value is not None and value == int(value) else None


def english_digits(text: str) -> str:
    """ "one three double eight" is 1388."""
    out, times = [], 1
    for word in _WORD.findall(text):
        if word in {"double", "triple"}:
            times = 2 if word == "double" else 3
        elif word in _DIGIT_WORDS:
            out.append(str(_DIGIT_WORDS[word]) * times)
            times = 1
    return "".join(out)


def english_number(text: str) -> int | None:
    """ "two hundred and fifty" is 250; None when a word is no number."""
    if text.isdigit():
        return int(text)
    total, current = 0, 0
    for word in _WORD.findall(text):
        if word in _SMALL:
            current += _SMALL[word]
        elif word in _SCALES:
            current = max(current, 1) * _SCALES[word]
            if word != "hundred":
                total, current = total + current, 0
        elif word != "and":
            return None
    return total + current or None


def label_english(text: str) -> str | None:
    """A number that names a thing: "5c", "thirteen", "five oh one", "twelve oh four"."""
    if text[:1].isdigit() or (len(text) <= 2 and not text.startswith("o")):
        return text.upper().replace(" ", "")
    words = _WORD.findall(text)
    if len(words) > 1 and words[0] in _DIGIT_WORDS and all(word in _DIGIT_WORDS for word in words):
        return english_digits(text)
    if "oh" in words or "zero" in words:
        first = english_number(words[0])
        return f"{first}{english_digits(' '.join(words[1:]))}" if first else None
    value = english_number(text)
    return str(value) if value else None
