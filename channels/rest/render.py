"""From parts to Rasa's REST answer: a list of texts, buttons at the question."""

from __future__ import annotations

from bot.contract.messages import Card, Choices, Link, Media, OutboundMessage, Words

Json = dict[str, object]


def render(replies: tuple[OutboundMessage, ...]) -> list[Json]:
    """`[{"recipient_id", "text", "buttons": [{"title", "payload"}]}]`, in order."""
    return [_bubble(reply.to.user, part) for reply in replies for part in reply.parts]


def _bubble(recipient: str, part: object) -> Json:
    out: Json = {"recipient_id": recipient}
    match part:
        case Words():
            out["text"] = part.text
        case Choices():
            out["text"] = part.text
            out["buttons"] = [{"title": item.title, "payload": item.payload} for item in part.items]
        case Card():
            out["text"] = part.text
        case Link():
            out["text"] = f"{part.title} {part.url}"
        case Media():
            out["text"] = part.alt
            out["image" if part.kind == "image" else "attachment"] = part.url
    return out
