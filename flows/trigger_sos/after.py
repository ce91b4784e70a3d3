"""While an alarm is open: more words, where they are, who is coming, and that it was nothing."""

from __future__ import annotations

import re
from dataclasses import replace

from backend.db import Record
from backend.services import alarm_facts, alarm_history, alarms, places
from backend.services.ladder import climb, plan, standing
from bot.contract.errors import Refused
from bot.contract.flow import Event, Outcome, Turn
from bot.contract.text import Sayable, Text, t
from bot.contract.understanding import Place
from flows.questions import until_help
from flows.trigger_sos import amid, means
from flows.trigger_sos.scripts import THEY_TELL, VIOLENCE, said

# A word alone does not call these off (practice 4).
NO_CANCEL = frozenset({"violence", "suicide", "medical"})
HEAD = "head"
# "Oh no, upstairs": what stands before another place.
_NOT_HERE = re.compile(
    r"^(?:[\u54e6\u5662\u554a\u4e0d\u662f\u5bf9\u6ca1\u6709,\uff0c\u3002.\s]"
    r"|\b(?:oh|no|sorry|wait|actually|not here)\b)+",
    re.IGNORECASE,
)
# Whoever speaks is told to leave; what is asked about, beside somebody who is hurt or ill.
OUT, ADVISED = amid.OUT, frozenset({"medical", "fall", "child", "plea"})
# What is said with a place that is not where they are.
_NO_PLACE = frozenset({"asks", "begs", "came", "unanswered", "entry"})
# A place that is as short as this is kept in their own words.
_SHORT = 60
# Where a minute may change everything.
WORSENS = frozenset({"medical", "fall"})
PASSED_ON = t("I have passed that on to the people on duty. If it gets worse, call {ambulance} yourself.")
# Whoever was told to call at once is not told now that it can wait.
PASSED_ON_URGENT = t("I have passed that on to the people on duty. If nobody has called {ambulance} yet, call now.")
LISTENS = t("I am listening, and I am asking a person here to speak with you. Go on, if you like.")
NOBODY_YET = t(
    "Nobody has said yet that they are coming; I tell you the moment somebody does. "
    "If it gets worse, dial {ambulance} yourself.",
    spoken="Nobody has said yet that they are coming. I tell you the moment somebody does. "
    "If it gets worse, dial {ambulance} yourself.",
)
# What the board shows in red: no phone rings for them, so they dial first.
ONLY_WRITTEN = t(
    "Nobody has said yet that they are coming. From here we can ring nobody just now; we have written to the people on "
    "duty. Please dial {number} yourself now. I tell you the moment somebody answers.",
)
UNREACHED = t(
    "Nobody has said yet that they are coming, and so far we have reached nobody from here. Please dial {number} "
    "yourself now. Your call stays open at the desk, and I tell you the moment somebody answers.",
)
NOT_REACHED = {standing.WRITTEN: ONLY_WRITTEN, standing.UNREACHED: UNREACHED}
FINDING = t(
    "I have passed that on. We are finding someone now; stay by your phone and tell me if anything changes.",
    spoken="I have passed that on. We are finding someone now; stay near the telephone.",
)
HAS_IT = t("I have passed that on.")


def words(turn: Turn) -> Outcome:
    """Something more while the alarm is open; a quiet alarm is answered quietly, a desperate one warmly."""
    alarm = alarms.one(turn.db, turn.alarm or "")
    kind = alarm.kind
    if kind == "violence":
        amid.note(turn, alarm.id, kind)
        begs = turn.understanding.extra.get("amid") == "begs"
        return Outcome(say=(amid.ASKED_FOR if begs else VIOLENCE,))
    head(turn, alarm.id)
    amid.note(turn, alarm.id, kind)
    if kind == "suicide":
        means.note(turn, alarm.id)
        return Outcome(say=(listens(alarm),))
    return _placed_by(turn, alarm) or Outcome(say=_told(turn, alarm))


def _placed_by(turn: Turn, alarm: Record) -> Outcome | None:
    """Where they say that they are; a question about another place names none."""
    extra = turn.understanding.extra
    if extra.get("amid") in _NO_PLACE:
        return None
    where = turn.understanding.entity("location")
    if where is not None and isinstance(where.value, Place):
        if _stays(turn, alarm, where.value):
            return None
        place = _placed(turn, where.value)
    elif "at_theirs" in extra:
        place = _NOT_HERE.sub("", turn.message.text.strip())
        alarm_facts.tell_place(turn.db, alarm.id, place, None)
        climb.found_out(turn.db, alarm.id, turn.now, turn.real)
    else:
        return None
    noted = t("Place noted: {place}. The people on duty have it.", place=place)
    return Outcome(say=(noted, *(amid.answer(turn, alarm) or ())))


