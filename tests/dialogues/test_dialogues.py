"""Every transcript below this folder, each as its own test, on the same path as production."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from itertools import groupby
from typing import Any

import pytest

from bot.settings import Settings
from intents.understand import Embedded
from tests.dialogues.player import Dialogue, find, play
from tests.resident import Resident
from tests.standing import Standings

# Of the transcripts that leave something behind, one of so many is played on PostgreSQL too: what differs there is the
# storage, and each flow's storage is met many times.
STORED = 6
# What is typed is the same whether answers come with buttons or as text: of the second copies in text one of so many is
# played, and each in which a number of the shown list is typed.
TYPED = 3


def _name(dialogue: Dialogue) -> str:
    return f"{dialogue.path.parent.name}/{dialogue.path.stem}/{dialogue.title}/{dialogue.profile}"


def _played() -> list[Any]:
    """Every dialogue on SQLite; of those with effects a share on PostgreSQL, of those shown as text too a share."""
    all_of_them = find()
    effects = _of_each_file(dialogue for dialogue in all_of_them if dialogue.exact and dialogue.then)
    again = [one for one in all_of_them if not one.exact and one.profile == "text" and not _numbered(one)]
    left = {id(one) for n, one in enumerate(again) if n % TYPED}
    chosen = [("sqlite", one) for one in all_of_them if id(one) not in left]
    chosen += [("postgresql", replace(one, known={})) for one in effects]
    return [pytest.param(one, database, id=f"{_name(one)}/{database}") for database, one in chosen]


def _of_each_file(dialogues: Iterable[Dialogue]) -> list[Dialogue]:
    """The first of each file and each sixth after it."""
    found = groupby(dialogues, key=lambda one: one.path)
    return [one for _, those in found for one in list(those)[::STORED]]


def _numbered(dialogue: Dialogue) -> bool:
    """Somebody types a number where something may be shown in a list."""
    return any(str(turn.get("resident", "")).strip().isdigit() for turn in dialogue.turns)


@pytest.mark.parametrize(("dialogue", "database_url"), _played(), indirect=["database_url"])
def test_dialogue(dialogue: Dialogue, fresh: Settings, interpreter: Embedded, standings: Standings) -> None:
    now = dialogue.given.get("now", "2026-11-20T09:30:00")
    one = Resident(fresh, interpreter, "transcript", now, dialogue.profile, standings.nth(0))
    try:
        play(dialogue, one)
    finally:
        one.close()
