"""What a sentence names, weighed against the classifier's guess: a fault, a name with a time, a cue."""

from __future__ import annotations

from collections.abc import Set
from dataclasses import replace

from bot.contract.understanding import Danger, Entity
from intents import classifier
from intents.classifier import SOS, Guess
from intents.entities.names import somebody_comes, visitor_role
from intents.normalise import fold
from intents.patterns import later

# Words that speak for an intent: a fault named, a fee named. They lift a guess that was rejected by a little.
SUPPORT = {
    "report_repair": frozenset({"category"}),
    "book_housekeeping": frozenset({"service"}),
    "pay_fees": frozenset({"fee", "amount"}),
    "register_visitor": frozenset({"plate", "visitor_name"}),
    "check_progress": frozenset({"case_no"}),
}
NEAR = 2
# Where a fault is named, these are seldom meant; a greeting before a fault is the fault (taxonomy, rule 1).
REPAIR = "report_repair"
# What these are made of; where a fault is named and nothing of it, somebody is sent for to mend it.
SENT_FOR = {
    "book_housekeeping": frozenset({"service", "hours", "recurring"}),
    "register_visitor": frozenset({"visitor_name", "plate", "people", "recurring"}),
    "parking_help": frozenset({"plate"}),
}
PARKING = "parking_help"
# So likely, the next guess stands where the first cannot be.
NEXT = 0.1
OF_CARS = frozenset({"parking", "drives", "space", "car_blocks", "vague"})
# Acts of talk that a long sentence with a fault in it is taken for when nothing fits: "heating is off AGAIN, what are
# you people doing".
MERE_TALK = frozenset({"repeat", "goodbye", "slower", "start_over", "go_back", "skip", "help", "thank"})
LOST = 0.5
BESIDE = frozenset(
    {"pay_fees", "ask_notice", "complain", "greet", "vote", "goodbye", "thank", "help", "ask_human", "deny", "correct"}
)
SURE = 0.8
# "Come quick" with a broken thing in it is meant for the thing, unless the detector hears a person in it.
PLEA_FOR_A_PERSON = 0.5
# Where a harmless wish is known this well, and no cue speaks, this little is not worth a question: on left-out folds
# English asks about 3.5 % instead of 4 % of ordinary talk, and 3 more of 1,000 of the hardest cries hear nothing.
KNOWN, LITTLE, HARDLY = 0.85, 0.5, 0.3
# Who calls for help or for a person may mean either.
CALLING = frozenset({"help", "ask_human"})
# What only a visit is made of: in a report of a fault "the electrician" is nobody who comes to see the speaker.
VISIT = "register_visitor"
OF_VISITS = frozenset({"visitor_name", "recurring"})
OTHER_SERVICES = frozenset(
    {"report_repair", "book_housekeeping", "pay_fees", "complain", "ask_notice", "ask_policy", "book_venue"}
    | {"book_clinic", "order_meal", "parking_help", "lost_card", "vote", SOS, "ask_human", "change_language", "help"}
)
# A trade or a bare word is a name only where a visit is spoken of, or nothing else.
NAMED = 0.75
# So many characters beside what is named only announce it.
ANNOUNCES, HAN_ANNOUNCES = 14, 4
# So many characters beside a name and a time say nothing more: a space, a comma, a stop.
LONE = 3


def concerned(found: tuple[Entity, ...], intent: str, length: int) -> tuple[Entity, ...]:
    """Without names and weekdays that cannot be a visitor's, given what the sentence is about.

    An answer that is hardly more than a trade ("plumber") may be one to the question who comes.
    """
    if intent == "book_housekeeping":
        found = tuple(replace(e, confidence=2.0) if e.name == "recurring" else e for e in found)
    least = 2.0 if intent in OTHER_SERVICES else NAMED if intent == "check_progress" else 0.0
    rest = length - sum(entity.end - entity.start for entity in found)
    return tuple(
        e
        for e in found
        if e.name not in OF_VISITS or e.confidence >= least or 2 * len(e.text) > length or _announced(e, rest)
    )


def _announced(name: Entity, rest: int) -> bool:
    """ "His name is Tom": nothing but a name is told, whatever else the words resemble."""
    return name.confidence > NAMED and rest <= (ANNOUNCES if name.text.isascii() else HAN_ANNOUNCES)


# A name with a time, and a visit spoken of or nothing else: these are what the classifier hears in it by mistake.
NO_VISIT = frozenset(
    {"goodbye", "greet", "thank", "skip", "affirm", classifier.OUT_OF_SCOPE}
    | {"book_clinic", "book_venue", "order_meal", "ask_notice"}
)


