"""From what was said to a pay link: what is open is offered, read back, and paid once."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from backend.db import Record
from backend.services import billing, bills, outbox, payments
from backend.services.amounts import yuan
from backend.services.fees import TITLES, month, named
from backend.services.payments import Wish
from bot.contract.flow import Outcome, Turn
from bot.contract.text import Money, Param, Summary, Text, t, tn
from bot.contract.understanding import Place, Value
from flows.pay_fees.asks import ask_amount, ask_home, ask_meter, ask_unit, choices, total_note
from flows.pay_fees.plan import FORGOTTEN, NOTHING, TOPUP, Field, Plan, known, narrow, offered, plan
from flows.pay_fees.standing import LATER
from flows.pay_fees.whose import Whose, is_unclear, issued, whose
from flows.pay_fees.words import money, owed


def home(turn: Turn) -> Outcome:
    """Somebody we do not know names the home first; of one that was named in half the rest is asked, and until then
    nothing is shown or paid of any other."""
    if is_unclear(turn):
        return Outcome(ask=ask_unit(turn), awaiting="location")
    if whose(turn) is None:
        # "1" alone is no home; asked again without a word, nobody knows why.
        half = isinstance(turn.values.get("location"), Place)
        return Outcome(say=(HALF,) if half else (), ask=ask_home(turn), awaiting="location")
    return Outcome()


def choose(turn: Turn) -> Outcome:
    """Find what is to be paid, or ask for it, or say that there is nothing."""
    who = whose(turn)
    if who is None:
        return Outcome(goto="home")
    if _not_now(turn):
        return Outcome(say=(LATER,), done=True)
    rows = issued(turn, who)
    found = narrow(turn, rows)
    if turn.values.get("_pick") == TOPUP:
        missing = _top_up(turn, who)
        if missing is not None:
            return missing
    ready = plan(turn, who, rows)
    if ready is not None:
        return _ready(turn, who, rows, ready)
    if not who.own or not found.open:
        return nothing(turn, who, found)
    overdue = any(bills.is_overdue(row, turn.now.date()) for row in found.open)
    begun = "_begun" in turn.values
    told = _open(turn, found)
    say = (told, OVERDUE) if overdue and not begun else (told,)
    # "Just the property": one fee of those that were told together, and which month is asked.
    before = turn.conversation.top.slots.get("fee") if turn.conversation.top is not None else None
    narrowed = begun and len(found.fees) == 1 and before != found.fees[0] and not turn.message.choice
    return Outcome(
        say=() if begun and turn.values.get("_told") != FORGOTTEN and not narrowed else say,
        ask=choices(turn, found),
        awaiting="_pick",
        set={"_begun": "yes", "_told": "yes"},
        goto="heed",
    )


def _open(turn: Turn, found: Field) -> Text:
    """The answer to "how much", before anything is asked."""
    if len(found.fees) == 1:
        months = len({row.period for row in found.open})
        return tn(
            "{fee}: {amount} is open, for {n} month.",
            "{fee}: {amount} is open, for {n} months.",
            months,
            fee=TITLES[found.open[0].fee],
            amount=money(found.total),
        )
    period = known(turn, "period")
    if period is not None:
        return t("{amount} is open for {month}.", amount=money(found.total), month=month(str(period)))
    return t("{amount} is open in all.", amount=money(found.total))


HALF = t("I need all of it: the building, the unit and the room.")
OVERDUE = t(
    "Some of it is from earlier months. You can pay any part of it; repairs, visitors and help never depend on it."
)


def _not_now(turn: Turn) -> bool:
    """Chosen, or said without choosing anything."""
    if turn.values.get("_pick") == NOTHING:
        return True
    top = turn.conversation.top
    asked = top is not None and "_pick" in top.asked and known(turn, "_pick") is None
    return asked and turn.understanding.intent in ("deny", "skip")


def _top_up(turn: Turn, who: Whose) -> Outcome | None:
    """What is still to be asked for a top-up; the balance is told to whom it belongs."""
    fee = turn.values.get("fee")
    begun = {"_begun": "yes"}
    if fee not in billing.METERED:
        return Outcome(ask=ask_meter(turn), awaiting="fee", set=begun, goto="heed")
    if offered(turn) is not None:
        return None
    account = bills.accounts(turn.db, turn.conversation.community.id, who.home, who.payer).get(str(fee))
    say: tuple[Text, ...] = ()
    if who.own and account is not None:
        say = (t("{fee}: {amount} is left on the meter.", fee=TITLES[str(fee)], amount=money(account.balance)),)
    return Outcome(say=say, ask=ask_amount(turn), awaiting="amount", set=begun, goto="heed")


def _ready(turn: Turn, who: Whose, rows: Sequence[Record], ready: Plan) -> Outcome:
    settled: dict[str, Value] = {"_begun": "yes"}
    say: list[Text] = []
    if ready.kind == "bills" and len(ready.parts) == 1:
        settled |= {"fee": ready.parts[0][0].fee, "period": str(ready.parts[0][0].period)}
    if ready.kind == "total":
        if "_noted" not in turn.values and (known(turn, "fee") or known(turn, "period")):
            say.append(total_note(who))
            settled["_noted"] = "yes"
        if known(turn, "_months") is not None and offered(turn) is None:
            say.append(t("For another home I take the total or any sum you name, but no single months."))
        over = (offered(turn) or 0) > ready.amount
        if over:
            say.append(t("That is more than the total, so I take the total."))
    return Outcome(say=tuple(say), set=settled)


def nothing(turn: Turn, who: Whose, found: Field) -> Outcome:
    """Nothing fits, and that is an answer: paid already, not on file, or simply nothing open."""
    fee, period = turn.values.get("fee"), known(turn, "period")
    if not who.own:
        return Outcome(say=(t("Nothing is open for {home}.", home=who.label),), done=True)
    paid = [row for row in found.rows if row.state == "paid"]
    if period is not None and paid and len(paid) == len(found.rows):
        number = payments.number_for(turn.db, paid[0].id)
        say = t("{title}: paid already, you owe nothing for it.", title=_title(fee, str(period)))
        proof = (t("The receipt is {number}.", number=number),) if number else ()
        return Outcome(say=(say, *proof), done=True)
    if period is not None:
        say = t(
            "{title}: no bill is on file. You can ask for another month, or pay ahead by a sum; the desk has the "
            "older papers.",
            title=_title(fee, str(period)),
        )
        return Outcome(say=(say,), done=True)
    what = TITLES[str(fee)] if fee is not None else t("your home")
    return Outcome(say=(t("Nothing is open for {what}.", what=what),), done=True)


def _title(fee: Value | None, period: str) -> Text:
    return named(str(fee), period) if fee is not None else month(period)


def summary(turn: Turn) -> Summary:
    """The read-back; another home's shows where the money goes and how much, nothing else (practice 31, 40)."""
    who = whose(turn)
    ready = plan(turn, who, issued(turn, who)) if who is not None else None
    if who is None or ready is None:
        return Summary(t("Payment"), ())
    rows: list[tuple[Text, Param]] = []
    if not who.own:
        place = turn.values.get("location")
        # As it stands on file, in the reader's language.
        home = replace(place, text=who.label) if isinstance(place, Place) else who.label
        rows.append((t("Home", context="payment"), home))
        owner = bills.masked_owner(turn.db, turn.conversation.community.id, who.home)
        rows.extend([(t("Owner"), owner)] if owner else [])
    elif ready.kind == "bills":
        rows.extend(_bill_rows(ready))
    if ready.kind in ("topup", "advance"):
        rows.append((t("For", context="payment"), TITLES[str(ready.fee)]))
    if ready.ahead and ready.kind == "bills":
        rows.append((t("Paid ahead"), money(ready.ahead)))
    rows.append((t("To pay"), money(ready.amount)))
    # On the telephone the sum decides; its parts are for whoever asks.
    first = (len(rows) - 1,) if ready.kind == "bills" and who.own and len(rows) > 2 else ()
    return Summary(t("Top-up") if ready.kind == "topup" else t("Payment"), tuple(rows), first)


