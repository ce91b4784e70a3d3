"""Bills, fees and prepaid meters: looked up, explained, doubted, and paid by a link."""

from __future__ import annotations

from bot.contract.flow import Do, Flow, ReadBack, Slot, SlotKind
from bot.contract.text import t
from flows.pay_fees import asks, doubt, pay
from flows.pay_fees.answering import answer, more
from flows.pay_fees.consult import consult
from flows.pay_fees.heed import heed
from flows.pay_fees.invoices import ask_invoice
from flows.pay_fees.plan import ALL
from flows.pay_fees.whose import NAME, check_home

FLOW = Flow(
    name=NAME,
    version=1,
    title=t("Fees and bills", spoken="fees and bills"),
    intents=(NAME,),
    slots=(
        Slot("fee", SlotKind.CHOICE, t("Fee"), asks.ask_fee, asks.check_fee, required=False),
        Slot("period", SlotKind.CODE, t("Month"), asks.ask_period, asks.check_period, required=False),
        Slot("amount", SlotKind.MONEY, t("Sum"), asks.ask_amount, asks.check_amount, required=False),
        Slot("location", SlotKind.PLACE, t("Home", context="payment"), asks.ask_home, check_home, required=False),
        Slot("_want", SlotKind.CHOICE, t("Wish"), asks.ask_want, required=False, private=True, cue="want"),
        Slot("_pick", SlotKind.CHOICE, t("Bills"), asks.ask_pick, required=False, private=True, yes=ALL),
        Slot("_check", SlotKind.CHOICE, t("Look into it"), asks.ask_want, required=False, private=True, yes="yes"),
        Slot(
            "_invoice",
            SlotKind.CHOICE,
            t("Invoice"),
            ask_invoice,
            required=False,
            private=True,
            yes="yes",
            agrees="done",
        ),
        Slot("_line", SlotKind.CHOICE, t("Line"), asks.ask_want, required=False, private=True, yes="0"),
        Slot("_months", SlotKind.CODE, t("Month"), asks.ask_want, required=False, private=True, cue="months"),
        Slot("_but", SlotKind.CHOICE, t("Fee"), asks.ask_want, required=False, private=True, cue="but_fee"),
        Slot("_without", SlotKind.CODE, t("Fee"), asks.ask_want, required=False, private=True, cue="fee_off"),
        Slot("_utility", SlotKind.CODE, t("Fee"), asks.ask_want, required=False, private=True, cue="utility"),
    ),
    steps=(
        Do("home", pay.home),
        Do("heed", heed),
        Do("choose", pay.choose),
        ReadBack(
            "read_back",
            pay.summary,
            t("Shall I give you the pay link?", spoken="Shall I send you the pay link by text message?"),
            pay.declined,
            plain=True,
        ),
        Do("pay", pay.pay),
    ),
    absorb=asks.absorb,
    renamed=doubt.of_the_bill,
    rank=3,
    withdraw=doubt.withdraw,
    consult=consult,
    consults=("dues",),
    cues=("but_fee", "invoice_of", "pay_rest", "dear_bill", "paid_until"),
    heeds=(
        "utility",
        "half",
        "paid_by",
        "rest_later",
        "pay_rest",
        "invoice_words",
        "only_this",
        "not_paying",
        "paid_until",
    ),
    answer=answer,
    more=more,
)
