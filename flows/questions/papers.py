"""Whether one of the papers that were just told is spoken of: “and without a lease?”."""

from __future__ import annotations

import re

from backend.services.board import Item
from bot.contract.flow import Turn

# How papers are listed, and so much of a Chinese name as people say for it.
_PAPERS = re.compile(
    r"[\s,.;/()\u3001\uff0c\u3002\uff1b\uff08\uff09]+|\u6216|\u548c|\b(?:a|an|the|or|and|of|your|both|one)\b"
)
TAIL = 2


def names_one(turn: Turn, told: Item) -> bool:
    """ "And without a lease?": one of the papers that were just told is named."""
    said = turn.message.text.casefold()
    papers = [paper for text in told.data.get("papers", {}).values() for paper in _PAPERS.split(str(text).casefold())]
    tails = {paper if paper.isascii() else paper[-TAIL:] for paper in papers if len(paper) >= TAIL}
    return any(re.search(rf"\b{re.escape(tail)}\b" if tail.isascii() else re.escape(tail), said) for tail in tails)
