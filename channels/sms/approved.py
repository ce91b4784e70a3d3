"""What may be said where only approved texts go out: a message that is one of them goes with its variables, anything
else as the one that says there is news."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass

from bot.contract.errors import Refused

_VARIABLE = re.compile(r"\{(\d{1,2})\}")


@dataclass(frozen=True, slots=True)
class Chosen:
    """words: the variables, in the order of their numbers."""

    template: str
    words: tuple[str, ...]


def chosen(text: str, templates: Mapping[str, str]) -> Chosen:
    """The template whose words these are, else the one without a variable. Raises `Refused` where there is none."""
    plain = _plain(text)
    for template, approved in templates.items():
        words = _variables(plain, _plain(approved))
        # A link is no variable: the vendor refuses it, and people have learnt not to press on one.
        if words is not None and words and not any("://" in word for word in words):
            return Chosen(template, words)
    news = next((template for template, approved in templates.items() if not _VARIABLE.search(approved)), None)
    if news is None:
        raise Refused(f"no approved template says: {plain[:80]}")
    return Chosen(news, ())


def _plain(text: str) -> str:
    return " ".join(text.split())


def _variables(text: str, approved: str) -> tuple[str, ...] | None:
    """None where the text is another one; a variable that stands twice is the same twice."""
    seen: set[str] = set()

    def group(found: re.Match[str]) -> str:
        name = f"v{found[1]}"
        if name in seen:
            return f"(?P={name})"
        seen.add(name)
        return f"(?P<{name}>.+?)"

    parts = _VARIABLE.split(approved)
    marks = list(_VARIABLE.finditer(approved))
    pattern = "".join(re.escape(part) for part in parts[:1])
    for place, mark in enumerate(marks):
        pattern += group(mark) + re.escape(parts[2 * place + 2])
    found = re.fullmatch(pattern, text)
    if found is None:
        return None
    numbered = sorted(found.groupdict().items(), key=lambda one: int(one[0][1:]))
    return tuple(value.strip() for _, value in numbered)
