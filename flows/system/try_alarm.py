"""Trying one's own call for help: said on any channel, and the telephone rings; 9 there, as in danger, is the test."""

from __future__ import annotations

from backend.services import desk_news
from backend.services.drills import people, rows
from backend.services.ladder import reach
from bot.contract.flow import Outcome, Turn
from bot.contract.text import Text, t
from flows.questions.passing import in_passing

CUES = ("try_alarm",)
UNKNOWN = t("I must know you and your number for that: please come to the desk, and they take it down.")
BUSY = t("Somebody needs that line just now. Please ask me again in an hour.")
RINGS = t(
    "I am ringing your phone ending in {digits} now. It is a test and no alarm: press 9 there, as you would in danger, "
    "or say “help”. If you need help right now, just say so here.",
    spoken="I ring your phone ending in {digits} in a moment, please hang up. It is a test: press 9 there.",
)
WORKED = t("We tested it today already, and it worked. You can test it again tomorrow.")
FAILED = t("We tested it today already, and it has not worked. The desk knows; you can test it again tomorrow.")
CANNOT = t("I cannot ring anybody from here: please test it together with the desk.")
UNDER_WAY = t("The test is under way: your phone rings soon. Press 9 there, or say “help”.")
_AFTER: dict[str, Text] = {rows.PASSED: WORKED, rows.FAILED: FAILED}


def run(turn: Turn) -> Outcome:
    """Once a day for each, so that nobody can have a telephone rung again and again."""
    me, community = turn.conversation.resident, turn.conversation.community.id
    if me is None or not me.phone or not (me.verified or turn.message.session):
        return Outcome(say=(UNKNOWN,), done=True)
    if desk_news.alarms(turn.db, community):
        return Outcome(say=(BUSY,), done=True)
    slot = f"own-{turn.now:%Y-%m-%d}"
    person = (me.id, me.name or "", me.phone, turn.conversation.language)
    begun = people.ring(turn.db, community, rows.TEST, slot, person, turn.real, turn.real, asked=True)
    found = rows.of_slot(turn.db, community, rows.TEST, me.id, slot)
    if found is None or found.reason in (reach.NO_CHANNEL, reach.NO_NUMBER):
        return Outcome(say=(CANNOT,), done=True)
    rings = Text(RINGS.msgid, {"digits": " ".join(me.phone[-4:])}, spoken=RINGS.spoken)
    return Outcome(say=(rings if begun else _AFTER.get(found.state, UNDER_WAY),), done=True)


FLOW = in_passing("try_alarm", t("Test of my call for help"), CUES, run)
