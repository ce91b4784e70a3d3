"""How what is on file is told: state, what happens next and by when; nothing that is not written down."""

from __future__ import annotations

from backend.services.progress import Line
from bot.contract.flow import Outcome
from bot.contract.text import Ask, Option, Sayable, Summary, Text, t

SHOWN = 8
SHORT = 40


def brief(line: Line) -> Text | str:
    return line.what[:SHORT] if isinstance(line.what, str) else line.what


def choose(found: list[Line]) -> tuple[Option, ...]:
    return tuple(
        Option(
            t(
                "{number} {what}",
                spoken="{what}, ending {digits}",
                number=x.number,
                what=brief(x),
                digits=" ".join(x.number[-4:]),
            ),
            f"case_no={x.number}",
        )
        for x in found
    )


def which(found: list[Line]) -> Outcome:
    """Several numbers end alike."""
    text = t("I have several with that number. Which one do you mean?")
    return Outcome(ask=Ask(text, choose(found[:SHOWN])), awaiting="case_no")


def card(line: Line) -> tuple[Sayable, ...]:
    rows: tuple[tuple[Text, Text | str], ...] = ((t("What"), line.what), (t("State"), line.state))
    shown = Summary(t("Case {number}", number=line.number), rows)
    return (shown, line.next) if line.next is not None else (shown,)


def one(line: Line, before: tuple[Sayable, ...] = ()) -> Outcome:
    """One thing on file; where it is reported as done, the resident is asked whether that is so."""
    say = (*before, *card(line))
    if not line.fixed:
        return Outcome(say=say, case_no=line.number, done=True)
    fixed = (Option(t("Yes, it is fixed"), "solved=yes"), Option(t("No, open it again"), "solved=no"))
    ask = Ask(t("Is it really fixed?"), fixed)
    return Outcome(say=say, ask=ask, awaiting="solved", case_no=line.number, done=True, goto="solved", lingers=True)


def several(found: list[Line], before: tuple[Sayable, ...] = ()) -> Outcome:
    rows = tuple((t("{number}", number=x.number), t("{what}: {state}", what=brief(x), state=x.state)) for x in found)
    more = (t("Only the newest {n} are shown.", n=SHOWN),) if len(found) > SHOWN else ()
    ask = Ask(t("Which one do you want to know more about?"), choose(found[:SHOWN]))
    say = (*before, Summary(t("What you have with us"), rows[:SHOWN]), *more)
    return Outcome(say=say, ask=ask, awaiting="case_no", done=True, lingers=True)


def ask_withdraw(line: Line) -> Outcome:
    text = t("Shall I withdraw {number}: {what}?", number=line.number, what=brief(line))
    return Outcome(ask=yes_no(text, "withdraw"), awaiting="withdraw", set={"_number": line.number}, goto="taken_back")


def ask_reopen(line: Line) -> Outcome:
    text = t("I am sorry. Shall I open {number} again: {what}?", number=line.number, what=brief(line))
    ask = yes_no(text, "reopen")
    return Outcome(ask=ask, awaiting="reopen", set={"_number": line.number}, goto="opened_again")


def yes_no(text: Text, slot: str) -> Ask:
    return Ask(text, (Option(t("Yes"), f"{slot}=yes"), Option(t("No"), f"{slot}=no")))
