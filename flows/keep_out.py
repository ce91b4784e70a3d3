"""Somebody shall not be let in: the guard room is told at once, a pass that still holds is offered for revoking."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Mapping, Sequence
from datetime import timedelta

from backend.db import Record
from backend.services import cases, pass_words, visitors
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
# And so much is kept with the case.
TOLD = 1000
MOST = 3


def tell(turn: Turn) -> Outcome:
    """At once and without a read-back: who waits at the gate does not wait for a yes."""
    if turn.case_no is not None:
        return Outcome()
    said, due = _told(turn), turn.now + BY
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


def _told(turn: Turn) -> str:
    """With what was told just before and not understood: who it is, before the wish itself."""
    before = [part for part in turn.conversation.lost if part]
    return "; ".join([*before, turn.message.text.strip()])[:TOLD]


def _to_the_guards(turn: Turn, said: str, number: str) -> bool:
    """A written word to the guard room's phone, where there is one and something carries it."""
    community, resident = turn.conversation.community.id, turn.conversation.resident
    ways = reach.of(turn.db, community)
    phone = ways.guard.get("phone", "")
    if not phone or resident is None or _too_often(turn):
        return False
    # A home is named only by whoever has proved to live there.
    where = resident.home.label if resident.verified and resident.home is not None else number
    text = t("Not to be let in for {home}: “{words}”. {number}", home=where, words=said[:LONGEST], number=number)
    told = hashlib.blake2s(turn.message.id.encode(), digest_size=8).hexdigest()
    return bool(reach.write(turn.db, ways, community, phone, text, f"keep_out:{number}:{told}", turn.real))


def _too_often(turn: Turn) -> bool:
    """So many an hour go to the guards' telephone, which alarms need too; the desk hears of all of them."""
    mine = cases.of_conversation(turn.db, turn.conversation.id, None, 2 * MOST)
    since = turn.now - timedelta(hours=1)
    lately = [one for one in mine if one.category == NAME and one.created_at >= since]
    return len(lately) > MOST or any(str(one.details).count(";") > MOST for one in lately)


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
    return [row for row in live if _says(said, row.visitor_name)] or [row for row in live if row.number == last]


def _says(said: str, name: str) -> bool:
    """Whether the name stands there; "Ann" is not Anna."""
    folded = name.casefold()
    return bool(re.search(rf"\b{re.escape(folded)}\b", said)) if folded.isascii() else folded in said


def _names(live: Sequence[Record]) -> Text | str:
    """Whose passes they are, each that would be revoked."""
    return ", ".join(row.visitor_name for row in live) if len(live) > 1 else pass_words.name_of(live[0].visitor_name)


def passes(turn: Turn) -> Outcome:
    """A code that still opens the gate makes every word to the guards vain."""
    answer, chosen = turn.values.get("revoke"), str(turn.values.get("_passes", ""))
    if answer is None and not chosen:
        live = _named(turn)
        numbers = " ".join(row.number for row in live)
        names = _names(live) if live else ""
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
    return _ask(_names(live) if live else "")


def more(turn: Turn) -> Outcome:
    """ "His name is …", told right after: for the guards as well, with the pass that bears it."""
    number = desk.added(turn)
    if number is None:
        return Outcome()
    told = _to_the_guards(turn, turn.message.text.strip(), number)
    live = _named(turn)
    say = (
        t("Noted with {number}, for the guard room too.", number=number)
        if told
        else t("Noted for {number}.", number=number)
    )
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
