"""What a question about a service of the desk is answered with: what the board says of it, and no more."""

from __future__ import annotations

from bot.contract.flow import Turn
from bot.contract.text import Text, t
from flows.questions import desk
from flows.request_service.form import item

# What is asked → under which name the board answers it.
_TOLD = {
    "price": "price",
    "how_pay": "price",
    "bargain": "price",
    "papers": "papers",
    "tools": "papers",
    "hours": "hours",
    "duration": "duration",
    "arrival": "duration",
    "contacted": "duration",
    "next": "duration",
    "where": "where",
}


def answer(turn: Turn) -> Text | None:
    extra = turn.understanding.extra
    name = _TOLD.get(extra.get("topic", "")) or _TOLD.get(extra.get("follow", ""))
    one = item(turn)
    if one is None or name is None:
        return None
    if name == "duration" and turn.case_no is not None:
        by = desk.by_when(turn)
        if by is not None:
            return by
    said = desk.said(turn, one, name)
    return t("{name}", name=said) if said else _general(name)


def _general(name: str) -> Text | None:
    if name == "price":
        return t("Asking costs nothing. If there is anything to pay you are told the price before you agree.")
    if name == "duration":
        return t("The desk gets in touch within a working day.")
    return None
