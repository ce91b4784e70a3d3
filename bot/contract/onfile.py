"""What a flow knows of things that stand on file, or are written down about one."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from bot.contract.text import Text
from bot.contract.understanding import Value


@dataclass(frozen=True, slots=True)
class OnFile:
    """Something of the speaker's that a flow has filed, perhaps in another conversation; title: how to tell it
    from others; slots: as its frame held them; named: whether the message at hand speaks of it; late: whether
    somebody should have come for it by now."""

    case_no: str
    title: Text
    slots: Mapping[str, Value]
    named: bool
    late: bool = False


@dataclass(frozen=True, slots=True)
class Written:
    """What is written down about something; sure: it plainly is what was asked; topic: the flow itself knows it, under
    this name; share: how much of the question it takes up, where that was weighed; plain:
    more than one word of the question says so; narrow: it holds only of what was begun as it was."""

    text: Text
    sure: bool
    topic: str = ""
    share: float = 0.0
    plain: bool = False
    narrow: bool = False
