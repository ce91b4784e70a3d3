"""What is answered to a line of an open alarm, by what the line is: asks who called, is afraid, wants something later.

Only what is sure is answered by it; what is not is passed on with the number to call, as ever.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping

from backend.db import Record
from backend.services import alarm_history
from backend.services.ladder import plan
from bot.contract.flow import Turn
from bot.contract.text import Sayable, Text, t
from flows.trigger_sos import advised, amid, scripts
from flows.trigger_sos.coming import who_comes
from flows.trigger_sos.numbers import fill as _text
from flows.trigger_sos.numbers import named, names_one, number_of
from flows.trigger_sos.scripts import other_words, was_said

Said = tuple[Sayable, ...] | None
# So many letters of a person, or of a place, are read back.
_SHORT = 60
ABOUT = t("Noted for those who come: {who}.")
TELL_THEM = t("Tell {fire} now who is still inside; nobody goes back in for them.")
ABOUT_LONG = t("Noted; those who come can read who it is about.")
NOT_DIALLED = t(
    "From here nobody can call {number}, and nobody has noted that it was called. Please call {number} yourself now, "
    "or have somebody near you call. The people on duty are told from here."
)
IS_DIALLED = t(
    "It is noted here that {number} was called. If you are not sure that they are on their way to you, call {number} "
    "yourself as well."
)
OURS = t("The people on duty are told from here, you need not call them.")
CANNOT_SEE = t(
    "Whether they were called I cannot see from here; I have passed your question on. Where a life is in danger, call"
    " {number} yourself now."
)
ON_THE_LINE = t(
    "More than that I cannot tell you from here. Call {number}, on loudspeaker: they tell you what to do now."
)
THEY_KNOW = t("How far they are only {number} can tell you, on the line. From here:")
STILL_NOBODY = t(
    "Still nobody has said that they are coming. We go on looking, and I tell you the moment somebody does. If "
    "{number} has not been called yet, call now."
)
BETTER_OUT = t("Good to hear, I have passed it on. Keep away from it all the same until those who come say it is safe.")
BETTER_LIFT = t(
    "Good to hear, I have passed it on. Keep away from the doors all the same until they are opened for you."
)
BETTER_CHILD = t(
    "Good to hear, I have passed it on. It stays open here until the child is with you; tell me whatever changes."
)
NEWS = t("I have passed it on. Keep watching; if anything gets worse, call {number} at once.")
BETTER = t(
    "Good to hear, I have passed it on. Keep watching all the same; if anything gets worse, call {number} at once."
)
WORSE = t("I have passed on that it gets worse. Call {number} now and say so, even if they were called before.")
SOUNDS_OVER = t(
    "Good to hear, I have passed it on. The people on duty keep this open until somebody has made sure. If nobody is "
    "in danger any more, say: it is over."
)
SOUNDS_WRONG = t(
    "If nobody is in danger, say: false alarm. Until then this stays open, and people are being looked for."
)
TOLD_THEM = t(
    "Good, I have passed that on, so that they see who knows and who is with you. Tell me if anything changes."
)
ASKED_ON = t(
    "That I cannot answer from here. I have passed your question on to the people on duty; what cannot wait, ask "
    "{number}."
)
ASKED_TOO = t("I have passed that question on as well. Whoever comes can tell you; I do not know it from here.")
WITH_YOU = t("I am here with you, and all you write is passed on. If you call {number}, somebody there talks with you.")
NOT_ALONE = t("I know that it is hard to wait. You are not alone with this; tell me if anything changes.")
GOOD = t("Good. I am here; tell me if anything changes.")
WAITS_TOO = t("I am here. I tell you the moment there is news.")
THEIRS_TO_SAY = t(
    "I have passed on that you do not want that. It calls nobody back by itself: whoever comes speaks with you first."
    " If it gets worse, call {number}."
)
GO_OUT = t(
    "Please do go, while no smoke is in the way: nothing in there is worth a life. I have passed on that somebody "
    "stays; tell {fire} too."
)
NOT_TOLD = t(
    "I have passed on that they shall not hear of it. The people on duty read it; whoever is on your list for such a "
    "call may have been rung already."
)
AFTERWARDS = t(
    "Noted for afterwards; the people on duty can read it. Tell me again once this is over, then I see to it."
)
ALSO_AFTERWARDS = t("Noted as well, for afterwards. First let us see this through.")
STANDS_THERE = t("It is noted so. Tell me whatever changes; I pass it on.")


def answer(turn: Turn, alarm: Record) -> Said:
    """None where it is not sure what was said, or nothing better than before is known to say."""
    act = _act(turn)
    return _ANSWERS[act](turn, alarm) if act in _ANSWERS else None


# What the patterns know for sure: who is begged to call, how those who come get in.
_KNOWN = frozenset({"begs", "unanswered", "entry", "dialling", "dialled", "came", "lost_here", "scared"})
# Nobody rejoices at what tells of a wound besides.
_ILL = frozenset({"script", "hinted", "head_hurt", "grows"})
# So sure of good news, that nobody rejoices at a light that went out; and of what is not to be done at once.
_GLAD, SURE = frozenset({"better", "clear", "mistake", "silent"}), 0.65
_CERTAIN = 0.85


def _act(turn: Turn) -> str:
    """The act by which the words are answered; empty where a pattern, or nobody, knows better."""
    heard = turn.understanding
    act, known = advised.question(turn), heard.extra.get("amid")
    if known in _KNOWN or "mute" in heard.extra:
        return ""
    share = heard.amid_share(act)
    if known in ("better", "well") and act == "worse" and share < _CERTAIN:
        return "better"
    if known == "asks" and not act.startswith("asks") and share < _CERTAIN:
        return "asks_what"
    ill = act in ("better", "clear") and bool(_ILL & heard.extra.keys()) and known not in ("better", "well")
    return "" if ill or (act in _GLAD and share < SURE) else act


def not_twice(turn: Turn, said_now: Said) -> tuple[Sayable, ...]:
    """No sentence stands twice in a row: what was said a moment ago is left out, and something said in its place."""
    texts = said_now or ()
    extra = turn.understanding.extra
    if _act(turn).startswith("asks") or extra.get("amid") == "asks" or "question" in extra:
        return texts  # whoever asks again is answered again
    fresh = tuple(one for one in texts if not (isinstance(one, Text) and was_said(turn, one)))
    return fresh or (other_words(turn, STANDS_THERE, WAITS_TOO),)


def _who(turn: Turn, alarm: Record) -> Said:
    if alarm.kind in amid.OUT and amid.is_out(turn):
        return (amid.stay_out(turn, alarm),)
    words = turn.message.text.strip()
    alarm_history.add(turn.db, alarm.id, alarm_history.ABOUT, "", words[:200], None, turn.now)
    about = Text(ABOUT.msgid, {"who": words}) if len(words) <= _SHORT else ABOUT_LONG
    inside = alarm.kind in amid.OUT and "inside" in turn.understanding.extra
    return (about, _text(TELL_THEM, turn, alarm)) if inside else (about,)


def _asks_called(turn: Turn, alarm: Record) -> Said:
    number = named(turn, alarm)
    far = amid.far_number(turn, alarm, number)
    if far is not None:
        return (far,)
    extra = turn.understanding.extra
    if extra.get("amid") == "asks" and extra.get("advice") == "call" and not _OF_US.search(turn.message.text):
        return (Text(amid.CALL_THEM.msgid, {"number": number}),)
    if names_one(turn):
        is_it = amid.is_dialled(turn, alarm) and number == plan.dials(turn.conversation.community.emergency, alarm.kind)
        return (Text((IS_DIALLED if is_it else NOT_DIALLED).msgid, {"number": number}),)
    if "theirs" in turn.understanding.extra:
        return (OURS, who_comes(turn, alarm))
    if "others" in turn.understanding.extra:
        return (Text(CANNOT_SEE.msgid, {"number": number}),)
    return (Text((IS_DIALLED if amid.is_dialled(turn, alarm) else NOT_DIALLED).msgid, {"number": number}),)


def _asks_what(turn: Turn, alarm: Record) -> Said:
    """What was told a moment ago is not told again: the rest is for who speaks with them on the line."""
    told = amid.asks(turn, alarm)
    same = alarm.kind in ("lift", "child") and any(was_said(turn, one) for one in told or ())
    again = told is None or (same and "advice" not in turn.understanding.extra)
    return (_text(ON_THE_LINE, turn, alarm),) if again else told


def _asks_when(turn: Turn, alarm: Record) -> Said:
    coming = who_comes(turn, alarm)
    if was_said(turn, coming) and alarm.accepted_by is None:
        coming = _text(STILL_NOBODY, turn, alarm)
    if names_one(turn):
        return (Text(THEY_KNOW.msgid, {"number": named(turn, alarm)}), coming)
    return (coming,)


def _asks(turn: Turn, alarm: Record) -> Said:
    extra = turn.understanding.extra
    if {"robot", "reads"} & set(extra):
        return (MACHINE_HERE, who_comes(turn, alarm))
    return (other_words(turn, _text(ASKED_ON, turn, alarm), ASKED_TOO),)


MACHINE_HERE = t("I am a program; people on duty here read what you write.")


# Good news in reviewed words; nobody rejoices at a guess.
_IN_WORDS, _KNOWN_WELL = frozenset({"relief", "fine", "nobody", "mended"}), frozenset({"better", "well"})


def _better(turn: Turn, alarm: Record) -> Said:
    if alarm.kind in amid.OUT:
        return (BETTER_OUT,)
    by_kind = {"lift": BETTER_LIFT, "child": BETTER_CHILD}
    if not _IN_WORDS & turn.understanding.extra.keys() and turn.understanding.extra.get("amid") not in _KNOWN_WELL:
        return (_text(NEWS, turn, alarm),)  # "he hardly speaks any more" was likest to good news
    if alarm.kind in by_kind:
        return (by_kind[alarm.kind],)
    return amid.better(turn, alarm) if alarm.kind == "medical" else (_text(BETTER, turn, alarm),)


def _worse(turn: Turn, alarm: Record) -> Said:
    if alarm.kind in amid.OUT:
        return None
    ill = turn.understanding.extra.get("script") in scripts.FITS["medical"]
    numbers = turn.conversation.community.emergency
    number = numbers["ambulance"] if ill else number_of(turn, alarm)
    if number == numbers["ambulance"]:
        return (_text(amid.WORSE, turn, alarm),)
    return (Text(WORSE.msgid, {"number": number}),)


def _called(turn: Turn, alarm: Record) -> Said:
    known = turn.understanding.extra.get("amid", "")
    if known in ("came", "dialled", "dialling", "unanswered"):
        return amid.answer(turn, alarm)
    if names_one(turn) and _CALLS.search(turn.message.text):
        return amid.dialled(turn, alarm)
    return (TOLD_THEM,)


# "Or do you", "\u4f60\u4eec\u6253\u8fd8\u662f\u6211\u6253".
_OF_US = re.compile("\u4f60|\u60a8|\\byou|\\bor\\b", re.IGNORECASE)
# They were rung, and are not there yet.
_CALLS = re.compile(
    r"\b(call|rang|ring|phon|dial|report|spoke|hung up|got (on to|through)|notif|inform|told)|"
    r"[\u6253\u62a5\u53eb\u62e8\u7ea6]|\u8054\u7cfb|\u901a\u77e5|\u901a\u8bdd",
    re.IGNORECASE,
)


def _please(turn: Turn, alarm: Record) -> Said:
    if alarm.kind in amid.OUT:
        return (amid.stay_out(turn, alarm), *_coming_if_news(turn, alarm))
    return (other_words(turn, _text(WITH_YOU, turn, alarm), NOT_ALONE), *_coming_if_news(turn, alarm))


def _coming_if_news(turn: Turn, alarm: Record) -> tuple[Text, ...]:
    coming = who_comes(turn, alarm)
    return () if was_said(turn, coming) else (coming,)


def _clear(turn: Turn, alarm: Record) -> Said:
    """Not so sure that anybody calls it off by it."""
    if alarm.kind in amid.OUT and amid.is_out(turn):
        return (amid.stay_out(turn, alarm),)
    if alarm.state == "cancel_requested":
        return (amid.WELL,)
    return (SOUNDS_OVER if turn.understanding.said_amid == "clear" else SOUNDS_WRONG,)


def _declines(turn: Turn, alarm: Record) -> Said:
    if alarm.kind in amid.OUT and "stays" in turn.understanding.extra:
        return (_text(GO_OUT, turn, alarm),)
    return (_text(THEIRS_TO_SAY, turn, alarm),)


def _always(*ways: Text) -> Callable[[Turn, Record], Said]:
    """One way of saying it, and another where that was said a moment ago."""
    return lambda turn, _: (other_words(turn, *ways),)


_ANSWERS: Mapping[str, Callable[[Turn, Record], Said]] = {
    "who": _who,
    "asks_called": _asks_called,
    "asks_when": _asks_when,
    "asks_what": _asks_what,
    "asks": _asks,
    "better": _better,
    "worse": _worse,
    "clear": _clear,
    "mistake": _clear,
    "called": _called,
    "please": _please,
    "agrees": _always(GOOD, amid.HERE),
    "declines": _declines,
    "silent": _always(NOT_TOLD),
    "manners": _always(amid.HERE, WAITS_TOO),
    "wants": _always(AFTERWARDS, ALSO_AFTERWARDS),
}
