"""What sounds like danger is read in its place: as the first words of a talk, and in the middle of an ordinary one."""

from __future__ import annotations

from datetime import datetime

import pytest

from bot.contract.messages import Address, InboundMessage, Kind
from bot.contract.understanding import Danger, Understanding
from intents.understand import Embedded

NOW = datetime.fromisoformat("2026-11-20T09:30:00+08:00")


def _hear(interpreter: Embedded, text: str) -> Understanding:
    return interpreter.understand(InboundMessage("m", Address("rest", "a"), Kind.TEXT, NOW, text=text))


@pytest.mark.parametrize("text", ["there's jam all over the baby, hold on", "孩子全身都是面粉"])
def test_an_alarm_by_ear_is_one_in_any_talk_and_says_that_no_word_raised_it(text: str, interpreter: Embedded) -> None:
    heard = _hear(interpreter, text)
    assert (heard.danger, heard.by_ear, heard.in_talk) == (Danger.ALERT, True, None)


@pytest.mark.parametrize(
    "text",
    [
        "she's on the floor and won't wake up",
        "never mind the tap my wife just scalded herself all down her arm",
        "先别管保洁了 我妈倒在地上叫不醒",
        "别登记了 我妈嘴歪了 话说不清",
    ],
)
def test_a_cry_is_an_alarm_in_any_talk(text: str, interpreter: Embedded) -> None:
    heard = _hear(interpreter, text)
    assert (heard.danger, heard.in_talk) == (Danger.ALERT, None)


@pytest.mark.parametrize("text", ["搞错了吧 我就要个保洁", "yes, my baby won't stop coughing"])
def test_every_line_is_read(text: str, interpreter: Embedded) -> None:
    """Python 3.11 failed on the first; the second is asked about in a talk as well."""
    heard = _hear(interpreter, text)
    assert heard.in_talk is None
