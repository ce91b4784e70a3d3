"""From parts to as few of WeChat's messages as they fit in: each counts."""

from __future__ import annotations

import re
from dataclasses import dataclass
from urllib.parse import urlsplit

from bot.contract.messages import Card, Choice, Choices, Link, Media, Part, Words
from bot.contract.shown import brought, pieces

# Bytes, not characters: a Chinese character is three.
TEXT_BYTES = 2048
MENU_ITEMS, MENU_ID = 10, 64
# WeChat makes a link of this wherever it stands, also in what somebody else has typed.
_ANCHOR = re.compile(r"<(?=\s*/?\s*a(?:[\s>]|$))", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Bubble:
    """One message. photo: where a picture is to be had, its text then says what it is; items: (id, title) to tap."""

    text: str
    photo: str = ""
    items: tuple[tuple[str, str], ...] = ()

    @property
    def part(self) -> Part:
        return Media("image", self.photo, self.text) if self.photo else Words(self.text)


def size(text: str) -> int:
    return len(text.encode("utf-8", "surrogatepass"))


def render(parts: tuple[Part, ...], hosts: frozenset[str], *, pushed: bool, pictures: bool) -> list[Bubble]:
    """pushed: not in a response, so that choices may be tapped; pictures: they can be sent, not only linked to."""
    out: list[Bubble] = []
    texts: list[str] = []
    for place, part in enumerate(parts):
        if isinstance(part, Media) and part.kind == "image" and pictures and part.url.startswith("http"):
            out += _texts(texts)
            texts = []
            out.append(Bubble(part.alt, photo=part.url))
        elif isinstance(part, Choices) and pushed and place == len(parts) - 1 and _can_be_tapped(part):
            out += _menu(texts, part)
            texts = []
        elif isinstance(part, Choices):
            texts.append("\n".join([_safe(part.text), *(_safe(one) for one in _unnamed(part))]))
        else:
            texts.append(_words(part, hosts))
    return out + _texts(texts)


def _words(part: Part, hosts: frozenset[str]) -> str:
    match part:
        case Words():
            return _safe(part.text)
        case Card():
            return _safe(part.text)
        case Link():
            return _link(part, hosts)
        case Media():
            return f"{_safe(part.alt)}\n{part.url}" if part.url.startswith("http") else _safe(part.alt)
        case Choices():
            return _safe(part.text)


def _link(part: Link, hosts: frozenset[str]) -> str:
    parts = urlsplit(part.url)
    if parts.scheme == "https" and parts.hostname in hosts and '"' not in part.url:
        return f'<a href="{part.url}">{_safe(part.title)}</a>'
    return f"{_safe(part.title)}\n{part.url}"


def _forms(place: int, one: Choice) -> tuple[str, str]:
    """How a choice stands in a question already: on a line of its own, or in a row of many."""
    return f"{one.key or place}. {one.title}", f"{one.key or place} {one.title}"


def _unnamed(part: Choices) -> list[str]:
    """Choices that the question does not name yet, a line each."""
    forms = [_forms(place, one) for place, one in enumerate(part.items, 1)]
    return [line for line, short in forms if line not in part.text and short not in part.text]


def _bare(part: Choices) -> str:
    """The question without the lines that name its choices."""
    forms = [_forms(place, one) for place, one in enumerate(part.items, 1)]
    lines, row = {line for line, _ in forms}, [short for _, short in forms]
    return "\n".join(
        line for line in part.text.split("\n") if line not in lines and not all(short in line for short in row)
    )


def _weight(part: Choices) -> int:
    return sum(size(one.title) + MENU_ID for one in part.items)


def _can_be_tapped(part: Choices) -> bool:
    """So few and so short that their question has room above them; else they are numbered."""
    return len(part.items) <= MENU_ITEMS and _weight(part) <= TEXT_BYTES // 2


def _menu(texts: list[str], part: Choices) -> list[Bubble]:
    """The keys need not be named where their lines can be tapped; a typed digit is understood all the same."""
    question = _bare(part)
    items = tuple((brought(one.payload, MENU_ID), one.title) for one in part.items)
    weight = _weight(part)
    head = "\n\n".join([*texts, _safe(question)])
    if size(head) + weight <= TEXT_BYTES:
        return [Bubble(head, items=items)]
    return [*_texts(texts), Bubble("".join(pieces(_safe(question), TEXT_BYTES - weight, size)[:1]), items=items)]


def _texts(texts: list[str]) -> list[Bubble]:
    """Together as long as they fit."""
    out: list[Bubble] = []
    current = ""
    for one in texts:
        for piece in pieces(one, TEXT_BYTES, size):
            joined = f"{current}\n\n{piece}" if current else piece
            if size(joined) > TEXT_BYTES:
                out.append(Bubble(current))
                joined = piece
            current = joined
    return [*out, Bubble(current)] if current else out


def _safe(text: str) -> str:
    return _ANCHOR.sub("＜", text)
