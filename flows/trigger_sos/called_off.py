"""The resident takes an alarm back; nobody but a person closes it."""

from __future__ import annotations

from backend.services import alarm_history, alarms
from bot.contract.flow import Event, Outcome, Turn
from bot.contract.text import t
from flows.trigger_sos import amid
from flows.trigger_sos.scripts import VIOLENCE

# A word alone does not call these off (practice 4).
NO_CANCEL = frozenset({"violence", "suicide", "medical"})
# Of an alarm's history: a blow to the head; that no word of danger raised it.
HEAD, BY_SOUND = "head", "by_sound"


def withdraw(turn: Turn) -> Outcome:
    """The resident says it was nothing: those alerted are told, and a person verifies it (practice 4)."""
    key = turn.conversation.sos or ""
    alarm = alarms.one(turn.db, key)
    by = turn.message.sender.user
    if (
        alarm.kind in amid.OUT
        and amid.is_out(turn)
        and not {"nobody", "relief", "fine", "off"} & turn.understanding.extra.keys()
    ):
        # "I am out": it goes on burning.
        return Outcome(say=(amid.stay_out(turn, alarm),))
    # What no word raised, but its sound alone, may be none, whatever kind it was taken for.
    by_sound = alarm.kind == "medical" and alarm_history.has(turn.db, key, BY_SOUND)
    if (alarm.kind in NO_CANCEL and not by_sound) or alarm_history.has(turn.db, key, HEAD) or amid.was_ill(turn, alarm):
        alarm_history.add(turn.db, key, "said", by, turn.message.text, None, turn.now)
        quiet = alarm.kind == "violence"
        return Outcome(
            say=(
                VIOLENCE
                if quiet
                else t("Thank you for telling me. The people on duty keep this open until somebody has made sure."),
            )
        )
    alarms.request_cancel(turn.db, key, by, turn.message.text, turn.now, turn.real)
    say = t(
        "Thank you for letting us know. Those we alerted now know that you call it off; "
        "a person will still speak with you before it is closed."
    )
    return Outcome(say=(say,), events=(Event("sos_cancelled", {"alarm": key}),))
