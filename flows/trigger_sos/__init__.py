"""Danger: the alarm already stands; here the resident hears what happens now, and says where and what."""

from __future__ import annotations

from backend.db import Record
from backend.services import alarm_facts, alarm_history, alarms, duty, places
from backend.services.drills import heartbeat
from backend.services.ladder import climb, lifts, plan, reach
from backend.services.ringing.alarm import FROM_AFAR
from bot.contract.emergency import from_afar
from bot.contract.errors import Refused
from bot.contract.flow import Do, Fill, Flow, Outcome, Slot, SlotKind, Turn
from bot.contract.text import Clock, Sayable, Text, t
from bot.contract.understanding import Place, Value
from bot.contract.whereabouts import named_best
from flows.trigger_sos import advised, amid, means, numbers, openly, quietly, scripts
from flows.trigger_sos.after import (
    FINDING,
    HAS_IT,
    OUT,
    head,
    in_another_city,
    passed_on,
    told_aside,
    words,
)
from flows.trigger_sos.asks import (
    BESIDE_HOME,
    NOTED,
    ask_location,
    ask_what,
    check_location,
    if_not,
    is_told,
    unharmed,
    what_needed,
)
from flows.trigger_sos.called_off import BY_SOUND, withdraw
from flows.trigger_sos.coming import who_comes
from flows.trigger_sos.scripts import WORDS, first_words, said
from flows.trigger_sos.whereabouts import FAR, JUST_NOW, beside_home, spoken_of, take_place

NAME = "trigger_sos"


def stand(turn: Turn) -> Outcome:
    """What happens now; questions only where answering them puts nobody in more danger."""
    alarm = alarms.one(turn.db, turn.alarm or "")
    heard = turn.understanding.danger_kind or alarm.kind
    # What is quiet stays quiet, whatever else is told in it.
    kind = alarm.kind if alarm.quiet else _kind(turn, alarm.kind if heard == "plea" else heard)
    if (alarm.kind == "plea" and kind != "plea") or (alarm.kind == "medical" and kind == "suicide"):
        alarm_facts.tell_kind(turn.db, alarm.id, kind, turn.real)
    _note(turn, alarm, kind)
    alarm = take_place(turn, alarm)
    if kind in OUT:
        _keep_place(turn, alarm)
    alarm = beside_home(turn, alarm)
    if kind in ("violence", "suicide"):
        if "_again" in turn.values:
            told_aside(turn, alarm)
        return Outcome(say=_softly(turn, alarm, kind), done=True)
    # What began as a task for one person only now calls everybody.
    if "_again" in turn.values and not alarm_facts.was(turn.db, alarm.id, "check"):
        return _worse(turn, alarm, kind)
    watched = duty.watched(turn.db, turn.conversation.community.id, turn.real)
    received = said(scripts.STANDS if watched else scripts.UNWATCHED, turn, time=Clock(alarm.raised_at))
    first = first_words(turn, kind)
    chosen = first.msgid == WORDS["plea"].msgid and numbers.likely(turn)
    advice = advised.not_again(turn, alarm, scripts.ONE_NUMBER if chosen else first)
    stands = (received, *_from_afar(turn, alarm, kind))
    if kind in OUT:
        unknown = () if alarm.location or turn.conversation.resident else (scripts.ONCE_OUTSIDE,)
        return Outcome(say=(advice, *stands, *if_not(turn), *unknown), done=True)
    say: tuple[Text, ...] = (*stands, advice)
    if turn.understanding.extra.get("urgent") == "sparks" and turn.understanding.extra.get("script") != "shock":
        say = (scripts.ELECTRIC, *say)
    if kind == "lift":
        lifts.watch(turn.db, alarm, turn.real)
    where, more = _where(turn, alarm)
    return Outcome(say=(*say, *_besides(turn, kind), *more), set={**_known(turn, kind), **where})


def _known(turn: Turn, kind: str) -> dict[str, Value]:
    """What need not be asked, or is asked about otherwise."""
    extra = turn.understanding.extra
    signs = {"_who": extra.get("who"), "_lost": scripts.script_of(turn) == "lost", "_told": is_told(turn)}
    known: dict[str, Value] = {name: said if isinstance(said, str) else "yes" for name, said in signs.items() if said}
    return {"_kind": kind, **known}


