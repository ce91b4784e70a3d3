"""From parts to as few of Telegram's messages as they fit in: a retry after half of them would say the rest twice."""

from __future__ import annotations

import html
from dataclasses import dataclass

from bot.contract.messages import Card, Choices, Link, Media, Part, Words
from channels.telegram.keyboard import Button, Rows, laid_out

TEXT_UNITS = 4096
CAPTION_UNITS = 1024
_BREAKS = "\n。！？.!? "


@dataclass(frozen=True, slots=True)
class Bubble:
    """One message; text: HTML of Telegram's kind; photo: a URL that Telegram fetches, or empty."""

    text: str
    photo: str = ""
    rows: Rows = ()


def units(text: str) -> int:
    """Telegram counts in UTF-16: an emoji is two."""
    return len(text.encode("utf-16-le", "surrogatepass")) // 2


def render(parts: tuple[Part, ...]) -> list[Bubble]:
    bubbles: list[Bubble] = []
    texts: list[str] = []
    rows: Rows = ()
    for part in parts:
        if isinstance(part, Media):
            bubbles += _texts(texts)
            bubbles += _photo(part)
            texts = []
            continue
        texts += _pieces(part)
        if isinstance(part, Choices):
            rows = (*rows, *laid_out(part.items))
        elif isinstance(part, Link) and part.url.startswith("https://"):
            rows = (*rows, (Button(part.title, url=part.url),))
    bubbles += _texts(texts)
    if rows:
        bubbles = bubbles or [Bubble(_escaped(rows[0][0].title))]
        last = bubbles[-1]
        bubbles[-1] = Bubble(last.text, last.photo, rows)
    return bubbles


def _photo(part: Media) -> list[Bubble]:
    """A picture that only this machine can see is named, not shown."""
    if part.kind != "image" or not part.url.startswith("https://"):
        return _texts([_escaped(f"{part.alt}\n{part.url}" if part.url.startswith("http") else part.alt)])
    return [Bubble(_escaped(_split(part.alt, CAPTION_UNITS)[0] if part.alt else ""), photo=part.url)]


def _pieces(part: Part) -> list[str]:
    """HTML paragraphs, each within the limit by itself."""
    match part:
        case Words():
            return [_escaped(piece) for piece in _split(part.text, TEXT_UNITS)]
        case Choices():
            return [_escaped(piece) for piece in _split(part.text, TEXT_UNITS)]
        case Link() if not part.url.startswith("https://"):
            return [_escaped(piece) for piece in _split(f"{part.title}\n{part.url}", TEXT_UNITS)]
        case Card():
            return _card(part)
    return []


def _card(card: Card) -> list[str]:
    """Its lines as this language writes them; the title stands out."""
    if units(card.text) > TEXT_UNITS:
        return [_escaped(piece) for piece in _split(card.text, TEXT_UNITS)]
    title, _, lines = card.text.partition("\n")
    return [f"<b>{_escaped(title)}</b>\n{_escaped(lines)}".rstrip()]


def _texts(paragraphs: list[str]) -> list[Bubble]:
    """Paragraphs together as long as they fit."""
    bubbles: list[Bubble] = []
    current = ""
    for one in paragraphs:
        joined = f"{current}\n\n{one}" if current else one
        if current and units(html.unescape(joined)) > TEXT_UNITS:
            bubbles.append(Bubble(current))
            joined = one
        current = joined
    return [*bubbles, Bubble(current)] if current else bubbles


def _escaped(text: str) -> str:
    return html.escape(text, quote=False)


def _split(text: str, limit: int) -> list[str]:
    """Cut at the end of a sentence where there is one in the second half; never inside an emoji."""
    pieces: list[str] = []
    while units(text) > limit:
        size, used = 0, 0
        while used + units(text[size]) <= limit:
            used += units(text[size])
            size += 1
        at = max((text.rfind(mark, size // 2, size) for mark in _BREAKS), default=-1)
        cut = at + 1 if at > 0 else size
        pieces.append(text[:cut].rstrip())
        text = text[cut:].lstrip()
    return [*pieces, text] if text else pieces
