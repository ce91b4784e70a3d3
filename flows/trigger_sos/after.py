"""While an alarm is open: more words, where they are, and who is coming."""

from __future__ import annotations

import re
from dataclasses import replace

from backend.db import Record
from backend.services import alarm_facts, alarm_history, alarms, places
from backend.services.ladder import climb, plan, standing
from bot.contract.errors import Refused
from bot.contract.flow import Outcome, Turn
from bot.contract.text import Sayable, Text, t
from bot.contract.understanding import Place
from bot.contract.whereabouts import theirs, told_at
from flows.questions import until_help
from flows.trigger_sos import acts, advised, amid, means, numbers, openly, quietly, scripts, until
from flows.trigger_sos.called_off import HEAD, withdraw
from flows.trigger_sos.coming import NOT_REACHED, who_comes
from flows.trigger_sos.scripts import THEY_TELL, said
from flows.trigger_sos.whereabouts import FAR, elsewhere
from flows.trigger_sos.whereabouts import far as far_text

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
# Of what happens a place is named that may not be theirs: "the doctor of the clinic is with him".
_TELLS_MORE = frozenset({"tells", "worse", "better", "called", "who", "please"})
_TELLS_NO_PLACE = frozenset(
    {"asks_called", "asks_when", "asks_what", "asks", "agrees", "declines", "silent", "manners", "wants"}
)
# "3-2-501 (the roof)": what was told of a home that was only guessed.
_PART = re.compile(r"\(([^()]+)\)$")
# So sure what is told is taken for a wish to die.
_SURELY = 0.85
# A place that is as short as this is kept in their own words.
_SHORT = 60
# Where a minute may change everything.
WORSENS = frozenset({"medical", "fall"})
PASSED_ON = t("I have passed that on to the people on duty. If it gets worse, call {ambulance} yourself.")
# Whoever was told to call at once is not told now that it can wait.
PASSED_ON_TOLD = t("I have passed that on to the people on duty.")
PASSED_ON_URGENT = t("I have passed that on to the people on duty. If nobody has called {ambulance} yet, call now.")
FINDING = t(
    "I have passed that on. We are finding someone now; stay by your phone and tell me if anything changes.",
    spoken="I have passed that on. We are finding someone now; stay near the telephone.",
)
HAS_IT = t("I have passed that on.")


def words(turn: Turn) -> Outcome:
    """Something more while the alarm is open; a quiet alarm is answered quietly, a desperate one warmly."""
    alarm = _as_it_is(turn, alarms.one(turn.db, turn.alarm or ""))
    kind = alarm.kind
    if alarm.quiet or kind == "suicide":
        told_aside(turn, alarm)
    if kind == "violence":
        amid.note(turn, alarm.id, kind)
        openly.note(turn, alarm.id)
        urgent = quietly.dying(turn, alarm)
        if urgent is not None:
            return Outcome(say=(urgent,))
        if openly.is_open(turn, alarm.id):
            return Outcome(say=openly.answer(turn, alarm))
        return Outcome(say=(quietly.noted(turn, alarm),))
    head(turn, alarm.id)
    if kind == "suicide":
        amid.note(turn, alarm.id, kind)
        means.note(turn, alarm.id)
        return Outcome(say=(quietly.listens(turn, alarm),))
    # What was told before these words, so that a piece of advice is told when it is new.
    new = amid.news(turn, alarm)
    amid.note(turn, alarm.id, kind)
    if new is not None and kind == "plea":
        alarm_facts.tell_kind(turn.db, alarm.id, scripts.kind_of(advised.told_now(turn)), turn.real)
    elsewhere = in_another_city(turn, alarm) or _placed_by(turn, alarm, new)
    return elsewhere or Outcome(say=acts.not_twice(turn, _told(turn, alarm, new)))


