"""What a message means to the house before any flow: a word for duress, an answer to a ladder, a sign of life."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from sqlalchemy import Connection

from backend.services import alarms, care
from backend.services import duress as under_duress
from backend.services.drills import heartbeat
from backend.services.ladder import answering
from backend.services.ringing.daily import says_well
from bot.contract.altered import altered
from bot.contract.conversation import Conversation
from bot.contract.messages import InboundMessage
from bot.contract.text import t
from bot.contract.understanding import Danger, Understanding
from bot.engine.decision import Decision
from bot.engine.run import Run
from bot.hearing import cry_of

if TYPE_CHECKING:
    from datetime import datetime

    from bot.desk import Desk

# The flow in which whoever is on a ladder answers in writing; it is begun by the code that they were sent.
ANSWERS = "answer_alarm"
CODE = 4
# So many characters answer "are you well?", and tell nothing else.
SHORT = 20
_WELL = "1"


def heard(
    desk: Desk,
    connection: Connection,
    run: Run,
    speaker: Conversation,
    message: InboundMessage,
    understanding: Understanding,
    *,
    duress: bool,
) -> Decision | None:
    """None where it is for the flows. speaker: whoever speaks, also for somebody else; duress: of `is_duress`."""
    if duress:
        return go_silent(desk, connection, run, message, understanding)
    if sign_of_life(connection, speaker, message, understanding, run.turn.real):
        return thank(run)
    return None


def of_a_machine(connection: Connection, conversation: Conversation, message: InboundMessage, real: datetime) -> bool:
    """A test of ours that comes back: any answer would come back as well, and so for ever."""
    whose, way = conversation.community.id, message.sender.channel
    return message.forgeable and heartbeat.came_back(connection, whose, way, message.text, real)


def is_duress(connection: Connection, conversation: Conversation, message: InboundMessage) -> bool:
    me = conversation.resident
    if me is None or not me.duress or not message.text:
        return False
    return under_duress.is_said(connection, me.id, me.duress, message.text)


def veiled(message: InboundMessage) -> InboundMessage:
    """The word stands nowhere in plain text; and whoever looks over their shoulder reads nothing there either."""
    return altered(message, text=care.said()["veil"]["en" if message.text.isascii() else "zh_Hans"])


def go_silent(
    desk: Desk, connection: Connection, run: Run, message: InboundMessage, understanding: Understanding
) -> Decision:
    """It ends politely, as after any goodbye; only the people on duty go on."""
    cry = replace(
        cry_of(desk, message, understanding), kind="violence", place=None, who=None, words=care.said()["duress"]
    )
    key = under_duress.cry(connection, cry, run.turn.now, run.turn.real)
    alarms.attach(connection, key, run.conversation)
    run.turn = altered(run.turn, alarm=key)
    run.change(sos=key, frames=())
    run.log("sos_raised", alarm=key)
    run.tell([t("Goodbye, and all the best.")])
    return Decision("alarm")


def sign_of_life(
    connection: Connection, conversation: Conversation, message: InboundMessage, heard: Understanding, real: datetime
) -> bool:
    """Any word of theirs is one; True where it only answered the daily question."""
    me = conversation.resident
    if me is None or not me.asked or heard.danger is Danger.ALERT or not (me.verified or message.session):
        return False
    care.well(connection, me.id, real)
    said = message.text.strip()
    well = len(said) <= SHORT and says_well(said)
    return bool((said == _WELL or well) and conversation.top is None and conversation.sos is None)


def thank(run: Run) -> Decision:
    run.tell([t("Thank you, good to hear. Have a good day; I ask again tomorrow.")])
    return Decision("answer")


def answers(connection: Connection, conversation: Conversation, message: InboundMessage) -> Decision | None:
    """The code of a rung that stands, from whoever it was sent to."""
    code = "".join(message.text.split())
    if len(code) != CODE or not code.isascii() or not code.isdecimal() or conversation.sos:
        return None
    me = conversation.resident
    phone = message.sender.user if message.forgeable or message.session else (me.phone if me and me.verified else None)
    step = answering.step_of(connection, conversation.community.id, phone or "", code)
    return None if step is None else Decision("start", ANSWERS, {"_step": step})
