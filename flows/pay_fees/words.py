"""How bills, lines and meters are named to residents, and the formula behind a sum."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal

from backend.db import Record
from backend.services import bills
from backend.services.amounts import yuan
from backend.services.fees import TITLES, named
from bot.contract.text import Money, Param, Summary, Text, t

LINES: dict[str, Text] = {
    "service": t("Property service"),
    "space": t("Parking space"),
    "supply": t("Water supply"),
    "sewage": t("Waste water"),
    "tier_1": t("Electricity, first tier"),
    "tier_2": t("Electricity, second tier"),
    "tier_3": t("Electricity, third tier"),
    "common_light": t("Light in shared areas, by floor area"),
    "gas": t("Gas used"),
}
UNITS: dict[str, Text] = {"m2": t("m²"), "m3": t("m³"), "kwh": t("kWh"), "month": t("month", context="unit")}


def money(fen: int) -> Money:
    return Money(yuan(fen))


def line_name(name: str) -> Param:
    return LINES.get(name, name)


def title(row: Record) -> Text:
    return named(row.fee, row.period)


def _decimal(whole: int, shift: int) -> Decimal:
    value = Decimal(whole).scaleb(-shift).normalize()
    return value.quantize(Decimal(1)) if value == value.to_integral_value() else value


def consumed(line: Record) -> Text | None:
    """ "14 m³", by the meter; None where none was read."""
    if line.reading_to is None:
        return None
    used = Decimal(line.reading_to - line.reading_from)
    return t("{used} {unit}", used=used, unit=UNITS.get(line.unit, Text(line.unit)))


def formula(line: Record) -> Text:
    """ "240 kWh × 0.5 = ¥120.00" """
    return t(
        "{quantity} {unit} × {rate} = {amount}",
        spoken="{quantity} {unit} at {rate} yuan, makes {amount}",
        quantity=_decimal(line.quantity, 3),
        unit=UNITS.get(line.unit, Text(line.unit)),
        rate=_decimal(line.rate, 4),
        amount=money(line.amount),
    )


def explained(row: Record, lines: Sequence[Record]) -> Summary:
    """The bill line by line, with what the meter showed."""
    shown: list[tuple[Text, Param]] = []
    metered = next((line for line in lines if line.reading_to is not None), None)
    if metered is not None:
        reading = t(
            "{before} to {after}, {used} {unit} used",
            before=Decimal(metered.reading_from),
            after=Decimal(metered.reading_to),
            used=Decimal(metered.reading_to - metered.reading_from),
            unit=UNITS.get(metered.unit, Text(metered.unit)),
        )
        shown.append((t("Meter"), reading))
    for line in lines:
        name = LINES.get(line.name, Text(line.name))
        shown.append((name, formula(line)))
    shown.append((t("Together"), money(row.amount)))
    if row.paid:
        shown.append((t("Paid so far"), money(row.paid)))
    return Summary(title(row), tuple(shown))


def owed(rows: Sequence[Record]) -> list[tuple[Text, Param]]:
    """Every bill by its name, as long as they are few; else each fee with its sum."""
    if len({row.fee for row in rows}) == 1 or len(rows) <= 4:
        return [(title(row), money(bills.left(row))) for row in rows]
    sums: dict[str, int] = {}
    for row in rows:
        sums[row.fee] = sums.get(row.fee, 0) + bills.left(row)
    return [(TITLES[fee], money(fen)) for fee, fen in sums.items()]
