"""What is asked about a payment, what an answer must be, and what a sentence tells besides."""

from __future__ import annotations

import re
from collections.abc import Mapping
from decimal import Decimal

from backend.services import billing, bills, periods
from backend.services.fees import TITLES, month
from bot.contract.errors import Refused
from bot.contract.flow import Turn
from bot.contract.text import Ask, Money, Option, Text, t
from bot.contract.understanding import Value
from flows.pay_fees.invoices import noted
from flows.pay_fees.plan import ALL, FORGOTTEN, NOTHING, TOPUP, Field, known, narrow
from flows.pay_fees.whose import NAME, Whose, own_home, whose
from flows.pay_fees.words import money
from flows.questions import place

MOST = Decimal(50_000)
# Sums that are spoken of, not offered.
TOLD = frozenset({"twice", "look", "paid", "dispute", "doubt", "explain", "invoice", "receipt", "usage"})
# Said when the desk has just offered to look into a bill: yes, do.
LOOK_INTO = frozenset({"lookup", "look", "dispute", "doubt"})
# "How much was water": the thing stands for its fee.
THINGS = {"water": "water", "electric": "electricity", "gas": "gas"}
# "The water's come in at double": said of a bill, what runs through it names it.
_BILLS = {
    "water": re.compile(r"\bwater\b", re.IGNORECASE),
    "electricity": re.compile(r"\b(?:electric|electricity|power)\b", re.IGNORECASE),
    "gas": re.compile(r"\bgas\b", re.IGNORECASE),
}
_BELOW = re.compile(r"(?<![\w.-])[-−]\s?(\d{1,9}(?:\.\d+)?)(?![\w-])")
# A sum without a word for money, where nothing else has figures.
_ALONE = re.compile(r"(?<![\w.-])(\d{2,4})(?![\w.-])")
NOT_NOW = Option(t("Not now"), f"_pick={NOTHING}")


def absorb(turn: Turn) -> Mapping[str, Value]:
    """Whether an amount is offered or only spoken of; and one below zero, which no entity is."""
    want = turn.understanding.extra.get("want")
    found = _meant(turn)
    top = turn.conversation.top
    if top is not None and top.awaiting == "_check" and "_check" not in turn.changed and _wants_it_checked(turn):
        found["_check"] = "yes"
    thing = turn.understanding.entity("category")
    if "fee" not in turn.changed and "fee" not in turn.values and thing is not None and thing.value in THINGS:
        found["fee"] = THINGS[str(thing.value)]
    if "dear_bill" in turn.understanding.extra and not {"fee"} & (turn.changed | set(turn.values) | set(found)):
        named = {fee for fee, words in _BILLS.items() if words.search(turn.message.text)}
        found |= {"fee": named.pop()} if len(named) == 1 else {}
    found |= {**_some(turn), **_same_meter(turn), **noted(turn)}
    if "amount" in turn.changed:
        return found | {"_amount_of": "told" if want in TOLD or "dear_bill" in turn.understanding.extra else "pay"}
    found |= _part(turn)
    below = _BELOW.search(turn.message.text) if not turn.message.choice else None
    return found | ({"amount": Decimal(f"-{below[1]}")} if below else {})


def _wants_it_checked(turn: Turn) -> bool:
    extra = turn.understanding.extra
    return extra.get("want") in LOOK_INTO or ("check_it" in extra and "no_quarrel" not in extra)


def _some(turn: Turn) -> dict[str, Value]:
    """All but one fee, or so many months: which bills are meant, and that nothing is to be chosen any more."""
    if "_but" in turn.changed:
        without = str(turn.values["_but"]).split()
        rest = [fee for fee in TITLES if fee not in without]
        return {"_fees": " ".join(rest), "_pick": ALL, "_want": FORGOTTEN, "period": FORGOTTEN}
    if "_without" in turn.changed and not {"question", "asks_back"} & set(turn.understanding.extra):
        return _without(turn)
    extra = set(turn.understanding.extra)
    if "only_this" in extra and "fee" in turn.values and not {"question", "want"} & extra and not turn.message.choice:
        # "Just the property fee": all that is open of it; the read-back shows which months that is.
        return {"_pick": ALL, "_fees": FORGOTTEN} if "period" not in turn.changed else {}
    if "pay_rest" in extra and not {"rest_later", "but_fee"} & extra and not turn.message.choice:
        return {"_undisputed": "yes", "_pick": ALL}
    if turn.values.get("_undisputed") == "yes" and turn.understanding.extra.get("want") == "all":
        return {"_undisputed": FORGOTTEN, "_pick": ALL}  # "no, pay all of it"
    return {"_pick": ALL} if "_months" in turn.changed else {}


