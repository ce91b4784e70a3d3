"""From parts to WhatsApp's messages: three buttons, or a list of ten, or numbered lines where neither fits."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from bot.contract.messages import Card, Choice, Choices, Link, Media, Part, Words
from bot.contract.shown import brought, pieces

TEXT, BODY, CAPTION = 4096, 1024, 1024
BUTTONS, BUTTON_TITLE, ROWS, ROW_TITLE, ID = 3, 20, 10, 24, 200
Json = dict[str, Any]


def render(parts: tuple[Part, ...], more: str) -> list[Json]:
    """more: what stands on the button that opens a list."""
    out: list[Json] = []
    texts: list[str] = []
    for part in parts:
        if isinstance(part, Media) and part.kind == "image" and part.url.startswith("https://"):
            out += _texts(texts)
            texts = []
            out.append({"type": "image", "image": {"link": part.url, "caption": part.alt[:CAPTION]}})
        elif isinstance(part, Choices):
            texts.append(part.text)
            question = "\n\n".join(texts)
            asked = _asked(question, part.items, more) if len(question) <= BODY else None
            if asked is None and len(part.text) <= BODY:
                asked = _asked(part.text, part.items, more)
                out += _texts(texts[:-1]) if asked else []
            texts = [] if asked else [*texts, *(f"{place}. {one.title}" for place, one in enumerate(part.items, 1))]
            out += [asked] if asked else []
        else:
            texts.append(_words(part))
    return out + _texts(texts)


def _words(part: Part) -> str:
    match part:
        case Words():
            return part.text
        case Card():
            title, _, lines = part.text.partition("\n")
            return f"*{title}*\n{lines}".rstrip()
        case Link():
            return f"{part.title}\n{part.url}"
        case Media():
            return f"{part.alt}\n{part.url}"
        case Choices():
            return part.text


def _asked(question: str, items: Sequence[Choice], more: str) -> Json | None:
    """None where the titles do not fit: cut ones would look alike."""
    if len(items) <= BUTTONS and all(len(one.title) <= BUTTON_TITLE for one in items):
        buttons = [{"type": "reply", "reply": {"id": brought(one.payload, ID), "title": one.title}} for one in items]
        return _interactive("button", question, {"buttons": buttons})
    if len(items) <= ROWS and all(len(one.title) <= ROW_TITLE for one in items):
        rows = [{"id": brought(one.payload, ID), "title": one.title} for one in items]
        return _interactive("list", question, {"button": more[:BUTTON_TITLE], "sections": [{"rows": rows}]})
    return None


def _interactive(kind: str, question: str, action: Json) -> Json:
    return {"type": "interactive", "interactive": {"type": kind, "body": {"text": question}, "action": action}}


def _texts(texts: Sequence[str]) -> list[Json]:
    out: list[Json] = []
    current = ""
    for one in texts:
        for piece in pieces(one, TEXT):
            joined = f"{current}\n\n{piece}" if current else piece
            if len(joined) > TEXT:
                out.append(_text(current))
                joined = piece
            current = joined
    return [*out, _text(current)] if current else out


def _text(words: str) -> Json:
    return {"type": "text", "text": {"body": words, "preview_url": False}}
