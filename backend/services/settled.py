"""Whether it is really fixed is the resident's to say: the question is put where they will meet it next (beyond H)."""

from __future__ import annotations

from datetime import datetime, timedelta

from sqlalchemy import Connection, select, update

from backend import wake
from backend.db import Record
from backend.models.talk import conversation
from backend.models.work import case, case_report
from backend.services import board, stories

STORY = "closing"
KEY = "settled"
# Reported as done: only the resident knows.
ASKED_OF = frozenset({"fixed", "answered"})
KINDS = frozenset({"repair", "complaint", "request"})
# A quotation waits for a yes or no: `quote:R-20261120-0007:12500`, with the sum in fen.
QUOTE = "quote:"
DAYS = 3
# The desk's rule on the board: after how many days of silence a case is closed.
RULE = "closing"


def ask(connection: Connection, found: Record, to: str, now: datetime, real: datetime) -> None:
    """The desk says that it is done: the question waits in each reporter's conversation, and silence has its end."""
    if to not in ASKED_OF or found.kind not in KINDS:
        return
    connection.execute(update(case).where(case.c.id == found.id).values(asked_at=real))
    for key in asked(connection, found):
        _put(connection, key, found.number)
    data = {"case": found.id, "asked": real.isoformat()}
    until = real + timedelta(days=days(connection, found.community_id))
    stories.begin(connection, found.community_id, STORY, data, until, f"{STORY}:{found.id}:{real.isoformat()}", real)


def asked(connection: Connection, found: Record) -> list[int]:
    """Everybody who reported it, by their conversations."""
    joined = (case_report.c.case_id == found.id, case_report.c.split_at.is_(None))
    others = connection.execute(select(case_report.c.conversation_id).where(*joined)).scalars().all()
    first = [found.conversation_id] if found.conversation_id is not None else []
    return list(dict.fromkeys([*first, *others]))


def ask_quote(connection: Connection, key: int, number: str, fen: int) -> None:
    """The desk made an offer: the question waits in this conversation; an earlier offer for the case is over."""
    _put(connection, key, f"{QUOTE}{number}:{fen}")


def number_in(entry: str) -> str:
    return entry.removeprefix(QUOTE).split(":")[0]


def _put(connection: Connection, key: int, number: str) -> None:
    held = select(conversation.c.state).where(conversation.c.id == key).with_for_update(key_share=True)
    state = connection.execute(held).scalar_one()
    same = number_in(number)
    numbers = [*(one for one in state.get(KEY, ()) if number_in(one) != same), number]
    connection.execute(update(conversation).where(conversation.c.id == key).values(state={**state, KEY: numbers}))
    wake.after_commit(connection, wake.talk(key))


def rule(connection: Connection, community: str, silence: int) -> None:
    """What config.yml says, put where every service finds it."""
    board.put(connection, community, "rule", [{"key": RULE, "days": silence}])


def days(connection: Connection, community: str) -> int:
    rule = next((item for item in board.items(connection, community, "rule") if item.key == RULE), None)
    return int(rule.data.get("days", DAYS)) if rule is not None else DAYS