def _without(turn: Turn) -> dict[str, Value]:
    """ "Not the parking yet, just the property": what is named besides, else all that was meant but that."""
    off = str(turn.values["_without"]).split()
    told = {str(e.value) for e in turn.understanding.entities if e.name == "fee"}
    told |= set(str(turn.understanding.extra.get("utility", "")).split())
    meant = [fee for fee in TITLES if fee in told and fee not in off]
    top = turn.conversation.top
    before = set(str(top.slots.get("_fees", "") if top is not None else "").split()) & set(TITLES)
    rest = [fee for fee in TITLES if fee not in off and (not before or fee in before)]
    return {"_fees": " ".join(meant or rest or TITLES), "_pick": ALL, "_want": FORGOTTEN, "period": FORGOTTEN}


def _same_meter(turn: Turn) -> dict[str, Value]:
    """ "A hundred for my own home as well", right after a meter was topped up: the same kind of meter."""
    extra, told = turn.understanding.extra, turn.conversation.told
    known = {"fee"} & (set(turn.values) | turn.changed)
    if known or extra.get("want") != "topup" or "also" not in extra or told is None or told.flow != NAME:
        return {}
    fee = told.slots.get("fee")
    return {"fee": fee} if fee in billing.METERED else {}


def _part(turn: Turn) -> dict[str, Value]:
    """Half of what is open; or the sum that stands alone beside the wish to top up ("100 now")."""
    extra = turn.understanding.extra
    if "half" in extra and turn.message.text and not turn.message.choice:
        found = _field(turn)
        half = Decimal(found.total // 2) / 100 if found is not None else Decimal(0)
        return {"amount": half, "_amount_of": "pay", "_pick": ALL} if half > 0 else {}
    alone = _ALONE.findall(turn.message.text) if extra.get("want") == "topup" and not turn.message.choice else []
    others = any(entity.name in ("when", "location", "phone", "case_no") for entity in turn.understanding.entities)
    if len(alone) != 1 or others:
        return {}
    return {"amount": Decimal(alone[0]), "_amount_of": "pay"}


def _meant(turn: Turn) -> dict[str, Value]:
    """Which bill is meant now: what was said of another one (its month, its sum) does not hold for it."""
    top = turn.conversation.top
    before = top.slots if top is not None else {}
    named = str(turn.understanding.extra.get("utility", "")).split()
    if "fee" in turn.changed and len(named) == 1:
        named = []
    said = dict.fromkeys(str(e.value) for e in turn.understanding.entities if e.name == "fee" and e.value is not None)
    if len(said) > 1 and turn.understanding.intent != "correct" and turn.understanding.extra.get("want") not in TOLD:
        named = list(said)  # "the parking, and what I owe of the property fee"
    found: dict[str, Value] = {}
    if len(named) > 1:
        found = {"_fees": " ".join(named), "_pick": ALL}
    elif named:
        found = {"fee": named[0]}
    fee = turn.values["fee"] if "fee" in turn.changed else found.get("fee")
    if len(named) < 2 and fee is not None and before.get("_fees", FORGOTTEN) != FORGOTTEN:
        found["_fees"] = FORGOTTEN
    elsewhere = fee is not None and before.get("fee") not in (None, fee)
    if elsewhere or (len(named) > 1 and "fee" in before):
        found["_told"] = FORGOTTEN
        found |= {} if "period" in turn.changed or "period" not in before else {"period": FORGOTTEN}
        found |= {} if "amount" in turn.changed else {"_amount_of": "told"}
    return found


def check_amount(turn: Turn, value: Value) -> Value:
    """More than nothing, whole fen, and no more than is taken in one payment."""
    amount = Decimal(str(value))
    if amount <= 0:
        raise Refused("not above zero", t("An amount must be more than zero. How much shall it be, in yuan?"))
    if amount > MOST:
        text = t(
            "{amount} is more than I take in one payment; the limit is {most}. How much shall it be? The desk can "
            "take larger sums.",
            amount=Money(amount),
            most=Money(MOST),
        )
        raise Refused("too much", text)
    if amount != amount.quantize(Decimal("0.01")):
        raise Refused("fractions of a fen", t("The smallest coin is one fen: please give at most two decimals."))
    return value


def check_fee(turn: Turn, value: Value) -> Value:
    """ "The property fee is another matter, I have no quarrel with that one", of the water bill: that stays."""
    known = turn.values.get("fee")
    return known if "no_quarrel" in turn.understanding.extra and known is not None else value


def check_period(turn: Turn, value: Value) -> Value:
    """`YYYY-MM`, or six digits keyed."""
    text = str(value)
    if "compared" in turn.understanding.extra:
        return turn.values.get("period", FORGOTTEN)  # "twice last month's" is not about last month
    extra = turn.understanding.extra
    if text == FORGOTTEN or extra.get("want") == "later" or {"rest_later", "of_months"} & set(extra):
        return FORGOTTEN  # "may I pay next month": when, and not which bill
    if text.isdigit() and len(text) == 6:
        text = f"{text[:4]}-{text[4:]}"
    if not periods.is_period(text):
        raise Refused("no month", t("Which month do you mean? For example “October 2026”."))
    return text


def ask_fee(turn: Turn) -> Ask:
    return Ask(t("Which fee is it?"), tuple(Option(title, f"fee={fee}") for fee, title in TITLES.items()))


def ask_meter(turn: Turn) -> Ask:
    fees = [fee for fee in TITLES if fee in billing.METERED]
    return Ask(t("What shall be topped up?"), tuple(Option(TITLES[fee], f"fee={fee}") for fee in fees))


def ask_period(turn: Turn) -> Ask:
    found = _field(turn)
    months = dict.fromkeys(row.period for row in found.open) if found else ()
    options = tuple(Option(month(period), f"period={period}") for period in months)
    return Ask(t("Which month?"), options, t("Key year and month in six digits, then the hash key."))


def ask_amount(turn: Turn) -> Ask:
    options = tuple(
        Option(t("{amount}", amount=Money(Decimal(sum_))), f"amount={sum_}") for sum_ in (50, 100, 200, 500)
    )
    return Ask(t("How much shall it be, in yuan?"), options, t("Or key the sum in yuan, then the hash key."))


def ask_home(turn: Turn) -> Ask:
    text = t(
        "Which home is it for? For example “3-2-501”. I can take a home's total from anybody; its bills are shown "
        "only to those who live there or own it.",
        spoken="Which home is it for?",
    )
    return Ask(text, entry=place.KEYED)


def ask_unit(turn: Turn) -> Ask:
    """A home named in half: the unit, or after all the own home."""
    own = (Option(t("My own home"), "location=home"),) if own_home(turn) is not None else ()
    return Ask(t("That room is in several units. Which one is it? For example “3-2-501”."), own, place.KEYED)


def ask_pick(turn: Turn) -> Ask:
    """What is open, to choose from: everything at once, one fee, one month, or a top-up."""
    found = _field(turn)
    return choices(turn, found) if found is not None else ask_fee(turn)


def ask_want(turn: Turn) -> Ask:
    return ask_pick(turn)


def _field(turn: Turn) -> Field | None:
    """Reads only: the bills are written down already when anything is asked about them."""
    who = whose(turn)
    if who is None or not who.own:
        return None
    found = narrow(turn, bills.of_home(turn.db, turn.conversation.community.id, who.home, who.payer))
    return found if found.open else None


def choices(turn: Turn, found: Field) -> Ask:
    everything = Option(t("All of it, {amount}", spoken="all of it", amount=money(found.total)), f"_pick={ALL}")
    options = [everything, *_each(found)]
    fee = turn.values.get("fee")
    if known(turn, "period") is None and (fee is None or fee in billing.METERED):
        options.append(Option(t("Top up a meter"), f"_pick={TOPUP}"))
    return Ask(t("What would you like to pay?"), (*options, NOT_NOW))


def _each(found: Field) -> list[Option]:
    if len(found.fees) == 1:
        return [
            Option(
                t("{month}: {amount}", month=month(row.period), amount=money(bills.left(row))), f"period={row.period}"
            )
            for row in found.open
        ]
    sums = {fee: sum(bills.left(row) for row in found.open if row.fee == fee) for fee in found.fees}
    return [
        Option(t("{fee}: {amount}", spoken="{fee}", fee=TITLES[fee], amount=money(fen)), f"fee={fee}")
        for fee, fen in sums.items()
    ]


def total_note(who: Whose) -> Text:
    return t(
        "For another home I show its total and nothing else; whoever lives in {home} can ask for the bills.",
        home=who.label,
    )
