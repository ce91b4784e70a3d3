"""How what is on file is told: state, what happens next and by when; nothing that is not written down."""

from __future__ import annotations

from backend.services.progress import Line, shortened
from bot.contract.conversation import Frame
from bot.contract.flow import Outcome, Turn
from bot.contract.text import Ask, Option, Param, Sayable, Summary, Text, t, tn

# So many are shown to the eye at once; the ear gets them by fours, each with its key.
SHOWN = 5
SHORT = 40


def brief(line: Line) -> Text | str:
    """Enough of it to know it by; cut between words, and it shows that it is cut."""
    if not isinstance(line.what, str) or len(line.what) <= SHORT:
        return line.what
    return shortened(line.what, SHORT)


def _digits(line: Line) -> str:
    return " ".join(line.number[-4:])


def choose(found: list[Line]) -> tuple[Option, ...]:
    """For eyes with the number, for ears with the last four digits."""
    return tuple(
        Option(
            t(
                "{number} {what}",
                spoken="{what}, ending {digits}",
                number=x.number,
                what=brief(x),
                digits=_digits(x),
            ),
            f"case_no={x.number}",
        )
        for x in found
    )


def which(found: list[Line]) -> Outcome:
    """Several numbers end alike."""
    text = t("I have several with that number. Which one do you mean?")
    return Outcome(ask=Ask(text, choose(found)), awaiting="case_no")


def card(line: Line) -> tuple[Sayable, ...]:
    rows: list[tuple[Text, Param]] = [(t("What"), line.what)]
    rows += [(t("Visit"), line.visit)] if line.visit is not None else []
    rows.append((t("State"), line.state))
    title = t("Case {number}", spoken="The one ending {digits}", number=line.number, digits=_digits(line))
    shown = Summary(title, tuple(rows))
    return (shown, line.next) if line.next is not None else (shown,)


def others(found: list[Line], line: Line) -> tuple[Sayable, ...]:
    """That there is more than the one that is told."""
    more = sum(each.open and each.number != line.number for each in found)
    if not more:
        return ()
    return (
        tn(
            "You have {n} more thing with us: say “all my cases”.",
            "You have {n} more things with us: say “all my cases”.",
            more,
        ),
    )


def one(line: Line, before: tuple[Sayable, ...] = (), after: tuple[Sayable, ...] = ()) -> Outcome:
    """One thing on file; where it is reported as done, the resident is asked whether that is so."""
    say = (*before, *card(line), *after)
    if not line.fixed:
        return Outcome(say=say, case_no=line.number, done=True)
    fixed = (Option(t("Yes, it is fixed"), "solved=yes"), Option(t("No, open it again"), "solved=no"))
    ask = Ask(t("Is it really fixed?"), fixed)
    return Outcome(say=say, ask=ask, awaiting="solved", case_no=line.number, done=True, goto="solved", lingers=True)


def several(turn: Turn, found: list[Line], before: tuple[Sayable, ...] = ()) -> Outcome:
    """Newest first and a few at a time: on a card for eyes, choice by choice for ears."""
    heard = turn.message.profile.is_heard
    # In the middle of something else its question comes next, and not the one that names them.
    beside = any(not (one.parked or one.later or one.lingers) and one.case_no is None for one in _others(turn))
    if heard and not beside:
        return _heard(found, before)
    first = int(str(turn.values.get("_from", "0")))
    part = found[first : first + SHOWN]
    rows = tuple((_named(x, alike=False) if heard else _numbered(x), x.state) for x in part)
    older = len(found) - first - len(part)
    more = (Option(t("Show older ones ({n})", n=older), f"_from={first + SHOWN}"),) if older else ()
    ask = Ask(t("Which one do you want to know more about?"), (*choose(part), *more))
    all_of_it = (t("All of it on one page, bills and passes too: say “my page”."),) if older and not first else ()
    say = (*before, Summary(t("What you have with us"), rows), *all_of_it)
    return Outcome(say=say, ask=ask, awaiting="case_no", done=first == 0, lingers=True)


def _numbered(line: Line) -> Text:
    return t("{number} {what}", number=line.number, what=brief(line))


def _others(turn: Turn) -> tuple[Frame, ...]:
    """What is open beside the question at hand."""
    return tuple(one for one in turn.conversation.frames if one.flow != "check_progress")


def _heard(found: list[Line], before: tuple[Sayable, ...]) -> Outcome:
    names = [brief(x) for x in found]
    options = tuple(Option(_named(x, alike=names.count(brief(x)) > 1), f"case_no={x.number}") for x in found)
    text = t(
        "You have {n} things with us. Which one do you want to know more about?",
        spoken="You have {n} things with us. Which one shall I tell you about?",
        n=len(found),
    )
    return Outcome(say=before, ask=Ask(text, options), awaiting="case_no", done=True, lingers=True)


def _named(line: Line, *, alike: bool) -> Text:
    """How it stands is told of the one that is chosen; before that only where two are called the same."""
    number, what = line.number, brief(line)
    if alike:
        return t("{number} {what}", spoken="{what}, {state}", number=number, what=what, state=line.state)
    return t("{number} {what}", spoken="{what}", number=number, what=what)


def ask_withdraw(line: Line, leaving: Text | None) -> Outcome:
    text = t(
        "Shall I withdraw {number}: {what}?",
        spoken="Shall I withdraw the one ending {digits}: {what}?",
        number=line.number,
        what=brief(line),
        digits=_digits(line),
    )
    return Outcome(
        say=(leaving,) if leaving is not None else (),
        ask=yes_no(text, "take_back"),
        awaiting="take_back",
        set={"_number": line.number},
        goto="taken_back",
    )


def ask_reopen(line: Line) -> Outcome:
    text = t(
        "I am sorry. Shall I open {number} again: {what}?",
        spoken="I am sorry. Shall I open the one ending {digits} again: {what}?",
        number=line.number,
        what=brief(line),
        digits=_digits(line),
    )
    ask = yes_no(text, "reopen")
    return Outcome(ask=ask, awaiting="reopen", set={"_number": line.number}, goto="opened_again")


def yes_no(text: Text, slot: str) -> Ask:
    return Ask(text, (Option(t("Yes"), f"{slot}=yes"), Option(t("No"), f"{slot}=no")))
