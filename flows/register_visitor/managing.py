"""Passes on file, in words and in any conversation: which are there, longer, other, no more."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime
from decimal import Decimal

from backend.db import Record
from backend.services import pass_windows, pass_words, visitors
from bot.contract.errors import Refused
from bot.contract.flow import Outcome, Turn
from bot.contract.stored import load_all
from bot.contract.text import Ask, Option, Summary, Text, t
from bot.contract.understanding import Value, When
from bot.engine.answers.joined import joined
from bot.engine.decision import AMEND, WITHDRAW
from flows.register_visitor.asks import ask_pass, ask_when, summary
from flows.register_visitor.issuing import STRANGER, asker, holds, told

SHOWN = 5
YES, NO = Option(t("Yes"), "yes"), Option(t("No"), "no")


def manage(turn: Turn) -> Outcome:
    """The first step: a wish about passes on file, or straight on to a new one."""
    resident = turn.conversation.resident
    if resident is None or resident.home is None:
        return Outcome(say=(STRANGER,), done=True)
    act = turn.values.get("_act")
    if act is None:
        return Outcome()
    live = visitors.live_of(turn.db, asker(turn), turn.now)
    if act == "list":
        return _list(turn, live)
    if not live:
        return _none(turn, str(act))
    meant = _meant(turn, live)
    if not meant and act in ("extend", "change") and "visitor_name" in turn.values:
        return Outcome(set={"_act": "new"})
    if not meant:
        return Outcome(say=(t("I find no pass of yours for that."),), done=True)
    if len(meant) > 1:
        return Outcome(ask=ask_pass(turn), awaiting="pass_no", goto="manage")
    return {"extend": _extend, "revoke": _revoke, "change": _change}.get(str(act), _new)(turn, meant[0])


def _new(turn: Turn, row: Record) -> Outcome:
    return Outcome()


def _none(turn: Turn, act: str) -> Outcome:
    """Nothing on file: a sentence that also tells a visit is one to register."""
    coded = turn.understanding.entity("pass_code") is not None
    tells = not coded and ("visitor_name" in turn.values or "when" in turn.values)
    if act == "new" or (act in ("extend", "change") and tells and turn.understanding.intent == "register_visitor"):
        return Outcome(set={"_act": "new"})
    return Outcome(say=(t("You have no visitor pass that is still good."),), done=True)


def _meant(turn: Turn, live: list[Record]) -> list[Record]:
    """The passes that the words can mean: by number, code, plate or name; all where nothing is said."""
    values = turn.values
    if turn.case_no is not None:
        return [row for row in live if row.number == turn.case_no]
    code = turn.understanding.entity("pass_code")
    if code is not None:
        return [row for row in live if row.code == str(code.value)]
    if "pass_no" in values:
        said = str(values["pass_no"]).upper()
        return [row for row in live if row.number == said or row.number.endswith(f"-{said}")]
    if "plate" in values:
        plates = set(str(values["plate"]).split(", "))
        return [row for row in live if plates & set(row.plates)]
    text = turn.message.text.casefold()
    named = [row for row in live if row.visitor_name.casefold() in text or _is_kin(row, text)]
    if named or "visitor_name" not in values:
        return named or (_just_made(turn, live) if values.get("_act") == "extend" else []) or live
    return [row for row in live if str(values["visitor_name"]).casefold() in row.visitor_name.casefold()]


def _is_kin(row: Record, text: str) -> bool:
    """ "My cousin", of He Ting, who was told as one."""
    kin = str(row.slots.get("relation", "")).casefold()
    return bool(kin) and kin in text


def _just_made(turn: Turn, live: list[Record]) -> list[Record]:
    """ "Can you make it last until midnight?" is said of the pass just made."""
    recent = turn.conversation.recent
    return [row for row in live if recent is not None and row.number == recent.case_no]


def _list(turn: Turn, live: list[Record]) -> Outcome:
    if not live:
        return Outcome(say=(t("You have no visitor pass that is still good."),), done=True)
    rows = tuple(
        (
            t("{name}", name=pass_words.name_of(row.visitor_name)),
            t(
                "{window}, code {code}",
                spoken="{window}, code {digits}",
                window=pass_words.window(visitors.window_of(row), turn.now.tzinfo),
                code=pass_words.grouped(row.code),
                digits=pass_words.digits(row.code),
            ),
        )
        for row in live[:SHOWN]
    )
    more = len(live) - SHOWN
    rest = (t("And {n} more.", n=more),) if more > 0 else ()
    return Outcome(say=(Summary(t("Your visitors"), rows), *rest), done=True)


def _extend(turn: Turn, row: Record) -> Outcome:
    """Longer, in a word: done at once, since it harms nobody and can be revoked."""
    before = visitors.window_of(row)
    when, hours = turn.values.get("when"), turn.values.get("_hours")
    name = pass_words.name_of(row.visitor_name)
    part = turn.understanding.extra.get("till_part")
    if when is None and part is not None:
        when = When(row.closes_at.astimezone(turn.now.tzinfo).date(), part=part)  # "may he stay into the afternoon?"
    if isinstance(when, When):
        window = pass_windows.extended(before, when, turn.now)
    elif isinstance(hours, (int, Decimal)):
        window = pass_windows.later(before, float(hours))
    else:
        return _until(turn, row, t("Until when shall the pass for {name} hold?", name=name))
    try:
        longer = visitors.extend(turn.db, row, window, turn.now, turn.real)
    except Refused as refusal:
        return _until(turn, row, refusal.say or t("Until when shall the pass for {name} hold?", name=name))
    say = t("Extended for {name}. The code stays the same.", name=name)
    return Outcome(say=(say, *told(turn, longer)[1:]), case_no=row.number, done=True, set=_chosen(row))


def _until(turn: Turn, row: Record, text: Text) -> Outcome:
    entry = ask_when(turn).entry
    return Outcome(ask=Ask(text, entry=entry), awaiting="when", goto="manage", set=_chosen(row))


def _chosen(row: Record) -> dict[str, Value]:
    company: dict[str, Value] = {"people": int(row.people)} if row.people > 1 else {}
    return {"pass_no": row.number, "visitor_name": row.visitor_name, **company}


def _revoke(turn: Turn, row: Record) -> Outcome:
    """Asked once more: a guest at the gate would stand outside."""
    text = t(
        "Shall I revoke the pass for {name}? {holds}", name=pass_words.name_of(row.visitor_name), holds=holds(turn, row)
    )
    return Outcome(ask=Ask(text, (YES, NO)), awaiting=WITHDRAW, case_no=row.number, goto="manage")


def _change(turn: Turn, row: Record) -> Outcome:
    """Read back as it would be; the engine's own question about a change does the rest."""
    told_now = {name: value for name, value in turn.values.items() if name in CHANGEABLE}
    if turn.case_no is None and set(told_now) <= {"visitor_name"} and told_now.get("visitor_name") == row.visitor_name:
        options = tuple(Option(label, f"change={name}") for name, label in CHANGEABLE.items())
        text = t("What shall I change for {name}?", name=pass_words.name_of(row.visitor_name))
        return Outcome(ask=Ask(text, options), awaiting="?", case_no=row.number, set=_chosen(row), goto="manage")
    kept = {name: value for name, value in load_all(row.slots).items() if name in (*CHANGEABLE, "recurring")}
    merged = {**kept, "visitor_name": row.visitor_name, **told_now}
    if isinstance(merged.get("when"), When):
        # Another day keeps the hour that it had.
        merged["when"] = joined(kept.get("when"), _same_day(merged["when"], row, turn))
    text = t("Shall I change {number} to this?", number=row.number)
    return Outcome(
        say=(summary(replace(turn, values=merged)),),
        ask=Ask(text, (YES, NO)),
        awaiting=AMEND,
        case_no=row.number,
        set=merged,
        goto="manage",
    )


def _same_day(when: When, row: Record, turn: Turn) -> When:
    """ "At eight instead" of a visit on Saturday is Saturday's eight."""
    day = row.opens_at.astimezone(turn.now.tzinfo).date()
    start = when.start
    if isinstance(start, datetime) and start.date() == turn.now.date() < day:
        return When(datetime.combine(day, start.timetz()))
    return when


CHANGEABLE = {
    "visitor_name": t("Visitor"),
    "when": t("Arrives"),
    "plate": t("Number plate"),
    "people": t("People"),
}
