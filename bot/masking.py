"""Takes personal data out of what operators read: phones, identities, keys, codes, plates, words once said."""

from __future__ import annotations

import re
from collections.abc import Iterable

# Chinese plates begin with the short name of a province and a letter; written by code points, because this is code.
_PROVINCES = (
    "\u4eac\u6d25\u6caa\u6e1d\u5180\u8c6b\u4e91\u8fbd\u9ed1\u6e58\u7696\u9c81\u65b0\u82cf\u6d59\u8d63"
    "\u9102\u6842\u7518\u664b\u8499\u9655\u5409\u95fd\u8d35\u7ca4\u9752\u85cf\u5ddd\u5b81\u743c"
)
# In this order: what is longer and more certain first.
_PATTERNS: tuple[tuple[re.Pattern[str], str], ...] = (
    (re.compile(r"(?i)\b(bearer|basic)\s+[^\s\"',;]+"), r"\1 ***"),
    (
        re.compile(
            r"(?i)\b(\w*(?:token|key|secret|passw(?:or)?d|signature|code|pin))([\"']?\s*[=:]\s*[\"']?)[^\s\"',;&}]+"
        ),
        r"\1\2***",
    ),
    (re.compile(r"(?i)(\w+://[^:/@\s]*):[^@/\s]+@"), r"\1:***@"),
    (re.compile(r"\b[\w.+-]+@[\w-]+\.[\w.-]+"), "***@***"),
    (re.compile(r"\blinli_[\w-]{16,}"), "***"),
    # Ours are shown: they name cases (R-20261120-0001) and errors (E-1A2B3C), not people.
    (re.compile(rf"[{_PROVINCES}][A-Z][\s\u00b7.-]?[A-Z0-9]{{5,6}}(?![A-Za-z0-9])"), "***"),
    (re.compile(r"(?<![\w-])(?=[\w-]*\d)(?=[\w-]*[A-Za-z])[\w-]{24,}(?![\w-])"), "***"),
    (re.compile(r"(?<![\dA-Za-z])\d{6}(?:19|20)\d{2}\d{4}\d{3}[\dXx](?![\dA-Za-z])"), "***"),
    (re.compile(r"(?<!\d)(?:(?:\+|00)?86[\s-]?)?(1\d{2})[\s-]?\d{4}[\s-]?(\d{4})(?!\d)"), r"\1****\2"),
    (re.compile(r"(?<![\d-])0\d{2,3}[\s-]\d{4}(\d{3,4})(?!\d)"), r"****\1"),
    # Any other run of digits that may be a number of somebody: a landline, a pass's code, a one-time code.
    (re.compile(r"(?<![\d.A-Za-z-])\+?\d{4}[\s-]?\d{2,14}(?![\d.A-Za-z-])"), "***"),
)
_QUOTED = re.compile(r"'(?:[^'\\\n]|\\.){1,4000}'|\"(?:[^\"\\\n]|\\.){1,4000}\"")
_FOREIGN = re.compile(r"[^\x00-\x7f]+")
_PLAIN = re.compile(r"['\"][A-Za-z_][A-Za-z0-9_.:/ -]{0,40}['\"]")


def mask(text: str, hidden: Iterable[str] = ()) -> str:
    """The text without what points to a person; hidden: words that this message brought along."""
    for word in sorted(hidden, key=len, reverse=True):
        if word in text:
            text = text.replace(word, "***")
    for pattern, instead in _PATTERNS:
        text = pattern.sub(instead, text)
    return text


def elide(text: str) -> str:
    """An error's own words, with what it quotes taken out unless that is plainly a name of ours.

    Ours are written in English: letters of any other script came from a resident.
    """
    return _FOREIGN.sub("...", _QUOTED.sub(lambda m: m.group(0) if _PLAIN.fullmatch(m.group(0)) else "'...'", text))