def _bill_rows(ready: Plan) -> list[tuple[Text, Param]]:
    shown = owed([row for row, _ in ready.parts])
    asked = sum(bills.left(row) for row, _ in ready.parts)
    paying = sum(fen for _, fen in ready.parts)
    if paying < asked:
        shown.append((t("Stays open"), money(asked - paying)))
    if any(row.estimated for row, _ in ready.parts):
        shown.append((t("Note"), t("an estimate, settled by the meter reading")))
    return shown


def declined(turn: Turn) -> Outcome | None:
    """A no after a look-up: that was all; "that is wrong" after an explanation: the bill is doubted."""
    if turn.understanding.intent == "correct":
        return Outcome(set={"_want": "dispute"}, goto="heed") if "_explained" in turn.values else None
    heard = {"off", "later", "drop", "put_off", "rest_later"} & set(turn.understanding.extra)
    return Outcome(say=(LATER,)) if "_looked" in turn.values or heard else None


def pay(turn: Turn) -> Outcome:
    """One payment, one link; the phone hears no link, it gets a text message."""
    who = whose(turn)
    ready = plan(turn, who, issued(turn, who)) if who is not None else None
    if who is None or ready is None:
        return Outcome(say=(t("That has been paid in the meantime; nothing more is open there."),), done=True)
    community, conversation = turn.conversation.community, turn.conversation
    parts = [(row.id, fen) for row, fen in ready.parts]
    if ready.ahead:
        account = bills.accounts(turn.db, community.id, who.home, who.payer).get(str(ready.fee))
        if account is None:
            return Outcome(say=(t("That fee is not ours to take; the desk tells you who takes it."),), done=True)
        kind = "topup" if ready.fee in billing.METERED else "advance"
        parts.append((bills.wish(turn.db, account, kind, ready.ahead, conversation.id, turn.now), ready.ahead))
    begun = payments.begin(turn.db, community, Wish(who.home, ready.kind, parts, conversation.id), turn.real)
    bills.linked(turn.db, [key for key, _ in parts], conversation.id)
    return Outcome(say=_way(turn, begun), done=True)


