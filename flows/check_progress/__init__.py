"""How is it going: the state of anything on file as it is written down, never as one would like it to be."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import replace

from backend.services import cases
from backend.services.progress import Line
from bot.contract.errors import Refused
from bot.contract.flow import Do, Event, Flow, Outcome, Slot, SlotKind, Turn
from bot.contract.text import Ask, Clock, Option, Text, t
from bot.contract.understanding import Value
from flows.check_progress import quotation, rating, sources, tell, urging
from flows.questions import desk

NAME = "check_progress"
# Digits like those of a number, which is none of ours.
_STRANGE = re.compile(r"\d[\d-]{9,}")


def look(turn: Turn) -> Outcome:
    """By number, by kind, or all that is open; a grievance or a withdrawal leads to its own question."""
    found = sources.lines(turn)
    extra = turn.understanding.extra
    if (
        (turn.understanding.intent == "cancel" and not {"push", "urge"} & set(extra))
        or "retract" in extra
        or turn.values.get("_mode") == "withdraw"
    ):
        return _withdraw(turn, found)
    if turn.values.get("_mode") == "claim":
        return urging.claimed(turn, found)
    if "unfixed" in extra and "question" not in extra:
        return _unfixed(turn, found)
    if "case_no" in turn.values:
        return _by_number(turn, found)
    waiting = urging.meant(turn, found)
    if waiting is not None:
        return waiting
    anew = urging.not_here(turn, found)
    if anew is not None:
        return anew
    if _STRANGE.search(turn.message.text):
        return _tell_all(turn, found, (t("I find no such number. This is what is open:"),))
    kind = extra.get("thing") or (str(turn.values["_kind"]) if "_kind" in turn.values else None)
    last = _spoken_of(turn, found) if _in_words(turn) and "every" not in extra else None
    if last is not None:
        return tell.one(last, after=tell.others(found, last))
    wanted = sources.about(found, kind)
    running = [line for line in wanted if line.open]
    if running or (wanted and kind is not None):
        return _tell(turn, running or wanted[:1], kind=kind)
    none = (t("I find nothing of that kind under your name. This is what is open:"),) if kind else ()
    return _tell_all(turn, found, none)


def _spoken_of(turn: Turn, found: list[Line]) -> Line | None:
    """Whose words are said, among what runs ("the dog thing"); else what was just filed, where no kind is named."""
    kind = turn.understanding.extra.get("thing")
    # "Any news on my umbrella" a day later: the only report in hand, among papers that are something else.
    named = urging.named(turn, found, 1 if kind is None else 2)
    fits = named is not None and (kind is None or named in sources.about(found, kind))
    return named if fits else sources.latest(turn, found) if kind is None and "_kind" not in turn.values else None


def _in_words(turn: Turn) -> bool:
    """Asked, not taken from a menu or a list, which is for everything."""
    return not turn.message.choice and not turn.message.text.strip().isdigit() and "_from" not in turn.values


def _tell_all(turn: Turn, found: list[Line], before: tuple[Text, ...]) -> Outcome:
    every = [line for line in found if line.open]
    if not every:
        return Outcome(say=(t("You have nothing open with us."),), done=True)
    return _tell(turn, every, before)


def _tell(turn: Turn, found: list[Line], before: tuple[Text, ...] = (), kind: str | None = None) -> Outcome:
    if len(found) == 1:
        return tell.one(found[0], before)
    told = tell.several(turn, found, before)
    return replace(told, set={"_kind": kind}) if kind is not None else told


def _by_number(turn: Turn, found: list[Line]) -> Outcome:
    said = str(turn.values["case_no"])
    meant = sources.numbered(found, said)
    if not meant and ({e.name for e in turn.understanding.entities} & {"phone", "location", "contact"}):
        # A phone or a room instead of the number: who asks is known, so all that is theirs is shown.
        return _tell_all(turn, found, (t("That is no case number. This is what is open:"),))
    if len(meant) > 1:
        return tell.which(meant)
    if meant:
        return tell.one(meant[0])
    # Another resident's number and one that does not exist are answered alike.
    text = t("I find no case {number} of yours. Without a number I can show you all of them.", number=said)
    return Outcome(say=(text,), done=True)


def _meant(turn: Turn, found: list[Line]) -> list[Line]:
    """The one that the number names, or was just spoken of, or is of the kind that was said."""
    if "case_no" in turn.values:
        return sources.numbered(found, str(turn.values["case_no"]))
    last = sources.latest(turn, found, running=False)
    return [last] if last is not None else sources.about(found, turn.understanding.extra.get("thing"))


def _withdraw(turn: Turn, found: list[Line]) -> Outcome:
    kind = turn.understanding.extra.get("thing") or turn.values.get("_kind")
    if "case_no" not in turn.values and kind is not None:
        meant = sources.about(found, str(kind))
    else:
        told = urging.named(turn, found) if "case_no" not in turn.values else None
        meant = [told] if told is not None else _meant(turn, found)
    running = [line for line in meant if line.open]
    if len(running) == 1:
        return tell.ask_withdraw(running[0], sources.leaving(turn, running[0]))
    if running:
        ask = Ask(t("Which one shall I withdraw?"), tell.choose(running))
        return Outcome(ask=ask, awaiting="case_no", set={"_mode": "withdraw"})
    if meant:
        return Outcome(say=(t("{number} is not open any more.", number=meant[0].number),), done=True)
    if "case_no" in turn.values:
        return _by_number(turn, found)
    return Outcome(say=(t("I find nothing open that I could withdraw."),), done=True)


def _unfixed(turn: Turn, found: list[Line]) -> Outcome:
    """ "Fixed? It is not": the same case opens again; what still runs is told as it stands."""
    meant = _meant(turn, found)
    fixed = [line for line in meant if line.fixed]
    if fixed:
        return tell.ask_reopen(fixed[0])
    running = [line for line in meant if line.open and line.kind in ("repair", "complaint")]
    if running:
        return urging.unfixed(turn, running)
    if "case_no" in turn.values:
        return _by_number(turn, found)
    if turn.understanding.entity("category") is not None:
        return urging.nothing(turn)
    none = t("I find nothing of yours that was reported as fixed.")
    new = Option(t("Report a repair", spoken="a repair"), "start=report_repair")
    ask = Ask(t("Shall I take it down as a new repair?"), (new,))
    return Outcome(say=(none,), ask=ask, done=True, lingers=True, awaiting="case_no")


def solved(turn: Turn) -> Outcome:
    """The answer to "is it really fixed?"; a number chosen instead is looked up."""
    if turn.values.get("solved") == "no":
        return _open_again(turn, turn.case_no or "")
    return rating.thanks(turn)


def opened_again(turn: Turn) -> Outcome:
    if turn.values.get("reopen") == "yes":
        return _open_again(turn, str(turn.values["_number"]))
    return Outcome(say=(t("All right, I leave it as it is."),), done=True, goto="end")


def _open_again(turn: Turn, number: str) -> Outcome:
    found = cases.by_number(turn.db, turn.conversation.community.id, number)
    if found is None:
        return Outcome(done=True, goto="end")
    due = cases.again(turn.db, found, turn.message.text, turn.now, turn.real)
    if found.rung:
        higher = t(
            "{number} is open again, and this time a supervisor sees to it as well. Our target is {by}.",
            spoken="{short} is open again, and this time a supervisor sees to it as well. Our target is {by}.",
            number=number,
            short=sources.short(number),
            by=Clock(due),
        )
        return Outcome(say=(higher,), case_no=number, done=True, goto="end")
    say = t(
        "{number} is open again, with all that was noted before, and goes before new cases. Our target is {by}.",
        spoken="{short} is open again, with all that was noted before, and goes before new cases. Our target is {by}.",
        number=number,
        short=sources.short(number),
        by=Clock(due),
    )
    return Outcome(say=(say,), case_no=number, done=True, goto="end")


def taken_back(turn: Turn) -> Outcome:
    number = str(turn.values.get("_number", ""))
    if turn.values.get("take_back") != "yes":
        return Outcome(say=(t("All right, I leave it as it is."),), done=True, goto="end")
    line = next((x for x in sources.lines(turn) if x.number == number), None)
    try:
        done = sources.take_back(turn, line) if line is not None else None
    except Refused as refusal:
        return Outcome(say=(refusal.say or t("That cannot be done."),), done=True, goto="end")
    if line is None or done is None:
        return Outcome(say=(_not_here(number),), done=True, goto="end")
    event = Event("flow_cancelled", {"flow": sources.filed_by(line) or NAME})
    return Outcome(say=done.say, events=(event,), done=True, goto="end")


def withdraw(turn: Turn) -> Outcome:
    """ "Cancel it", said of what was just looked up."""
    number = turn.case_no or ""
    line = next((x for x in sources.lines(turn) if x.number == number), None)
    try:
        done = sources.take_back(turn, line) if line is not None else None
    except Refused as refusal:
        return Outcome(say=(refusal.say or t("That cannot be done."),), refused=True)
    return Outcome(say=done.say if done is not None else (_not_here(number),))


def answer(turn: Turn) -> Text | None:
    """Whatever is asked further about the thing just looked up: what is written down of it, and no more."""
    heard = set(turn.understanding.extra)
    line = next((x for x in sources.lines(turn) if x.number == turn.case_no), None)
    another = {"thing", "that_one", "every"} & heard or turn.understanding.entity("case_no") is not None
    if line is None or another or not {"topic", "asks_back"} & heard:
        return None
    told = t("{number}: {state}.", number=line.number, state=line.state)
    return t(
        "{told} {next} The desk knows what is not written down.", told=told, next=line.next or t("Nothing more is due.")
    )


def leaving(turn: Turn) -> Text | None:
    line = next((x for x in sources.lines(turn) if x.number == turn.case_no), None)
    return sources.leaving(turn, line) if line is not None else None


def _not_here(number: str) -> Text:
    return t(
        "I cannot withdraw {number} here. Say “a person” and I pass it on.",
        spoken="I cannot withdraw that one here. Say “a person” and I pass it on.",
        number=number,
    )


def absorb(turn: Turn) -> Mapping[str, Value]:
    """ "No, it still drips" is an answer to whether it is fixed."""
    top = turn.conversation.top
    heard = {"unfixed", "still"} & set(turn.understanding.extra)
    if top is None or not heard or "solved" in turn.changed:
        return {}
    return {top.awaiting: "no" if top.awaiting == "solved" else "yes"} if top.awaiting in ("solved", "reopen") else {}


def ask_number(turn: Turn) -> Ask:
    return Ask(t("Which number does it have?"), entry=t("Key the last four digits, then the hash key."))


def ask_solved(turn: Turn) -> Ask:
    return tell.yes_no(t("Is it really fixed?"), "solved")


def ask_reopen(turn: Turn) -> Ask:
    return tell.yes_no(t("Shall I open it again?"), "reopen")


def ask_withdraw(turn: Turn) -> Ask:
    return tell.yes_no(t("Shall I withdraw it?"), "take_back")


FLOW = Flow(
    name=NAME,
    version=3,
    title=t("How is my case going", spoken="news of your case"),
    intents=(NAME,),
    slots=(
        Slot("case_no", SlotKind.CODE, t("Number"), ask_number, required=False),
        Slot("solved", SlotKind.CHOICE, t("Fixed"), ask_solved, required=False, private=True),
        Slot("reopen", SlotKind.CHOICE, t("Open again"), ask_reopen, required=False, private=True),
        rating.SLOT,
        Slot("_kind", SlotKind.CHOICE, t("Kind"), ask_number, required=False, private=True, cue="that_one"),
        quotation.SLOT,
        Slot(
            "take_back", SlotKind.CHOICE, t("Withdraw"), ask_withdraw, required=False, private=True, agrees="takes_back"
        ),
    ),
    steps=(
        Do("look", look),
        Do("solved", solved),
        Do("rated", rating.rated),
        Do("opened_again", opened_again),
        Do("taken_back", taken_back),
        Do("agreed", quotation.agreed),
        Do("end", desk.end),
    ),
    absorb=absorb,
    withdraw=withdraw,
    told_of=urging.told_of,
    answer=answer,
    leaving=leaving,
    rank=2,
    hours=1,
    cues=("unfixed", "status", "retract", "case_no", "push", "news_of", "refuses", "hurry_that", "told_before"),
    heeds=("still", "unfixed", "that_one", "push"),
)