def _told(turn: Turn, alarm: Record) -> tuple[Sayable, ...]:
    extra, kind = turn.understanding.extra, alarm.kind
    if "coming" in extra:
        return (who_comes(turn, alarm),)
    if kind == "lift" and "outside" in extra and extra.get("amid") == "well":
        return withdraw(turn).say
    answered = amid.answer(turn, alarm)
    if answered is not None:
        return answered
    asked = bool({"question", "inquires"} & extra.keys())
    advice = until_help.known(turn, kind) if asked else None
    if advice is not None:
        return (HAS_IT, advice)
    if kind in OUT:
        return (amid.stay_out(turn, alarm),)
    if "nobody" in extra:
        return (amid.WELL,)
    if asked and kind in ADVISED:
        return (said(THEY_TELL, turn),)
    if kind in WORSENS and alarm.accepted_by is None:
        return passed_on(turn, alarm, PASSED_ON_URGENT if kind == "medical" else PASSED_ON)
    return (t("I have passed that on to the people on duty."),)


def listens(alarm: Record) -> Text:
    """That a person is there is said when one is (practice 10)."""
    if alarm.accepted_by is None:
        return LISTENS
    return t("I am listening, and so is {name}. Go on, if you like.", name=alarm.accepted_by)


def head(turn: Turn, key: str) -> None:
    """A blow to the head is seen by a person before anything is over (practice 4)."""
    if "head_hurt" in turn.understanding.extra:
        alarm_history.add(turn.db, key, HEAD, turn.message.sender.user, None, f"{HEAD}:{key}", turn.now)


def who_comes(turn: Turn, alarm: Record) -> Text:
    """The truth as the board has it: a name only after that person pressed (practice 10)."""
    how = standing.of(turn.db, alarm)
    if alarm.accepted_by is None:
        text = NOT_REACHED.get(how)
        number = plan.dials(turn.conversation.community.emergency, alarm.kind)
        return said(NOBODY_YET, turn) if text is None else Text(text.msgid, {"number": number})
    if how == standing.THERE:
        return t("{name} has put down that they are there. If you see nobody, tell me.", name=alarm.accepted_by)
    return t("{name} is on the way. If it gets worse, tell me.", name=alarm.accepted_by)


def passed_on(turn: Turn, alarm: Record, finding: Text = FINDING) -> tuple[Text, ...]:
    """That it was passed on, and how far the looking for somebody is; finding: while it goes on."""
    if alarm.accepted_by is not None or standing.of(turn.db, alarm) in NOT_REACHED:
        return HAS_IT, who_comes(turn, alarm)
    return (said(finding, turn),)


def _stays(turn: Turn, alarm: Record, said: Place) -> bool:
    """It burns where it burns: who got out to the gate, or is looked for on another floor, is told of beside that."""
    moved = alarm.kind not in OUT or not alarm.location or said.building is not None
    if moved or "wrong" in turn.understanding.extra:
        return False
    part = turn.message.text.strip() if len(turn.message.text) <= _SHORT else said.text
    alarm_facts.tell_place(turn.db, alarm.id, part, None, part=True)
    return True


def _placed(turn: Turn, said: Place) -> str:
    """The place told piece by piece while the alarm is open: "building 8" after "corridor" is one place."""
    alarm = alarms.one(turn.db, turn.alarm or "")
    old, corrected = alarm.location or "", "wrong" in turn.understanding.extra
    said = _told_whole(turn.message.text, said)
    whole = said.room is not None or alarm.household_id is not None or corrected or not old or old in said.text
    pair = (said.text, old) if said.building else (old, said.text)
    joint = "" if not f"{old}{said.text}".isascii() else ", "
    text = said.text if whole else old if said.text in old else joint.join(reversed(pair) if joint else pair)
    household = None
    if said.room is not None:
        try:
            row = places.check(turn.db, turn.conversation.community, said)
            household = row.id if row is not None else None
        except Refused:
            household = None  # what our register does not have is still where they are
    alarm_facts.tell_place(turn.db, alarm.id, text, household)
    climb.found_out(turn.db, alarm.id, turn.now, turn.real)
    return text


def _told_whole(text: str, said: Place) -> Place:
    """ "By pillar B12, level -1": whoever goes there needs the number as well."""
    numbers, plain = re.findall(r"\d+", text), _NOT_HERE.sub("", text.strip())
    lacks = said.room is None and len(plain) <= _SHORT and any(one not in said.text for one in numbers)
    return replace(said, text=plain) if lacks else said


def withdraw(turn: Turn) -> Outcome:
    """The resident says it was nothing: those alerted are told, and a person verifies it (practice 4)."""
    key = turn.conversation.sos or ""
    alarm = alarms.one(turn.db, key)
    by = turn.message.sender.user
    if alarm.kind in NO_CANCEL or alarm_history.has(turn.db, key, HEAD):
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
