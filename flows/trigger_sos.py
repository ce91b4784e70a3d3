"""Danger: the alarm already stands; here the resident hears what happens now, and says where and what."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import timedelta

from backend.services import alarms, duty, places
from bot.contract.errors import Refused
from bot.contract.flow import Do, Event, Fill, Flow, Outcome, Slot, SlotKind, Turn
from bot.contract.text import Ask, Clock, Option, Text, t
from bot.contract.understanding import Place, Value
from flows.questions.place import KEYED, home_of

NAME = "trigger_sos"

# Said at once, by kind. None of these says that help was found: that is said only after a person accepted.
WORDS: dict[str, Text] = {
    "fall": t("If moving hurts, do not move or lift. With bleeding or a blow to the head, call {ambulance} too."),
    "medical": t("Call {ambulance} now as well, or have somebody near you call. Stay with the person."),
    "fire": t("Get out now, do not use the lift, close the door behind you. Call {fire} from outside."),
    "gas": t(
        "Get everybody out now. Don't touch switches or use a phone indoors. From outside call {ambulance} and {fire}."
    ),
    "child": t(
        "If you can see or hear the child, stay there. If the child is missing call {police}; "
        "locked in or high up, {fire}."
    ),
    "lift": t(
        "Stay calm and away from the doors, do not force them. There is plenty of air. "
        "Press the alarm button in the lift too."
    ),
    "plea": t("If somebody may die or is badly hurt, call {ambulance}; fire {fire}, police {police}."),
}
STANDS = t("We received your call for help at {time} and are alerting the people on duty now.")
UNWATCHED = t(
    "We received your call for help at {time}, but nobody here is sure to be watching at this hour. "
    "Please call {ambulance}, {fire} or {police} yourself now."
)
ACTED = t(
    "Please call {ambulance} now, or let somebody next to you call. Stay with me here; I am asking a person to speak "
    "with you. It is good that you said it."
)
ELECTRIC = t("Cut the power first, and do not touch the person with bare hands.")
# Quiet and without a number or a list: these are read over a shoulder, or by somebody at the end of their strength.
VIOLENCE = t("All right, noted.")
SUICIDE = t(
    "I am glad you told me. You are not alone with this: I am asking a person here to speak with you. "
    "You can also call {crisis} at any hour, somebody listens there."
)
SILENT = frozenset({"violence", "suicide"})
OUT = frozenset({"fire", "gas"})
AT_HOME = 12
JUST_NOW = timedelta(minutes=30)
# A word alone does not call these off (practice 4).
NO_CANCEL = frozenset({"violence", "suicide", "medical"})


def stand(turn: Turn) -> Outcome:
    """What happens now; questions only where answering them puts nobody in more danger."""
    alarm = alarms.one(turn.db, turn.alarm or "")
    heard = turn.understanding.danger_kind or alarm.kind
    kind = _kind(turn, alarm.kind if heard == "plea" else heard)
    if alarm.kind == "plea" and kind != "plea":
        alarms.tell_kind(turn.db, alarm.id, kind)
    numbers = {**_DEFAULTS, **turn.conversation.community.emergency}
    if kind == "violence":
        return Outcome(say=(VIOLENCE,), done=True)
    if kind == "suicide":
        acted = "acted" in turn.understanding.extra
        return Outcome(say=(_with(ACTED if acted else SUICIDE, numbers),), done=True)
    watched = duty.watched(turn.db, turn.conversation.community.id, turn.real)
    stands = _with(STANDS if watched else UNWATCHED, numbers, time=Clock(alarm.raised_at))
    advice = _with(WORDS[kind], numbers)
    say: tuple[Text, ...] = (advice, stands) if kind in OUT else (stands, advice)
    if kind in OUT:
        return Outcome(say=say, done=True)
    if turn.understanding.extra.get("urgent") == "sparks":
        say = (ELECTRIC, *say)
    known: dict[str, Value] = {"_kind": kind}
    if "who" in turn.understanding.extra:
        known["_who"] = turn.understanding.extra["who"]
    before = _told_before(turn)
    if alarm.location_confirmed and alarm.location:
        known["location"] = Place(alarm.location)
    elif before is not None:
        alarms.guess_place(turn.db, alarm.id, before.text)
        known |= {"location": before, "_guess": "yes"}
    return Outcome(say=say, set=known)


def _told_before(turn: Turn) -> Place | None:
    """The place of the fault reported just before: "the lift of 12 is stuck", then "someone is inside"."""
    recent = turn.conversation.recent
    if recent is None or not _just_now(turn):
        return None
    place = recent.slots.get("location")
    return place if isinstance(place, Place) and "_urgent" in recent.slots else None


def _just_now(turn: Turn) -> bool:
    recent = turn.conversation.recent
    return recent is not None and recent.touched_at is not None and turn.now - recent.touched_at <= JUST_NOW


_DEFAULTS = {"ambulance": "120", "fire": "119", "police": "110", "crisis": "12356"}


def _kind(turn: Turn, heard: str) -> str:
    """After a stopped lift or a gas smell was reported, a plea or a symptom comes from that."""
    recent = turn.conversation.recent
    if recent is None or not _just_now(turn):
        return heard
    urgent = str(recent.slots.get("_urgent"))
    return urgent if urgent in ("lift", "gas") and heard in ("plea", "medical") else heard


def _with(text: Text, numbers: Mapping[str, str], **more: Clock) -> Text:
    return Text(text.msgid, {**numbers, **more})


def ask_location(turn: Turn) -> Ask:
    home = home_of(turn)
    if turn.values.get("_kind") == "lift":
        text = t("Which lift is it? The number on its sticker helps too.")
        mine = (
            (Option(t("The one in building {building}", building=home.building or ""), "location=home"),)
            if home
            else ()
        )
        return Ask(text, (*mine, Option(t("Somewhere else"), "location=elsewhere")), KEYED)
    text = t("Where is the person now?") if "_who" in turn.values else t("Where are you exactly?")
    if home is None:
        return Ask(t("{where} Building, unit and room, or the place.", where=text), entry=KEYED)
    here = Option(t("At home, {home}", home=home), "location=home")
    return Ask(text, (here, Option(t("Somewhere else"), "location=elsewhere")), KEYED)


def check_location(turn: Turn, value: Value) -> Value:
    """Any place is taken: nobody in danger is corrected; a home that exists is recognised."""
    home = home_of(turn)
    if value == "home" and home is not None:
        return home
    if value in ("home", "elsewhere"):
        raise Refused("a place is needed", t("Tell me the place in your own words, whatever you can see."))
    if not isinstance(value, Place):
        return Place(str(value))
    if value.scope != "inside" or value.building is not None or value.room is not None or home is None:
        return value
    # "in the bathroom" is in the home; longer words are kept beside the address, they may guide a helper.
    return home if len(value.text) <= AT_HOME else replace(home, text=f"{home.text} ({value.text})")


def told_where(turn: Turn) -> Outcome:
    place = turn.values.get("location")
    if not isinstance(place, Place) or turn.conversation.sos is None or turn.values.get("_guess"):
        return Outcome()
    household: int | None = None
    try:
        row = places.check(turn.db, turn.conversation.community, place)
        household = row.id if row is not None else None
    except Refused:
        household = None  # a place that our register does not have is still where they are
    alarms.tell_place(turn.db, turn.conversation.sos, place.text, household)
    return Outcome()


def ask_what(turn: Turn) -> Ask:
    options = (
        Option(t("A fall"), "what_happened=fall"),
        Option(t("Ill or in pain"), "what_happened=medical"),
        Option(t("Locked in or trapped"), "what_happened=trapped"),
        Option(t("Something else"), "what_happened=other"),
    )
    return Ask(t("Place noted. What has happened? A few words are enough."), options)


def what_needed(turn: Turn) -> bool:
    """The words of the cry often say it already."""
    return turn.values.get("_kind", "plea") == "plea" and "what_happened" not in turn.values


def told_what(turn: Turn) -> Outcome:
    if turn.conversation.sos is not None and "what_happened" in turn.values:
        note = str(turn.values["what_happened"])
        if note in WORDS:
            alarms.tell_kind(turn.db, turn.conversation.sos, note)
        alarms.add(turn.db, turn.conversation.sos, "what", turn.message.sender.user, note, None, turn.now)
    advice = WORDS.get(str(turn.values.get("what_happened")))
    first = (_with(advice, {**_DEFAULTS, **turn.conversation.community.emergency}),) if advice else ()
    say = t("I have passed that on. We are finding someone now; stay by your phone and tell me if anything changes.")
    return Outcome(say=(*first, say), done=True)


def words(turn: Turn) -> Outcome:
    """Something more while the alarm is open; a quiet alarm is answered quietly, a desperate one warmly."""
    kind = alarms.one(turn.db, turn.alarm or "").kind
    if kind == "violence":
        return Outcome(say=(VIOLENCE,))
    if kind == "suicide":
        return Outcome(say=(t("I am listening, and so is somebody here. Go on, if you like."),))
    where = turn.understanding.entity("location")
    if where is not None and isinstance(where.value, Place):
        return Outcome(say=(t("Place noted: {place}. The people on duty have it.", place=_placed(turn, where.value)),))
    return Outcome(say=(t("I have passed that on to the people on duty."),))


def _placed(turn: Turn, said: Place) -> str:
    """The place told piece by piece while the alarm is open: "building 8" after "corridor" is one place."""
    alarm = alarms.one(turn.db, turn.alarm or "")
    old, corrected = alarm.location or "", "wrong" in turn.understanding.extra
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
    alarms.tell_place(turn.db, alarm.id, text, household)
    return text


def withdraw(turn: Turn) -> Outcome:
    """The resident says it was nothing: those alerted are told, and a person verifies it (practice 4)."""
    key = turn.conversation.sos or ""
    alarm = alarms.one(turn.db, key)
    by = turn.message.sender.user
    if alarm.kind in NO_CANCEL:
        alarms.add(turn.db, key, "said", by, turn.message.text, None, turn.now)
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


FLOW = Flow(
    name=NAME,
    version=1,
    title=t("Emergency"),
    intents=(NAME,),
    slots=(
        Slot("location", SlotKind.PLACE, t("Place"), ask_location, check_location),
        Slot("what_happened", SlotKind.TEXT, t("What happened"), ask_what, needed=what_needed, gist=True),
        Slot("who", SlotKind.TEXT, t("Who"), ask_what, required=False, private=True),
    ),
    steps=(
        Do("stand", stand),
        Fill("where", ("location",)),
        Do("told_where", told_where),
        Fill("what", ("what_happened",)),
        Do("told_what", told_what),
    ),
    amend=words,
    withdraw=withdraw,
    hours=2,
)
