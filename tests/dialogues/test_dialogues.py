"""Every transcript below this folder, each as its own test, on the same path as production."""

from __future__ import annotations

import pytest

from tests.conftest import MakeResident
from tests.dialogues.player import Dialogue, find, play


def _name(dialogue: Dialogue) -> str:
    return f"{dialogue.path.parent.name}/{dialogue.path.stem}/{dialogue.title}/{dialogue.profile}"


@pytest.mark.parametrize("dialogue", find(), ids=_name)
def test_dialogue(dialogue: Dialogue, resident: MakeResident) -> None:
    now = dialogue.given.get("now", "2026-11-20T09:30:00")
    play(dialogue, resident("transcript", now=now, profile=dialogue.profile))
