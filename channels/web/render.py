"""From a conversation to the JSON that the widget draws."""

from __future__ import annotations

import re

from bot.contract.messages import Card, Choices, Link, Media, OutboundMessage, Part, Words
from bot.contract.talk import Line, Talk

Json = dict[str, object]
_KEPT = re.compile(r"[0-9a-f]{16}-[0-9a-f]{40}\.[a-z]{3,4}")


def render(talk: Talk, replies: tuple[OutboundMessage, ...] = ()) -> Json:
    """replies: shown after the lines when no line stands for them, which happens when the storage is away."""
    lines = [_line(line) for line in talk.lines]
    kept = {line.message for line in talk.lines if not line.mine}
    for reply in replies:
        if reply.in_reply_to not in kept:
            parts = [_part(part) for part in reply.parts]
            lines.append({"id": f"r-{reply.in_reply_to}", "mine": False, "message": reply.in_reply_to, "parts": parts})
    news: Json = {"lines": lines, "cursor": talk.cursor, "language": talk.language, "with_staff": talk.with_staff}
    if talk.writing:
        news["writing"] = True
    return {**news, "staff": talk.staff} if talk.staff else news


def _line(line: Line) -> Json:
    shown: Json = {
        "id": line.id,
        "mine": line.mine,
        "at": line.at.isoformat(),
        "message": line.message,
        "parts": [_photo(part) if line.mine else _part(part) for part in line.parts],
    }
    return {**shown, "by": line.by} if line.by else shown


def _photo(part: Part) -> Json:
    """A resident's own picture is fetched by its key, with the token."""
    return {"type": "photo", "key": part.url} if isinstance(part, Media) else _part(part)


def _part(part: Part) -> Json:
    match part:
        case Words():
            return {"type": "text", "text": part.text}
        case Choices():
            items = [{"title": item.title, "payload": item.payload} for item in part.items]
            return {"type": "choices", "text": part.text, "items": items}
        case Media() if _KEPT.fullmatch(part.url):
            # Sent by the desk, and kept where residents' own pictures are: fetched with the token, too.
            return {"type": "photo" if part.kind == "image" else "file", "key": part.url, "alt": part.alt}
        case Media():
            return {"type": "media", "kind": part.kind, "url": part.url, "alt": part.alt}
        case Link():
            return {"type": "link", "title": part.title, "url": part.url}
        case Card():
            return {"type": "card", "title": part.title, "rows": [list(row) for row in part.rows]}