def _way(turn: Turn, begun: Record) -> tuple[Text, ...]:
    """How the money gets there: a link to read, a text message to a phone, or the desk."""
    link = payments.link_for(turn.conversation.community, begun.id)
    amount = Money(yuan(begun.amount))
    if link is None:
        return (t("Please pay {amount} at the desk, between 8 and 20 h.", amount=amount),)
    if not turn.message.profile.is_heard:
        return (
            t("Here you pay {amount}, within 24 hours: {link}", amount=amount, link=link),
            t("When it has arrived I send you the receipt number. I never need a card number or a password."),
        )
    resident = turn.conversation.resident
    if resident is None or not resident.phone:
        return (t("I have no phone number to send a link to. Please pay {amount} at the desk.", amount=amount),)
    text = t("Pay {amount} here, within 24 hours: {link}", amount=amount, link=link)
    outbox.sms(turn.db, turn.conversation.id, resident.phone, text, f"link:{begun.id}", turn.real)
    return (
        t(
            "I am texting the link for {amount} to your phone ending in {digits}. You can also pay at the desk, from "
            "8 to 20 h.",
            spoken="I am texting the link for {amount} to your phone ending in {digits}. You can also pay at the desk, "
            "from 8 AM to 8 PM.",
            amount=amount,
            digits=" ".join(resident.phone[-4:]),
        ),
    )
