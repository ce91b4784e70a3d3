"""What is wanted besides paying: why a sum is what it is, balances, rates, receipts; answered, then back to paying."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from decimal import Decimal

from backend.db import Record
from backend.services import billing, bills
from backend.services.amounts import to_fen
from backend.services.fees import TITLES
from bot.contract.flow import Outcome, Turn
from bot.contract.text import Ask, Option, Summary, Text, t
from bot.contract.understanding import Value
from flows.pay_fees import doubt
from flows.pay_fees.asks import LOOK_INTO, ask_fee, total_note
from flows.pay_fees.invoices import goes_along, invoice, passed_on
from flows.pay_fees.paid_yet import receipt, whether
from flows.pay_fees.plan import ALL, FORGOTTEN, TOPUP, known
from flows.pay_fees.standing import LATER, by_itself, standing
from flows.pay_fees.whose import Whose, issued, whose
from flows.pay_fees.words import LINES, UNITS, consumed, explained, money, title
from flows.questions.everything import find, told

Heed = Callable[[Turn, Whose, Sequence[Record]], Outcome]


def heed(turn: Turn) -> Outcome:
    """One wish at a time; what was heeded is forgotten, so that it can be wished again."""
    want = str(turn.values.get("_want", FORGOTTEN))
    who = whose(turn)
    if known(turn, "_invoice") is not None:
        return passed_on(turn)
    if who is not None and goes_along(turn):
        return invoice(turn, who, ())
    if known(turn, "_check") is not None and who is not None:
        return _checked(turn, who)
    if who is None or want == FORGOTTEN:
        return _unasked(turn, who)
    # "All right, check it", said when the line was asked for: the bill is doubted, and not to be told once more.
    want = "dispute" if want in LOOK_INTO and known(turn, "_line") is not None else want
    if want in LOOK_INTO and known(turn, "_explained") is not None and "check_it" in turn.understanding.extra:
        return _look_into(turn, who)
    # "Too high, can someone check": explained, and the desk is offered in the same breath.
    handle = _HEEDED.get("doubt" if want == "explain" and "check_it" in turn.understanding.extra else want)
    if handle is None:
        return Outcome(set={"_want": FORGOTTEN})
    if not who.own and want in _PRIVATE:
        return Outcome(say=(total_note(who),), set={"_want": FORGOTTEN, "_noted": "yes"})
    rows = issued(turn, who)
    outcome = handle(turn, who, rows)
    if outcome.ask is not None:
        return outcome
    return replace(outcome, set={**outcome.set, "_want": FORGOTTEN})


def _unasked(turn: Turn, who: Whose | None) -> Outcome:
    """No wish by name: not now, how the bills stand, or that one of them is too high."""
    heard = turn.understanding.extra
    if who is None or turn.message.choice:
        return Outcome()
    of_one = {"fee_off", "only_this", "utility", "but_fee"} & set(heard) or turn.understanding.entity("fee")
    if "not_paying" in heard and not of_one:
        return Outcome(say=(LATER,), done=True)
    asked = standing(turn)
    if asked is not None:
        return replace(by_itself(turn, (asked,)), set={"_pick": FORGOTTEN})
    return wonder(turn, who, issued(turn, who)) if "dear_bill" in heard else Outcome()


def meant(turn: Turn, rows: Sequence[Record]) -> Record | None:
    """The bill that is spoken of: by its sum, by fee and month, by the fee alone the newest that was issued."""
    values = turn.values
    if "amount" in values and values.get("_amount_of") == "told":
        parts = bills.lines(turn.db, [row.id for row in rows])
        found = bills.by_amount(rows, to_fen(_yuan(turn)), parts)
        if found is not None:
            return found
    period = known(turn, "period")
    if period is not None and all(row.period != period for row in rows):
        period = None  # "I sold the car in June": when that was, and no bill of ours
    fits = [row for row in rows if values.get("fee") in (None, row.fee) and period in (None, row.period)]
    if period is None:
        fits = [row for row in fits if not row.estimated and row.period <= f"{turn.now:%Y-%m}"]
    if "fee" in values:
        return fits[-1] if fits else None
    return fits[0] if len(fits) == 1 else None


def _yuan(turn: Turn) -> Decimal:
    return Decimal(str(turn.values["amount"]))


def explain(turn: Turn, who: Whose, rows: Sequence[Record]) -> Outcome:
    row = meant(turn, rows)
    plain = find(turn, turn.message.text) if turn.understanding.entity("fee") is None else None
    if plain is not None and plain.sure and turn.understanding.extra.get("want") == "explain":
        # "What is that shared lighting?" asks for the thing, and for no bill of theirs.
        return Outcome(say=(told(turn, plain),), answered=True)
    if row is None:
        if "fee" in turn.values:
            return Outcome()
        return which(turn)
    lines = bills.lines(turn.db, [row.id])[row.id]
    before = _before(turn, rows, row)
    if before is not None and known(turn, "_explained") is not None and turn.values.get("period") == row.period:
        # Explained already: it is doubted, and the desk may look into it.
        return _offered_to_check(row, before)
    say: list[Text | Summary] = [explained(row, lines), *([before] if before is not None else [])]
    if row.estimated:
        say.append(t("That month is not over: it is an estimate from the one before, settled by the meter reading."))
    say.append(t("If a line is wrong, just tell me so: it is looked into, and no reminder is sent meanwhile."))
    shown = {"fee": row.fee, "period": row.period, "_looked": "yes", "_explained": "yes"}
    if row.state == "paid":
        return Outcome(say=tuple(say), set={**shown, "_want": FORGOTTEN}, done=True)
    return Outcome(say=tuple(say), set=shown, answered=True)


def _before(turn: Turn, rows: Sequence[Record], row: Record) -> Text | None:
    """The bill before this one, where it was compared with that."""
    earlier = [each for each in rows if each.fee == row.fee and each.period < row.period]
    if "compared" not in turn.understanding.extra or not earlier:
        return None
    last = earlier[-1]
    used = next((n for line in bills.lines(turn.db, [last.id])[last.id] if (n := consumed(line)) is not None), None)
    if used is None:
        return t("For comparison, {title}: {amount}.", title=title(last), amount=money(last.amount))
    return t("For comparison, {title}: {amount} for {used}.", title=title(last), amount=money(last.amount), used=used)


def wonder(turn: Turn, who: Whose, rows: Sequence[Record]) -> Outcome:
    """ "That cannot be right": how the sum comes about, and the offer to look into it; nothing is filed unasked."""
    row = meant(turn, rows)
    if row is None:
        return which(turn) if "fee" not in turn.values else Outcome()
    return _offered_to_check(row, explained(row, bills.lines(turn.db, [row.id])[row.id]))


def _offered_to_check(row: Record, shown: Text | Summary) -> Outcome:
    options = (Option(t("Yes, look into it"), "_check=yes"), Option(t("No, it is fine"), "_check=no"))
    ask = Ask(t("Shall the desk look into it? No reminder is sent meanwhile."), options)
    here = {"fee": row.fee, "period": row.period, "_explained": "yes"}
    return Outcome(say=(shown,), ask=ask, awaiting="_check", goto="heed", set=here)


def _checked(turn: Turn, who: Whose) -> Outcome:
    """The answer to that offer; whatever else was said instead goes on without it."""
    after: dict[str, Value] = {"_check": FORGOTTEN, "_want": FORGOTTEN}
    row = meant(turn, issued(turn, who))
    if turn.values["_check"] != "yes" or row is None:
        return Outcome(set={**after, "_told": FORGOTTEN})
    return replace(doubt.file(turn, who, [row], "amount", None), set=after)


def _look_into(turn: Turn, who: Whose) -> Outcome:
    """ "Please check it", just after it was explained: filed as it is, the desk finds the line."""
    rows = issued(turn, who)
    row = meant(turn, rows)
    filed = doubt.file(turn, who, [row] if row is not None else [], "amount", None)
    return replace(filed, set={"_want": FORGOTTEN})


def which(turn: Turn) -> Outcome:
    ask = replace(ask_fee(turn), text=t("Which bill do you mean?"))
    return Outcome(ask=ask, awaiting="fee", goto="heed")


def balance(turn: Turn, who: Whose, rows: Sequence[Record]) -> Outcome:
    accounts = bills.accounts(turn.db, turn.conversation.community.id, who.home, who.payer)
    fee = turn.values.get("fee")
    shown = [row for row in accounts.values() if row.fee in billing.METERED and fee in (None, row.fee)]
    if not shown:
        return Outcome(say=(t("There is no meter with a balance for that; I can show you what is open."),))
    rows_ = tuple((TITLES[row.fee], money(row.balance)) for row in shown)
    say = (Summary(t("Balance on the meters"), rows_), t("To top up, just tell me a sum."))
    return by_itself(turn, say)


def rate(turn: Turn, who: Whose, rows: Sequence[Record]) -> Outcome:
    fee = turn.values.get("fee")
    if fee is None:
        return which(turn)
    terms = bills.terms(turn.db, turn.conversation.community.id, str(fee))
    if terms is None:
        return by_itself(turn, (t("I have no rate for that on file; the desk can tell you."),))
    shown = tuple((LINES.get(line["name"], Text(line["name"])), _rate(line)) for line in terms["lines"])
    return by_itself(turn, (Summary(TITLES[str(fee)], shown),))


def _rate(line: dict[str, str]) -> Text:
    return t("{rate} yuan per {unit}", rate=str(line["rate"]), unit=UNITS.get(line["unit"], Text(line["unit"])))


def how(turn: Turn, who: Whose, rows: Sequence[Record]) -> Outcome:
    say = t(
        "You pay by a link that I give you here, or in cash at the front desk. I never need a card "
        "number, a password or a code.",
        spoken="You pay by a link that I send to your phone, or in cash at the front desk.",
    )
    return Outcome(say=(say,))


def later(turn: Turn, who: Whose, rows: Sequence[Record]) -> Outcome:
    if known(turn, "_undisputed") is not None:
        return everything(turn, who, rows)  # "can I pay the rest now?"
    say = t(
        "That is all right. You can pay a part now, just tell me a sum, and the rest later. The desk agrees "
        "instalments with you; say “a person”. Repairs, visitors and help never depend on it."
    )
    return (
        by_itself(turn, (say,)) if known(turn, "fee") is None and known(turn, "period") is None else Outcome(say=(say,))
    )


def look(turn: Turn, who: Whose, rows: Sequence[Record]) -> Outcome:
    """What follows names the sums; being told them is all that some people want."""
    if "paid_asked" in turn.understanding.extra:
        return whether(turn, rows)
    asked = standing(turn)
    return Outcome(say=(asked,) if asked is not None else (), set={"_looked": "yes", "_told": FORGOTTEN}, answered=True)


def everything(turn: Turn, who: Whose, rows: Sequence[Record]) -> Outcome:
    return Outcome(set={"_pick": ALL})


def topup(turn: Turn, who: Whose, rows: Sequence[Record]) -> Outcome:
    """ "Top up property" is paying ahead: only a meter is topped up."""
    fee = turn.values.get("fee")
    return Outcome(set={"_pick": TOPUP} if fee is None or fee in billing.METERED else {})


def dispute(turn: Turn, who: Whose, rows: Sequence[Record]) -> Outcome:
    row = meant(turn, rows)
    if row is None:
        return which(turn) if "fee" not in turn.values else Outcome()
    lines = bills.lines(turn.db, [row.id])[row.id]
    if len(lines) > 1 and "_line" not in turn.values:
        options = [Option(LINES.get(line.name, Text(line.name)), f"_line={line.position}") for line in lines]
        ask = Ask(t("Which line is wrong?"), (*options, Option(t("The whole bill"), "_line=0")))
        known = {"fee": row.fee, "period": row.period}
        return Outcome(say=(explained(row, lines),), ask=ask, awaiting="_line", goto="heed", set=known)
    chosen = next((line for line in lines if str(line.position) == str(turn.values.get("_line"))), None)
    known = {"fee": row.fee, "period": row.period, "_line": FORGOTTEN}
    return replace(doubt.file(turn, who, [row], "amount", chosen), set=known)


def paid(turn: Turn, who: Whose, rows: Sequence[Record]) -> Outcome:
    """ "I have paid" is believed first: reminders stop at once, the desk looks for the money."""
    months = standing(turn)
    if months is not None:
        # "I thought I paid last quarter, which months is this?" asks, and claims nothing yet.
        say = (months, t("If you have paid what is open, say when and how, and the desk looks for it."))
        return Outcome(say=say, set={"_looked": "yes", "_told": FORGOTTEN}, answered=True)
    if "go" in turn.understanding.extra:
        # The same two words may mean "paid it all" and "pay all of it": nothing is filed, the read-back asks.
        return everything(turn, who, rows) if "_begun" in turn.values else look(turn, who, rows)
    if {"paid_asked", "merely_asks"} & set(turn.understanding.extra):
        return whether(turn, rows)
    row = meant(turn, rows)
    exactly = known(turn, "period") is not None or "amount" in turn.values
    if row is not None and exactly and row.state == "paid":
        return Outcome(say=(t("Yes, that one is paid: {title}.", title=explained(row, ()).title),), done=True)
    fee, period = turn.values.get("fee"), known(turn, "period")
    fits = [each for each in rows if bills.is_open(each, turn.now) and fee in (None, each.fee)]
    fits = [each for each in fits if period in (None, each.period)]
    named = [row] if row is not None and exactly and row in fits else fits
    return doubt.file(turn, who, named, "paid", None)


def twice(turn: Turn, who: Whose, rows: Sequence[Record]) -> Outcome:
    row = meant(turn, rows)
    return doubt.file(turn, who, [row] if row is not None else [], "twice", None)


_HEEDED: dict[str, Heed] = {
    "all": everything,
    "balance": balance,
    "dispute": dispute,
    "doubt": wonder,
    "explain": explain,
    "how": how,
    "invoice": invoice,
    "later": later,
    "look": look,
    "lookup": look,
    "paid": paid,
    "rate": rate,
    "receipt": receipt,
    "topup": topup,
    "twice": twice,
    "usage": explain,
}
_PRIVATE = frozenset({"balance", "dispute", "doubt", "explain", "paid", "receipt", "twice", "usage"})
