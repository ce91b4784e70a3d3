"""Every transcript below this folder, each as its own test, on the same path as production."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from bot.settings import Settings
from intents.understand import Embedded
from tests.dialogues.player import Dialogue, find, play
from tests.resident import Resident
from tests.standing import Standings

# Of the transcripts that leave something behind, so many are played on PostgreSQL too: what differs there is the
# storage, and each flow's storage is met many times.
EVERY = 3


def _name(dialogue: Dialogue) -> str:
    return f"{dialogue.path.parent.name}/{dialogue.path.stem}/{dialogue.title}/{dialogue.profile}"


def _played() -> list[Any]:
    """Every dialogue on SQLite, in every way of showing; a share of those with effects on PostgreSQL."""
    all_of_them = find()
    effects = [dialogue for dialogue in all_of_them if dialogue.exact and dialogue.then][::EVERY]
    chosen = [("sqlite", one) for one in all_of_them] + [("postgresql", replace(one, known={})) for one in effects]
    return [pytest.param(one, database, id=f"{_name(one)}/{database}") for database, one in chosen]


@pytest.mark.parametrize(("dialogue", "database_url"), _played(), indirect=["database_url"])
def test_dialogue(dialogue: Dialogue, fresh: Settings, interpreter: Embedded, standings: Standings) -> None:
    now = dialogue.given.get("now", "2026-11-20T09:30:00")
    one = Resident(fresh, interpreter, "transcript", now, dialogue.profile, standings.nth(0))
    try:
        play(dialogue, one)
    finally:
        one.close()
