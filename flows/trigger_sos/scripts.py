"""What somebody in danger is told first, by what happened: short, for eyes and for ears, and nothing that is not so.

None of these says that help was found, nor that anybody has dialled for them: that a person says, later. Where each
piece of advice is from stands in the README beside this.
"""

from __future__ import annotations

from collections.abc import Mapping

from bot.contract.flow import Turn
from bot.contract.text import Clock, Text, t

# By kind of danger.
WORDS: dict[str, Text] = {
    "fall": t("If moving hurts, do not move or lift. With bleeding or a blow to the head, call {ambulance} too."),
    "medical": t("Call {ambulance} now as well, or have somebody near you call. Stay with the person."),
    "fire": t(
        "Out now if no smoke is in the way; no lift, close the door behind you. Smoke outside your door: stay in, door "
        "shut, show yourself at a window. Call {fire}."
    ),
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
# Of a plea that tells of something: one number, by what it sounds like most (`numbers.likely`).
ONE_NUMBER = t("Call {number} now if anybody is in danger; have somebody near you call, if you cannot.")
# By what the words tell more closely, in the place of the kind's own; which kinds each may stand for.
SCRIPTS: dict[str, Text] = {
    "lifeless": t(
        "Call {ambulance} now, put the phone on loudspeaker and do what they say. Nobody to guide you and no breath: "
        "push hard and fast on the middle of the chest, two pushes a second. Breathing: turn them on their side."
    ),
    "choking": t(
        "If they can cough, let them cough. If not: lean them forward, five hard blows between the shoulder blades, "
        "and call {ambulance} on loudspeaker; they tell you what to do next."
    ),
    "chest": t("Sit down and do not walk about. Call {ambulance} now, or have somebody near you call."),
    "stroke": t(
        "Call {ambulance} now, every minute counts. Nothing to eat or drink, no medicine. Remember when it began."
    ),
    "seizure": t(
        "Clear away what they could hit. Do not hold them, put nothing in the mouth. Afterwards turn them on their "
        "side. Call {ambulance} now."
    ),
    "poison": t("Call {ambulance} now. Do not make them vomit. Keep what it was, to show it."),
    "bleeding": t("Press hard on the wound with a clean cloth and do not let go. Call {ambulance} now."),
    "burn": t(
        "Hold it under cool running water for 20 minutes; nothing else on it, leave what sticks. "
        "If it is large or in the face, call {ambulance}."
    ),
    "clothes": t(
        "Stop running, lie down and roll; others smother it with a thick coat or a blanket. Then cool running water. "
        "Call {ambulance} and {fire} now."
    ),
    "mixed": t(
        "That is poisonous gas: everybody out into fresh air now, nobody goes back in. Pour and rinse nothing, open "
        "doors "
        "from outside, and call to whoever is in there to come towards your voice. {ambulance} and {fire} now."
    ),
    "shock": t("Cut the power first; do not touch the person before it is off. Then call {ambulance}."),
    "smoke": t(
        "If you can get out without smoke: out, no lift. If there is smoke outside your door: stay in, close the door, "
        "wet cloths along the gap, show yourself at a window. Call {fire} now."
    ),
    "locked": t(
        "Talk to the child through the door: away from the stove, windows and balcony. "
        "If there is heat, water, a window or crying that stops, call {fire} now."
    ),
    "fumes": t(
        "Get everybody out into fresh air now and do not go back in; open the doors and windows that you pass. "
        "Call {ambulance} and {fire} from outside. Whoever does not wake: on their side, outside."
    ),
    "lost": t("Call {police} now; nobody has to wait 24 hours. Tell me where and when last seen, and the clothes."),
    "breath": t(
        "Let them sit upright, leaning forward, tight clothes open. Their own spray or allergy pen: use it as it was "
        "prescribed. Call {ambulance} now."
    ),
    "head": t(
        "Let them lie still, head and neck as they are, and do not leave them alone, even if they feel better. "
        "Call {ambulance} now."
    ),
    "drown": t(
        "Do not go into the water: hold out a pole or throw what floats. Call {fire} and {ambulance} now. Out of the "
        "water without breath: push hard on the middle of the chest, {ambulance} counts with you."
    ),
    "sugar": t(
        "Wide awake: something sweet to drink or eat now. Drowsy: nothing in the mouth, on their side. No insulin. "
        "Call {ambulance} now."
    ),
    "birth": t(
        "Call {ambulance} now. She lies on her left side and does not walk. If the baby comes: do not pull, keep it "
        "warm on her belly, cut nothing."
    ),
    "heat": t(
        "Too hot: into the shade, wet the skin and fan it. Too cold: dry clothes, blankets. Drink only if wide awake. "
        "Call {ambulance} now."
    ),
    "car": t(
        "Call {fire} and {police} now. If whoever is inside is hot, drowsy or goes quiet: break the "
        "side window that is "
        "farthest from them, and take them into the shade."
    ),
    "welfare": t(
        "Knock and call out, and listen at the door. No answer: call {police} now, they can have it "
        "opened. If you hear "
        "groaning, {ambulance} as well. Nobody climbs over a balcony."
    ),
    "trapped": t(
        "Call {fire} now, and {ambulance} if it bleeds. Stop the machine; do not pull, do not force it. Talk to them."
    ),
    "electric": t(
        "Keep away from it, and from the water around it. Power off only where you reach the switch dry. No water on "
        "it. Smoke or burning: out, and call {fire}."
    ),
    "edge": t(
        "Call {fire} and {police} now. Do not rush at them and do not shout: speak calmly, keep others back. A small "
        "child: come slowly from inside and take hold."
    ),
    "falling": t("Get away from under it, keep everybody out of there, and call {fire} now."),
    "animal": t(
        "Away from it, a door between you. Snake bite: keep still, no cutting, no sucking, no tying; call {ambulance} "
        "now. Dog or cat: wash it 15 minutes with soap and running water, then to a doctor."
    ),
    "heard": t("Call {police} now and say what you hear and where. Do not go there alone, and do not knock."),
}
# Of a person, of a child or somebody helpless, and of a thing.
_BODY = frozenset(SCRIPTS) - {
    "smoke",
    "locked",
    "lost",
    "car",
    "welfare",
    "electric",
    "edge",
    "falling",
    "heard",
    "mixed",
}
_FALL = frozenset({"lifeless", "stroke", "chest", "seizure", "bleeding", "head", "breath", "sugar", "birth", "welfare"})
FITS: Mapping[str, frozenset[str]] = {
    "fall": _FALL,
    "medical": _BODY | {"welfare", "car"},
    "gas": frozenset({"fumes", "mixed"}),
    # A child behind a door, and a stove that is on: nobody is told to walk out.
    "fire": frozenset({"smoke", "locked", "electric", "clothes", "mixed"}),
    "child": (_BODY - {"fumes"}) | {"locked", "lost", "car", "edge"},
    "lift": frozenset({"birth", "chest", "breath", "lifeless", "seizure"}),
    "plea": frozenset(SCRIPTS) - {"smoke"},
}
# What a bare plea is, once the words tell what happened.
KINDS = {"locked": "child", "lost": "child", "car": "child", "fumes": "gas", "mixed": "gas", "electric": "fire"}
KINDS |= dict.fromkeys(("welfare", "trapped", "edge", "falling", "animal", "heard"), "plea")
# What is learnt beside what is reviewed: of these the words of the kind say enough.
_OF_KIND = {"fall": "fall", "ill": "medical", "fire": "fire", "gas": "gas", "lift": "lift"}
_OF_KIND |= {"violence": "violence", "intruder": "violence", "suicide": "suicide", "despair": "suicide"}
# So likely, it is taken for what happened; so likely, that nobody is rung at home for it, or it is told anew.
LIKELY, SURE = 0.55, 0.65
_QUIET = frozenset({"violence", "suicide"})
_NO_ANSWER = frozenset({"lost", "welfare", "locked", "stroke", "car"})
STANDS = t("We received your call for help at {time} and are alerting the people on duty now.")
UNWATCHED = t(
    "We received your call for help at {time}, but nobody here is sure to be watching at this hour. "
    "Please call {ambulance}, {fire} or {police} yourself now."
)
# A text message may come late; whether it does here is known only where one is tried each day (practice 14).
LATE_TEXTS = t("Text messages can arrive late: if you can speak, call {ambulance}, {fire} or {police} as well.")
ACTED = t(
    "Please call {ambulance} now, or let somebody next to you call. Stay with me here; I am asking a person to speak "
    "with you. It is good that you said it."
)
ELECTRIC = t("Cut the power first; do not touch the person before it is off.")
# Whoever speaks stands before the door: they are not sent away from a child.
CHILD_INSIDE = t("Call {fire} now and say that a child is locked in. Stay at the door and go on talking to the child.")
# Whoever is out already is not told to leave.
IS_OUT = t("Good that you are out: do not go back in. Call {fire} now, and {ambulance} if anybody feels ill.")
# More words while it burns or smells: somebody may still be inside, and nobody goes back for them.
STAY_OUT = t("I have passed that on. Do not go back in; if somebody is still inside, tell {fire}.")
ALL_OUT = t("Good, I have passed that on. Stay out, all of you, until those who came say that it is safe.")
# Whether they are in or out is not known.
IN_OR_OUT = t(
    "I have passed that on. Out only where no smoke is, and then stay out; else door shut and at a window. Tell {fire} "
    "who is still inside."
)
# We give no advice of our own beyond the first.
THEY_TELL = t("I have passed that on. What to do until help comes, {number} tells you: call, on loudspeaker.")
# No question while it burns; but nobody can be sent to a place that nobody knows.
ONCE_OUTSIDE = t("Once you are outside, tell me which building it is.")
# Quiet and without a number or a list: these are read over a shoulder, or by somebody at the end of their strength.
VIOLENCE = t("Received.")
# Whoever writes on is not answered like a machine, and by nothing that shows more.
QUIETLY = (VIOLENCE, t("Got that too."), t("Noted, thank you."))
SUICIDE = t(
    "I am glad you told me. You are not alone with this: I am asking a person here to speak with you. "
    "You can also call {crisis}, people listen there."
)
SUICIDE_YOUNG = t(
    "I am glad you told me. You are not alone with this: I am asking a person here to speak with you. "
    "You can also call {youth}, they are there for young people, or {crisis}."
)


def said(text: Text, turn: Turn, **more: Clock) -> Text:
    return Text(text.msgid, {**turn.conversation.community.emergency, **more}, spoken=text.spoken)


def kind_by(turn: Turn, heard: str) -> str:
    """What a plea tells; one that is an alarm by its sound alone stays one, which is called off at once, if nothing in
    it must be kept from whoever is at home."""
    told = _told_by(turn) if heard == "plea" else heard
    if told in ("plea", "medical") and "weary" in turn.understanding.extra and not script_of(turn):
        return "suicide"
    return heard if _amid(turn) and told not in _QUIET else told


def _amid(turn: Turn) -> bool:
    """Whether the ear alone alarmed, among words of something else."""
    return "_unharmed" in turn.values and "_first" not in turn.values


def _told_by(turn: Turn) -> str:
    """What kind a plea is of: by what happened; else by what it sounds like, where it may not be a mistake as well."""
    script, sounds = script_of(turn), turn.understanding.extra.get("sounds", "plea")
    unsure = _amid(turn) and sounds not in _QUIET
    return kind_of(script) if script else "plea" if unsure else sounds


def kind_of(script: str) -> str:
    return KINDS.get(script) or _OF_KIND.get(script, "medical")


def script_of(turn: Turn, least: float = LIKELY) -> str:
    """What happened, by reviewed words; where none fits, what the words are likest to; empty where that is a guess."""
    named = turn.understanding.extra.get("script", "")
    learnt, share = next(iter(turn.understanding.befell), ("", 0.0))
    if named == "lifeless" and learnt in _NO_ANSWER and share >= LIKELY:
        return learnt  # whoever does not answer may be lost, or behind a door
    if learnt == "lifeless" and "who" not in turn.understanding.extra:
        learnt = ""  # who tells it of themselves is awake
    return named or (learnt if share >= (SURE if _OF_KIND.get(learnt) in _QUIET else least) else "")


def other_words(turn: Turn, *ways: Text) -> Text:
    """The same in other words than the last answer had."""
    last = next((n for n, one in enumerate(ways) if was_said(turn, one)), -1)
    return ways[(last + 1) % len(ways)]


def was_said(turn: Turn, text: Text) -> bool:
    return any(isinstance(one, Text) and one.msgid == text.msgid for one in turn.conversation.said)


def first_words(turn: Turn, kind: str) -> Text:
    """What to do now: of the kind, or closer where the words tell what happened."""
    script = script_of(turn)
    if script in FITS.get(kind, ()):
        return said(SCRIPTS[script], turn)
    told = _told_by(turn) if kind == "plea" else kind
    if told != kind and told not in _QUIET:
        return said(WORDS[told], turn)
    out = kind in ("fire", "gas") and "outside" in turn.understanding.extra
    return said(IS_OUT if out else WORDS[kind], turn)


def comfort(turn: Turn) -> Text:
    """For somebody who does not want to live: one warm sentence, a person, one line to call (practice 9)."""
    if "acted" in turn.understanding.extra:
        return said(ACTED, turn)
    return said(SUICIDE_YOUNG if "young" in turn.understanding.extra else SUICIDE, turn)
