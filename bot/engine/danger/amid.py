"""What is said while an alarm is open, and is no place, no new request and nothing worse."""

from __future__ import annotations

from bot.contract.understanding import LIKELY, Danger, Understanding
from bot.engine.decision import CALLS_OFF

# What is said beside the question of the place, and is answered for its own sake: what is asked, that help is there.
BESIDE = frozenset(
    {"begs", "unanswered", "dialled", "dialling", "entry", "came", "asks", "better", "well", "scared", "lost_here"}
)
# Of these a place that is named is where they are; "shall I bring her to gate 3" tells none.
MAY_PLACE = frozenset({"dialled", "dialling", "better", "well", "scared", "lost_here"})
# A cry in which only this is said turns nothing worse.
_NO_WORSE = BESIDE - {"scared", "lost_here"}
# A question, or good news with a "but", may tell of something worse; these name their danger.
_OF_A_PERSON = frozenset({"plea", "medical", "fall", None})


# What takes an alarm back, whatever else is said with it.
_BACK = frozenset({"off", "mistaken", "drop", "takes_back", "retract", "relief"})


def goes_on(understanding: Understanding) -> bool:
    """Whether nothing is called off, whatever it sounds like: who asks, or tells that help is there, takes back
    nothing unless the words do."""
    extra = understanding.extra
    told = extra.get("amid") in BESIDE - {"better", "well"} or "mute" in extra
    return told and not _BACK & set(extra)


def no_worse(understanding: Understanding) -> bool:
    """Whether what sounds like a cry is a question, or says that help is there, and names nothing new."""
    amid, extra = understanding.extra.get("amid"), set(understanding.extra)
    if amid not in _NO_WORSE or understanding.danger_kind not in _OF_A_PERSON:
        return False
    return amid not in ("better", "well") or not {"script", "hedged"} & extra


# "No, just so tired": what sounds like relief and goes on.
_HEDGES = frozenset({"though", "hedged"})


# Who was found, and is not well.
_NOT_WELL = frozenset({"script", "head_hurt", "grows", "hinted", "edge"})


def calls_off(understanding: Understanding) -> bool:
    """Whether an alarm is taken back in so many words; a guess takes back nothing."""
    if "let_out" in understanding.extra:
        return True
    if "outside" in understanding.extra and "mistaken" not in understanding.extra:
        return False  # "all right, I am outside" is news for those on their way
    if "heard_of" in understanding.extra and understanding.danger is not Danger.ALERT:
        return not _NOT_WELL & set(understanding.extra)
    if "relief" in understanding.extra:
        return not _HEDGES & set(understanding.extra)
    if {"mistaken", "insists"} & set(understanding.extra):
        return "insists" not in understanding.extra
    # "My hands are full", on a wound, and "do not bother my daughter" resemble it.
    says_so = bool(_BACK & set(understanding.extra)) or understanding.amid_share("clear", "mistake") >= LIKELY
    return says_so and understanding.intent == "cancel" and understanding.confidence >= CALLS_OFF
