"""Taking part in what is announced: put down with the desk, or told that nobody needs to sign up."""

from __future__ import annotations

from backend.services import targets
from backend.services.board import Item
from bot.contract.flow import Outcome, Slot, SlotKind, Turn
from bot.contract.text import Ask, Clock, Option, t
from bot.contract.understanding import Value
from flows.questions import desk

NAME = "ask_notice"


def _ask(title: str) -> Ask:
    yes, no = Option(t("Yes"), "sign_up=yes"), Option(t("No"), "sign_up=no")
    return Ask(t("{title}: shall I ask the desk to sign you up?", title=title), (yes, no))


def ask_sign_up(turn: Turn) -> Ask:
    event = next((item for item in desk.items(turn, "notice") if item.key == turn.values.get("_event")), None)
    return _ask(desk.said(turn, event) if event is not None else "")


SLOT = Slot("sign_up", SlotKind.CHOICE, t("Take part"), ask_sign_up, required=False, private=True)


def offered(turn: Turn, event: Item) -> Outcome:
    """Asked before anything is filed; where nobody signs up, that stands in the notice."""
    if event.data.get("sign_up") is not True:
        body = desk.said(turn, event, "body")
        say = t(
            "{title}: nobody needs to sign up as far as it is announced, just come. {body}",
            title=desk.said(turn, event),
            body=body,
        )
        return Outcome(say=(say,), set={"notice": event.key}, done=True, goto="sign_up")
    told = f"{desk.said(turn, event)}: {turn.message.text.strip()}"
    kept: dict[str, Value] = {"notice": event.key, "_event": event.key, "_told": told}
    return Outcome(ask=_ask(desk.said(turn, event)), awaiting="sign_up", set=kept, goto="sign_up")


def filed(turn: Turn) -> Outcome:
    if turn.values.get("sign_up") != "yes":
        return Outcome(done=True)
    due = targets.due(turn.db, turn.conversation.community, "request", turn.now)
    case = desk.file(turn, desk.case_of(turn, "request", NAME, str(turn.values.get("_told", "")), due=due))
    say = t(
        "Your wish to take part is with the desk. {told} They confirm it by {by}.",
        told=desk.number_told(case.number),
        by=Clock(due),
    )
    return Outcome(say=(say,), case_no=case.number, done=True)


def withdraw(turn: Turn) -> Outcome:
    return Outcome(say=(desk.withdrawn(turn),))