def _as_it_is(turn: Turn, alarm: Record) -> Record:
    """A call of which nothing was known yet: "I cannot talk", "somebody is in the flat" make it a quiet one."""
    told = turn.understanding.extra.get("of_kind", "") or _despairs(turn)
    # "Hitting his back, nothing comes": who helps somebody hurts nobody.
    ill = alarm_history.newest(turn.db, alarm.id, numbers.SCRIPT) or scripts.script_of(turn)
    # Whom no illness was told of may speak of wanting to die, and whom one was told of is ill.
    open_to_it = alarm.kind == "plea" or (alarm.kind == "medical" and told == "suicide")
    if not open_to_it or not told or ill in scripts.FITS["medical"]:
        return alarm
    alarm_facts.tell_kind(turn.db, alarm.id, told, turn.real)
    return alarms.one(turn.db, alarm.id)


def _despairs(turn: Turn) -> str:
    """ "Sometimes I think, down together with him, and it is quiet": told after a plea that named nothing."""
    if "weary" in turn.understanding.extra:
        return "suicide"
    learnt, share = next(iter(turn.understanding.befell), ("", 0.0))
    return "suicide" if learnt == "suicide" and share >= _SURELY and not advised.asks(turn) else ""


def told_aside(turn: Turn, alarm: Record) -> None:
    """ "It is a classmate, she lives in building 2": noted without a word of it, for those who go there."""
    where, part = turn.understanding.entity("location"), _PART.search(alarm.location or "")
    place = where.value if where is not None and isinstance(where.value, Place) else None
    act = turn.understanding.said_amid
    if act == "place" and (place is None or place.building is None) and len(turn.message.text) <= _SHORT:
        alarm_facts.tell_place(turn.db, alarm.id, turn.message.text.strip(), None, part=True)
        return
    if place is None or place.building is None or turn.understanding.extra.get("amid") in _NO_PLACE:
        return
    _placed(turn, place)
    if part is not None and not alarm.location_confirmed:
        # The roof was told before, and only which house it is on was a guess.
        alarm_facts.tell_place(turn.db, alarm.id, part.group(1), None, part=True)


def in_another_city(turn: Turn, alarm: Record) -> Outcome | None:
    """ "She is in Luoyang": nobody here can be sent there, and the number dialled here is that of another city."""
    code = elsewhere(turn)
    far = code is not None or "far_away" in turn.understanding.extra
    if far and alarm_history.has(turn.db, alarm.id, FAR) and turn.understanding.extra.get("amid") != "asks":
        return None
    if not far or alarm.kind in OUT or "coming" in turn.understanding.extra:
        return None
    number = plan.dials(turn.conversation.community.emergency, alarm.kind)
    if not alarm_history.has(turn.db, alarm.id, FAR):
        alarm_facts.tell_place(turn.db, alarm.id, turn.message.text.strip()[:_SHORT], None)
    climb.found_out(turn.db, alarm.id, turn.now, turn.real)
    alarm_history.add(turn.db, alarm.id, FAR, "", code or "", f"{FAR}:{alarm.id}:{code}", turn.now)
    return Outcome(say=(far_text(number, code or ""),))


def _placed_by(turn: Turn, alarm: Record, new: Text | None) -> Outcome | None:
    """Where they say that they are; a question about another place names none."""
    extra, act = turn.understanding.extra, turn.understanding.said_amid
    if extra.get("amid") in _NO_PLACE or act in _TELLS_NO_PLACE:
        return None
    where = turn.understanding.entity("location")
    if where is not None and isinstance(where.value, Place):
        if (act in _TELLS_MORE and not _is_address(where.value)) or ("asks_it" in extra and not where.value.room):
            return None
        if _stays(turn, alarm, where.value):
            return None
        place = _placed(turn, theirs(where.value, turn.understanding))
    elif "at_theirs" in extra or (act == "place" and _is_place(turn, alarm)):
        place = _NOT_HERE.sub("", turn.message.text.strip())
        named = place if "sentence" not in extra or "at_theirs" in extra else told_at(turn.understanding)
        if named is None:
            return None
        place = named
        # "He is in the hall", after building and room were told: it guides whoever comes, and is no other place.
        address = alarm.location_confirmed and any(map(str.isdigit, alarm.location or ""))
        beside = address and "at_theirs" not in extra and not any(map(str.isdigit, place))
        alarm_facts.tell_place(turn.db, alarm.id, place, None, part=beside)
        climb.found_out(turn.db, alarm.id, turn.now, turn.real)
    else:
        return None
    noted = t("Place noted: {place}. The people on duty have it.", place=place)
    return Outcome(say=(noted, *((new,) if new is not None else amid.answer(turn, alarm) or ())))


