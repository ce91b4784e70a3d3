"""Somebody shall not be let in: the guard room is told at once, a pass that still holds is offered for revoking."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta

from backend.db import Record
from backend.services import pass_words, visitors
from backend.services.ladder import reach
from bot.contract.flow import Do, Flow, Outcome, Slot, SlotKind, Turn
from bot.contract.text import Ask, Clock, Option, Text, t
from bot.contract.understanding import Value
from flows.questions import desk
from flows.register_visitor.issuing import asker

NAME = "keep_out"
BY = timedelta(minutes=15)
# So much of what was said goes to the guard room.
LONGEST = 120


def tell(turn: Turn) -> Outcome:
    """At once and without a read-back: who waits at the gate does not wait for a yes."""
    if turn.case_no is not None:
        return Outcome()
    said, due = turn.message.text.strip(), turn.now + BY
    filed = desk.file(turn, desk.case_of(turn, "request", NAME, said, due=due, priority="urgent"))
    told = _to_the_guards(turn, said, filed.number)
    first = (
        t("The guard room gets a message about it now.")
        if told
        else t("I am passing it to the desk for the guard room.")
    )
    say = (
        t(
            "{first} A person makes sure of it by {by}. {told}",
            first=first,
            by=Clock(due),
            told=desk.number_told(filed.number),
        ),
        t("A guard can refuse the gate and not a door that is opened from inside: please do not open."),
    )
    return Outcome(say=say, case_no=filed.number)


def _to_the_guards(turn: Turn, said: str, number: str) -> bool:
    """A written word to the guard room's phone, where there is one and something carries it."""
    community, resident = turn.conversation.community.id, turn.conversation.resident
    ways = reach.of(turn.db, community)
    phone = ways.guard.get("phone", "")
    if not phone:
        return False
    where = resident.home.label if resident is not None and resident.home is not None else number
    text = t("Not to be let in for {home}: “{words}”. {number}", home=where, words=said[:LONGEST], number=number)
    return bool(reach.write(turn.db, ways, community, phone, text, f"keep_out:{number}", turn.real))


def _named(turn: Turn) -> list[Record]:
    """The speaker's passes that bear a name of these words."""
    resident = turn.conversation.resident
    if resident is None or not resident.verified:
        return []
    said = f"{turn.message.text} {turn.values.get('visitor_name', '')}".casefold()
    live = visitors.live_of(turn.db, asker(turn), turn.now)
    # "Actually, do not let him in", right after his pass was made.
    recent = turn.conversation.recent
    last = recent.case_no if recent is not None and "visitor_name" not in turn.values else None
    return [row for row in live if row.visitor_name.casefold() in said] or [row for row in live if row.number == last]


def passes(turn: Turn) -> Outcome:
    """A code that still opens the gate makes every word to the guards vain."""
    answer, chosen = turn.values.get("revoke"), str(turn.values.get("_passes", ""))
    if answer is None and not chosen:
        live = _named(turn)
        numbers = " ".join(row.number for row in live)
        names = pass_words.name_of(live[0].visitor_name) if live else ""
        return Outcome(ask=_ask(names), awaiting="revoke", set={"_passes": numbers}) if live else Outcome(done=True)
    if answer != "yes":
        return Outcome(say=(t("All right, the pass stays as it is."),), done=True)
    for number in chosen.split():
        visitors.revoke(turn.db, turn.conversation.community.id, number, turn.now, turn.real)
    return Outcome(say=(t("Revoked: that code opens nothing any more."),), done=True)


def _ask(name: Text | str) -> Ask:
    options = (Option(t("Yes, revoke it"), "revoke=yes"), Option(t("No"), "revoke=no"))
    return Ask(t("There is a pass for {name} that is still good. Shall I revoke it?", name=name), options)


def ask_revoke(turn: Turn) -> Ask:
    live = _named(turn)
    return _ask(pass_words.name_of(live[0].visitor_name) if live else "")


def more(turn: Turn) -> Outcome:
    """ "His name is …", told right after: for the guards as well, with the pass that bears it."""
    number = desk.added(turn)
    if number is None:
        return Outcome()
    _to_the_guards(turn, turn.message.text.strip(), f"{number}+{turn.message.id}")
    live = _named(turn)
    say = t("Noted with {number}, for the guard room too.", number=number)
    if not live:
        return Outcome(say=(say,))
    name = pass_words.name_of(live[0].visitor_name)
    good = t("There is a pass for {name} that is still good: say “revoke the pass for {name}”.", name=name)
    return Outcome(say=(say, good))


def withdraw(turn: Turn) -> Outcome:
    return Outcome(say=(desk.withdrawn(turn), t("A person tells the guard room so.")))


def absorb(turn: Turn) -> Mapping[str, Value]:
    found = turn.understanding.entity("visitor_name")
    return {"visitor_name": str(found.value)} if found is not None and found.value else {}


FLOW = Flow(
    name=NAME,
    version=1,
    title=t("Not to be let in", spoken="somebody who shall not come in"),
    intents=(),
    slots=(Slot("revoke", SlotKind.CHOICE, t("Pass"), ask_revoke, required=False, private=True, yes="yes"),),
    steps=(Do("tell", tell), Do("passes", passes)),
    absorb=absorb,
    cues=(NAME,),
    answer=desk.by_when,
    more=more,
    withdraw=withdraw,
)
