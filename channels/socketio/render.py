"""From parts to `bot_uttered`: one event a bubble, buttons as quick replies."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from bot.contract.messages import Card, Choices, Link, Media, Part, Words

Json = dict[str, object]


def render(parts: Iterable[Part], by: str = "") -> Iterator[Json]:
    """by: the person of the desk who says it, named before their words."""
    for number, part in enumerate(parts):
        lead = f"{by}: " if by and not number else ""
        match part:
            case Words() | Card():
                yield {"text": lead + part.text}
            case Choices():
                replies = [{"title": item.title, "payload": item.payload} for item in part.items]
                yield {"text": lead + part.text, "quick_replies": replies}
            case Link():
                yield {"text": f"{lead}{part.title} {part.url}"}
            case Media() if part.kind == "image":
                image = {"type": "image", "payload": {"src": part.url, "title": part.alt}}
                yield {"text": lead + part.alt, "attachment": image}
            case Media():
                yield {"text": f"{lead}{part.alt} {part.url}".strip()}