def visited(guess: Guess, found: tuple[Entity, ...], text: str) -> Guess:
    """Somebody named comes at a time: that is a visitor, whatever they come for."""
    named = [entity for entity in found if entity.name == "visitor_name"]
    if not named and visitor_role(text) is not None:
        named = [entity for entity in found if entity.name == "people"]  # "daughter and son-in-law, at seven"
    timed = [entity for entity in found if entity.name == "when"]
    sure_of_it = guess.confidence >= SURE and guess.intent != classifier.OUT_OF_SCOPE
    if guess.intent not in NO_VISIT or sure_of_it or not named or not timed:
        return guess
    rest = len(text) - sum(entity.end - entity.start for entity in (*named, *timed))
    sure = any(entity.confidence > NAMED for entity in named) and somebody_comes(text)
    return replace(guess, intent=VISIT, confidence=0.5) if sure or rest <= LONE else guess


def _names_nothing_of(intent: str, found: tuple[Entity, ...]) -> bool:
    made_of = SENT_FOR.get(intent)
    return made_of is not None and not any(entity.name in made_of for entity in found)


def supported(guess: Guess, found: tuple[Entity, ...], faulty: bool) -> Guess:
    """A rejected sentence is taken after all when what it names belongs to one of its nearest intents."""
    if faulty and guess.intent in BESIDE and guess.confidence < SURE:
        near = [name for name, _ in guess.ranking[:3]]
        return replace(guess, intent=REPAIR, confidence=0.5) if REPAIR in near else guess
    if faulty and guess.confidence < SURE and _names_nothing_of(guess.intent, found):
        # "Can you send somebody to my mother's, her toilet keeps running"; "rain coming in".
        ranked = REPAIR in [name for name, _ in guess.ranking[:3]]
        return replace(guess, intent=REPAIR, confidence=max(guess.confidence, 0.6)) if ranked else guess
    if faulty and guess.intent in MERE_TALK and guess.confidence < LOST:
        return replace(guess, intent=REPAIR, confidence=LOST)
    if guess.intent != classifier.OUT_OF_SCOPE or guess.ranking[0][0] == classifier.OUT_OF_SCOPE:
        return guess
    named = {entity.name for entity in found if entity.name != "visitor_name" or entity.confidence > NAMED}
    for intent, score in guess.ranking[:NEAR]:
        if named & SUPPORT.get(intent, frozenset()):
            return replace(guess, intent=intent, confidence=max(score, 0.5))
    return guess


# What stands on a wall and tells of gas.
_SENSOR = later(
    r"\u62a5\u8b66\u5668?|\u8b66\u62a5\u5668?|\u63a2\u6d4b\u5668|\u68c0\u6d4b\u5668|\b(?:alarm|detector|sensor|monitor)s?\b"
)


def sounding(guess: Guess, urgent: str | None, text: str) -> Guess:
    """A gas alarm that sounds, or a smell of it, is seen to, where the words resemble no wish of another kind."""
    # Half heard as a cry that is none, or as a fee for it: "now you say so, it is a bit like gas".
    half = guess.danger < LITTLE if guess.intent == SOS else guess.intent in BESIDE and guess.confidence < LOST
    lost = guess.intent == classifier.OUT_OF_SCOPE or (half and guess.intent != "complain")
    other = not lost and guess.intent not in (classifier.OUT_OF_SCOPE, "cancel", SOS, *MERE_TALK)
    if urgent != "gas" or other or not (lost or _SENSOR.search(fold(text))):
        return guess
    return replace(guess, intent=REPAIR, confidence=max(guess.confidence, SURE))


def _calm(guess: Guess) -> Guess:
    """The intent was an emergency, the company it stands in is calm: the next likely intent, or none."""
    rest = [(name, score) for name, score in guess.ranking if name != SOS]
    name, score = rest[0] if rest else (classifier.OUT_OF_SCOPE, 1.0)
    return replace(guess, intent=name if score >= 0.5 else classifier.OUT_OF_SCOPE, confidence=max(score, 0.5))