def _is_address(place: Place) -> bool:
    return bool(place.building or place.room or place.floor)


def _is_place(turn: Turn, alarm: Record) -> bool:
    """In their own words, where none of them is known; where it burns it takes no place away."""
    named = sum(map(str.isalpha, turn.message.text)) > 1 and len(turn.message.text) <= _SHORT
    return named and (alarm.kind not in OUT or not alarm.location)


def _told(turn: Turn, alarm: Record, new: Text | None) -> tuple[Sayable, ...]:
    extra, kind = turn.understanding.extra, alarm.kind
    if {"robot", "reads"} & extra.keys() and new is None:
        return (acts.MACHINE_HERE, who_comes(turn, alarm))
    if "coming" in extra or ("missing" in extra and extra.get("amid") != "came"):
        return (who_comes(turn, alarm),)
    if kind == "lift" and "outside" in extra and extra.get("amid") == "well":
        return withdraw(turn).say
    advice = advised.answer(turn, alarm) if new is None else None
    sure = advice or (acts.answer(turn, alarm) if new is None else None)
    answered = (new, HAS_IT) if new is not None else sure or amid.answer(turn, alarm)
    return answered if answered is not None else _passed(turn, alarm)


def _passed(turn: Turn, alarm: Record) -> tuple[Sayable, ...]:
    """What is only passed on, and what is known of it."""
    extra, kind = turn.understanding.extra, alarm.kind
    asked = bool({"question", "inquires"} & extra.keys())
    # Where gas is, what somebody is about to do is answered like a question.
    advice = until_help.known(turn, kind) if asked or (kind == "gas" and not amid.is_out(turn)) else None
    if advice is not None:
        return (HAS_IT, advice)
    if kind in OUT:
        return (amid.stay_out(turn, alarm),)
    if extra.get("script") and extra["script"] in scripts.FITS.get(kind, ()) and "question" not in extra:
        return (PASSED_ON_TOLD,)
    if "nobody" in extra:
        return (amid.WELL,)
    if asked and kind in ADVISED:
        return (until.once(turn, alarm, numbers.fill(THEY_TELL, turn, alarm)),)
    if kind in WORSENS and alarm.accepted_by is None:
        first = PASSED_ON_URGENT if kind == "medical" and not amid.is_dialled(turn, alarm) else PASSED_ON
        return passed_on(turn, alarm, until.once(turn, alarm, first))
    return (until.passed(turn, alarm),)


def head(turn: Turn, key: str) -> None:
    """A blow to the head is seen by a person before anything is over (practice 4)."""
    if "head_hurt" in turn.understanding.extra:
        alarm_history.add(turn.db, key, HEAD, turn.message.sender.user, None, f"{HEAD}:{key}", turn.now)


def passed_on(turn: Turn, alarm: Record, finding: Text = FINDING) -> tuple[Text, ...]:
    """That it was passed on, and how far the looking for somebody is; finding: while it goes on."""
    how = standing.of(turn.db, alarm)
    if alarm.accepted_by is not None or (how in NOT_REACHED and _is_news(turn, alarm, how)):
        return HAS_IT, who_comes(turn, alarm)
    # That nobody could be reached was told: it is told again to who asks.
    text = finding if how not in NOT_REACHED else _instead(finding)
    return (text if text.params else said(text, turn),)


def _is_news(turn: Turn, alarm: Record, how: str) -> bool:
    return alarm_history.add(turn.db, alarm.id, "told", "", how, f"told:{alarm.id}:{how}", turn.now)


def _instead(finding: Text) -> Text:
    return PASSED_ON_TOLD if finding.msgid == FINDING.msgid else finding


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