def _note(turn: Turn, alarm: Record, kind: str) -> None:
    head(turn, alarm.id)
    if unharmed(turn):
        alarm_history.add(turn.db, alarm.id, BY_SOUND, "", None, f"{BY_SOUND}:{alarm.id}", turn.now)
    if kind == "violence":
        openly.note(turn, alarm.id)
    if kind == "plea":
        numbers.note(turn, alarm.id)
    amid.note(turn, alarm.id, kind)


def _besides(turn: Turn, kind: str) -> tuple[Text, ...]:
    """That texts may come late, and how to say that it is none."""
    # Where they are told to call at once anyway, it is not said twice.
    late = (said(scripts.LATE_TEXTS, turn),) if kind != "medical" and _may_be_late(turn) else ()
    return (*late, *if_not(turn))


# What one says of oneself who has gone out.
OUTSIDE = frozenset({"\u697c\u4e0b", "\u5916\u9762", "downstairs", "outside"})


def _from_afar(turn: Turn, alarm: Record, kind: str) -> tuple[Text, ...]:
    """Whoever speaks of somebody else may sit in another city, whose 120 knows nothing of here (practice 11)."""
    emergency = turn.conversation.community.emergency
    far = from_afar(emergency, plan.dials(emergency, kind)) if alarm.who is not None else ""
    return (Text(FROM_AFAR.msgid, {"number": far}),) if far else ()


def _softly(turn: Turn, alarm: Record, kind: str) -> tuple[Sayable, ...]:
    """Nothing that would strike whoever looks over a shoulder; one warm sentence, said once: whoever goes on speaking
    is listened to."""
    urgent = quietly.dying(turn, alarm) if kind == "violence" else None
    if urgent is not None:
        return (urgent,)
    if kind == "violence" and openly.is_open(turn, alarm.id):
        return openly.answer(turn, alarm) if "_again" in turn.values else openly.first(turn, alarm)
    if kind == "violence":
        return (quietly.at_first(turn, alarm),)
    means.note(turn, alarm.id)
    if scripts.script_of(turn) in ("despair", "edge") and alarm.who is not None:
        return (said(quietly.STAY_WITH, turn),)
    again = _was_comforted(turn) and "acted" not in turn.understanding.extra
    return (quietly.listens(turn, alarm) if again else scripts.comfort(turn),)


def _worse(turn: Turn, alarm: Record, kind: str) -> Outcome:
    """It was received long ago: what is new is what to do now, and how far the looking for somebody is."""
    if kind in OUT and turn.understanding.danger_kind == "plea" and "script" not in turn.understanding.extra:
        # What to do they have heard: nobody goes back for whoever is still inside.
        return Outcome(say=(amid.stay_out(turn, alarm),), done=True)
    child = kind == "fire" and alarm_facts.was(turn.db, alarm.id, "child")
    advice = said(scripts.CHILD_INSIDE, turn) if child else amid.once_more(turn, alarm, kind)
    if kind in OUT:
        return Outcome(say=(advice, *passed_on(turn, alarm)), done=True)
    where, more = _where(turn, alarm)
    placed = where or "location" in turn.values
    told = () if placed else (HAS_IT,) if alarm.accepted_by is None else (HAS_IT, who_comes(turn, alarm))
    return Outcome(say=(advice, *told, *more), set={"_kind": kind, "_told": "yes", **where})


def _was_comforted(turn: Turn) -> bool:
    words = {*(one.msgid for one in quietly.LISTENS), scripts.SUICIDE.msgid, scripts.SUICIDE_YOUNG.msgid}
    return any(isinstance(one, Text) and one.msgid in words for one in turn.conversation.said)


def _may_be_late(turn: Turn) -> bool:
    channel, community = turn.message.sender.channel, turn.conversation.community.id
    return channel == reach.TEXT and not heartbeat.arrives(turn.db, community, channel, turn.real)


def _where(turn: Turn, alarm: Record) -> tuple[dict[str, Value], tuple[Text, ...]]:
    """What is known of the place without asking, and what is said of it."""
    numbered = lifts.named_in(turn.db, alarm.community_id, turn.message.text) if alarm.kind == "lift" else None
    if numbered is not None:
        return {"location": Place(numbered.place)}, (_lift(turn, alarm.id, numbered),)
    before = spoken_of(turn)
    if alarm.location_confirmed and alarm.location:
        named = named_best(turn.understanding)
        is_it = named is not None and named.text == alarm.location
        return {"location": named if named is not None and is_it else Place(alarm.location)}, ()
    if before is not None:
        alarm_facts.guess_place(turn.db, alarm.id, before.text)
        return {"location": before, "_guess": "yes"}, ()
    return {}, ()