def unless_known(danger: Danger, guess: Guess, hinted: bool, *, asking: bool = False) -> Danger:
    """No question to somebody whose harmless wish was well understood, on next to no evidence of danger; nor, on even
    less, to somebody who asks one (`asking`)."""
    if danger is Danger.ASK and asking and not hinted and guess.danger < HARDLY and guess.intent != SOS:
        return Danger.NONE
    harmless = guess.intent not in {SOS, classifier.OUT_OF_SCOPE} | CALLING and guess.confidence >= KNOWN
    asked_for_little = danger is Danger.ASK and not hinted and guess.danger < LITTLE
    return Danger.NONE if asked_for_little and harmless else danger


def _of_cars(guess: Guess, extra: Set[str], broken: bool) -> Guess:
    """What is broken where cars stand is mended; a car in everybody's way is moved; a card that is gone is no car."""
    if {"gone", "door_card"} <= extra and guess.intent in (classifier.OUT_OF_SCOPE, PARKING):
        return replace(guess, intent="lost_card", confidence=SURE)
    if guess.intent == PARKING and guess.confidence < SURE and not OF_CARS & extra and not broken:
        # Nothing in it speaks of cars.
        near = [(name, score) for name, score in guess.ranking[1:NEAR] if score >= NEXT]
        name, score = near[0] if near else (classifier.OUT_OF_SCOPE, 0.5)
        return replace(guess, intent=name, confidence=score)
    if guess.intent == PARKING and broken and not {"parking", "question", "drives"} & extra:
        return replace(guess, intent=REPAIR)
    if guess.intent in (REPAIR, "complain") and guess.confidence < SURE and "car_blocks" in extra:
        return replace(guess, intent=PARKING)
    return guess


def _as_named(guess: Guess, extra: Set[str]) -> Guess:
    """ "I want to report a fault for my mother": named, whatever the words around it resemble at half a guess."""
    mended = "reports_fault" in extra and guess.intent != "check_progress" and guess.confidence < SURE
    return replace(guess, intent=REPAIR, confidence=SURE) if mended else guess


def _of_a_person(guess: Guess, extra: Set[str]) -> Guess:
    """ "I want to speak to security": one of ours is to be fetched, whatever the matter."""
    sure = max(guess.confidence, SURE)
    asked = {"wants_person", "frail_need"} & extra
    return replace(guess, intent="ask_human", confidence=sure) if asked else guess


# "Has it been found?" asks, as does "will you still send anybody?", and neither takes anything back.
_KEEPS = {"news_of": "check_progress", "still_sent": classifier.OUT_OF_SCOPE, "leaves_it": "affirm"}


def by_cues(danger: Danger, guess: Guess, extra: Set[str], *, broken: bool = False) -> tuple[Danger, Guess]:
    """broken: a thing is named, and that something is wrong with it.

    Where small words know better: "hurry up" and "I feel bad" say too little and are asked about, unless the talk
    shows what it means; a reader that is broken is no lost card."""
    visit = bool({"has_visit", "climbs"} & extra) and "hinted" not in extra
    if danger is Danger.ALERT and (visit or {"impatient", "unwell_only", "stands_in"} & extra):
        danger = Danger.ASK
    tried = guess.intent == "start_over" and "tried" in extra
    if tried or (guess.intent == "slower" and "impatient" in extra):
        guess = replace(guess, intent=classifier.OUT_OF_SCOPE)
    if {"calls", "chases", "nobody_in", "mislaid", "tells_name", "radiators"} & extra:
        danger = Danger.NONE
        # Who only calls out is greeted; who waits for a person is heard by another cue.
        guess = replace(guess, intent="greet", confidence=SURE) if "calls" in extra else guess
    if guess.intent == "pay_fees" and "hands_in" in extra:
        guess = replace(guess, intent=classifier.OUT_OF_SCOPE, confidence=0.5)
    if danger is Danger.ASK and ({"works_on", "lost_pet"} & extra or _is_over(guess, extra)):
        danger = Danger.NONE
    if guess.intent == "cancel" and (kept := next((cue for cue in _KEEPS if cue in extra), None)):
        guess = replace(guess, intent=_KEEPS[kept], confidence=0.5 if kept == "still_sent" else guess.confidence)
    if danger is Danger.NONE and guess.intent == SOS:
        guess = _calm(guess)
    if guess.intent == "lost_card" and "gives_back" in extra and "gone" not in extra:
        guess = replace(guess, intent="ask_policy")
    if guess.intent == "lost_card" and {"reader", "other_card", "civil_card"} & extra and not {"gone", "found"} & extra:
        # The words are sure of it, so nobody is asked which of the two is meant.
        sure = max(guess.confidence, SURE)
        other = "ask_policy" if "civil_card" in extra else classifier.OUT_OF_SCOPE
        guess = replace(guess, intent=REPAIR if "reader" in extra else other, confidence=sure)
    danger, guess = _of_a_bill(danger, guess, extra)
    lost = guess.intent == classifier.OUT_OF_SCOPE and "hazard" in extra and not {"question", "asks_back"} & extra
    # "There is a big hole in the path, somebody nearly fell": no wish is named, and somebody must see to it.
    guess = replace(guess, intent=REPAIR, confidence=max(guess.confidence, 0.6)) if lost else guess
    guess = _of_a_person(_as_named(_of_cars(guess, extra, broken), extra), extra)
    return _kept_out(*_of_comers(danger, _of_a_place(guess, extra), extra), extra)


