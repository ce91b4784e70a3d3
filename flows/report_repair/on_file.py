"""Which of several open repairs is meant: "the lamp one", said after a socket was reported as well."""

from __future__ import annotations

from backend.services import cases
from bot.contract.flow import Turn
from bot.contract.likeness import likest
from bot.contract.onfile import OnFile
from bot.contract.stored import load_all
from bot.contract.text import t

MOST = 20


def on_file(turn: Turn) -> tuple[OnFile, ...]:
    """The open repairs of this talk and speaker, the one marked whose words are said; none where it may be any."""
    conversation = turn.conversation
    resident = conversation.resident
    proved = resident.id if resident is not None and resident.verified and conversation.agent is None else None
    rows = cases.of_conversation(turn.db, conversation.id, proved, MOST)
    mine = [row for row in rows if row.kind == "repair" and row.state in cases.OPEN]
    meant = likest(turn.message.text, [row.details for row in mine]) if len(mine) > 1 else None
    return tuple(
        OnFile(row.number, t("{number} {what}", number=row.number, what=row.details), load_all(row.slots), n == meant)
        for n, row in enumerate(mine)
    )
