"""From parts to as few of Telegram's messages as they fit in: a retry after half of them would say the rest twice."""

from __future__ import annotations

import html
from dataclasses import dataclass

from bot.contract.messages import Card, Choices, Link, Media, Part, Words
from bot.contract.shown import pieces
from channels.telegram.keyboard import Button, Rows, laid_out

TEXT_UNITS = 4096
CAPTION_UNITS = 1024


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
        texts += _paragraphs(part)
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
    return [Bubble(_escaped("".join(pieces(part.alt, CAPTION_UNITS, units)[:1])), photo=part.url)]


def _paragraphs(part: Part) -> list[str]:
    """HTML, each paragraph within the limit by itself."""
    match part:
        case Words() | Choices():
            return _within(part.text)
        case Link():
            # With a safe address it is a button.
            return [] if part.url.startswith("https://") else _within(f"{part.title}\n{part.url}")
        case Card() if units(part.text) <= TEXT_UNITS:
            # Its lines as this language writes them; the title stands out.
            title, _, lines = part.text.partition("\n")
            return [f"<b>{_escaped(title)}</b>\n{_escaped(lines)}".rstrip()]
        case Card():
            return _within(part.text)
    return []


def _within(text: str) -> list[str]:
    return [_escaped(piece) for piece in pieces(text, TEXT_UNITS, units)]


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