def _keep_place(turn: Turn, alarm: Record) -> None:
    """ "I am downstairs with the children", after a smell of gas was reported: where they are, and not where it is."""
    before = spoken_of(turn)
    outside = "outside" in turn.understanding.extra and str(alarm.location).casefold() in OUTSIDE
    if before is None or not outside:
        return
    home = turn.conversation.resident.home if turn.conversation.resident else None
    own = home is not None and (home.building, home.room) == (before.building, before.room)
    alarm_facts.tell_place(turn.db, alarm.id, before.text, home.id if home is not None and own else None)


def _just_now(turn: Turn) -> bool:
    recent = turn.conversation.recent
    return recent is not None and recent.touched_at is not None and turn.now - recent.touched_at <= JUST_NOW


def _kind(turn: Turn, heard: str) -> str:
    """After a stopped lift or a gas smell was reported, a plea or a symptom comes from that; and what a plea tells."""
    recent = turn.conversation.recent
    urgent = str(recent.slots.get("_urgent")) if recent is not None and _just_now(turn) else ""
    stuck = urgent == "lift" and recent is not None and "_empty" not in recent.slots
    if (urgent == "gas" or stuck) and heard in ("plea", "medical"):
        return urgent
    return scripts.kind_by(turn, heard)


def _lift(turn: Turn, key: str, found: lifts.Lift) -> Text:
    """The sticker says which lift it is: its place is known, and its firm is on the board."""
    alarm_facts.tell_place(turn.db, key, found.place, None)
    lifts.note(turn.db, key, found, turn.now, turn.real)
    where = found.called(turn.conversation.language)
    return t("That is the lift {place}. The people on duty have it, with the number of the lift firm.", place=where)


def told_where(turn: Turn) -> Outcome:
    place = turn.values.get("location")
    if not isinstance(place, Place) or turn.conversation.sos is None or turn.values.get("_guess"):
        return Outcome()
    key = turn.conversation.sos
    away = in_another_city(turn, alarms.one(turn.db, key))
    if away is not None:
        return away
    numbered = lifts.named_in(turn.db, turn.conversation.community.id, place.text)
    if numbered is not None and alarms.one(turn.db, key).kind == "lift":
        noted = alarms.one(turn.db, key).location == numbered.place
        return Outcome() if noted else Outcome(say=(_lift(turn, key, numbered),))
    standing = alarms.one(turn.db, key)
    if place.scope == BESIDE_HOME:
        _note_beside(turn, standing)
        return Outcome()  # what is no address confirms none
    if place.building is None and standing.location_confirmed and place.text == standing.location:
        return Outcome()  # it stands there, perhaps with the home that it is
    household: int | None = None
    try:
        row = places.check(turn.db, turn.conversation.community, place)
        household = row.id if row is not None else None
    except Refused:
        household = None  # a place that our register does not have is still where they are
    far = alarm_history.has(turn.db, key, FAR)
    alarm_facts.tell_place(turn.db, key, turn.message.text.strip()[:200] if far else place.text, household)
    climb.found_out(turn.db, key, turn.now, turn.real)
    return Outcome()


def _note_beside(turn: Turn, alarm: Record) -> None:
    """ "The side door is open": for who comes; a whole sentence stands with what was said, and in no address."""
    if "sentence" not in turn.understanding.extra and len(turn.message.text) <= NOTED:
        alarm_facts.tell_place(turn.db, alarm.id, turn.message.text.strip(), None, part=True)


def told_what(turn: Turn) -> Outcome:
    if turn.conversation.sos is not None and "what_happened" in turn.values:
        note = str(turn.values["what_happened"])
        if note in WORDS:
            alarm_facts.tell_kind(turn.db, turn.conversation.sos, note, turn.real)
        alarm_history.add(turn.db, turn.conversation.sos, "what", turn.message.sender.user, note, None, turn.now)
    advice = WORDS.get(str(turn.values.get("what_happened")))
    first = (said(advice, turn),) if advice else ()
    if turn.conversation.sos is None:
        return Outcome(say=(*first, FINDING), done=True)
    alarm = alarms.one(turn.db, turn.conversation.sos)
    # Nothing in a cry is good news, whatever it resembles.
    glad = turn.understanding.extra.get("amid") in ("better", "well")
    answered = first or (turn.alarm is not None and glad)
    say = (None if answered else amid.answer(turn, alarm)) or passed_on(turn, alarm)
    return Outcome(say=(*first, *say), done=True)


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