def _of_comers(danger: Danger, guess: Guess, extra: Set[str]) -> tuple[Danger, Guess]:
    """ "His name is Ma Jun, about thirty-five, tall" is who it is and nothing more; "my brother visited
    on Sunday": who was here is no visitor to come."""
    if danger is Danger.ASK and "only_describes" in extra and "hinted" not in extra:
        danger = Danger.NONE
    if "charges_car" in extra and guess.intent in ("pay_fees", PARKING) and "errand" not in extra:
        # "Where can I charge my car", "can she charge it in there": no meter is topped up, and no space looked for.
        guess = replace(guess, intent="ask_policy", confidence=0.6 if guess.intent == "pay_fees" else SURE)
    if "park_price" in extra and guess.intent not in ("complain", "report_repair", SOS):
        guess = replace(guess, intent="ask_policy", confidence=SURE)
    if guess.intent == VISIT and {"bygone", "whenless"} <= extra:
        guess = replace(guess, intent=classifier.OUT_OF_SCOPE, confidence=0.5)
    return danger, guess


def _of_a_bill(danger: Danger, guess: Guess, extra: Set[str]) -> tuple[Danger, Guess]:
    """ "Our water is 214 this month and normally sixty": of the bill, where nothing else is surely meant."""
    weak = guess.confidence < SURE and guess.intent not in ("complain", "ask_human", REPAIR)
    bill = "dear_bill" in extra and not {"hinted", "urgent", "fault"} & extra and (weak or guess.intent == SOS)
    if danger is Danger.ALERT or not bill:
        return danger, guess
    return Danger.NONE, replace(guess, intent="pay_fees", confidence=SURE)


def _is_over(guess: Guess, extra: Set[str]) -> bool:
    """ "It is off now", "please do send someone after all": little of it sounds like danger."""
    named = "hinted" in extra
    over = ("after_all" in extra and (not named or "pleads" in extra)) or ("made_safe" in extra and not named)
    return over and guess.danger < HARDLY


def _of_a_place(guess: Guess, extra: Set[str]) -> Guess:
    """ "I'm 5-1-302" is a place, and no goodbye; "I can do that for her, right?" asks, and agrees to nothing."""
    noisy = guess.intent == REPAIR and {"matter", "door"} <= extra and guess.ranking[0][0] == "complain"
    runs = "unleashed" in extra and not {"lost_pet", "lost_thing", "found_thing", "question", "news_of"} & extra
    if runs and guess.intent in (REPAIR, classifier.OUT_OF_SCOPE, *MERE_TALK):
        return replace(guess, intent="complain", confidence=max(guess.confidence, SURE))
    if noisy:
        return replace(guess, intent="complain")  # "1203 drags furniture at night": nothing is broken there
    if guess.intent == "affirm" and "asks_leave" in extra:
        return replace(guess, intent=classifier.OUT_OF_SCOPE, confidence=0.5)
    manners = guess.intent in ("goodbye", "greet", "thank", "start_over")
    return replace(guess, intent=classifier.OUT_OF_SCOPE, confidence=0.5) if manners and "stands_in" in extra else guess


def _kept_out(danger: Danger, guess: Guess, extra: Set[str]) -> tuple[Danger, Guess]:
    """ "Do not let him in" opens nobody's pass: a person sees to it, and it is asked whether anybody is in danger;
    it is an alarm where a cue stands beside it."""
    by_itself = danger is Danger.ALERT and "hinted" in extra
    mine = "keep_out" in extra and guess.intent in (VISIT, classifier.OUT_OF_SCOPE, "deny", SOS)
    if not mine or by_itself:
        return danger, guess
    return Danger.ASK, replace(guess, intent="ask_human", confidence=max(guess.confidence, SURE))
