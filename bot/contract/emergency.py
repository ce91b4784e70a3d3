"""Whom one dials in danger: the community's numbers as config.yml has them, else those of the whole country."""

from __future__ import annotations

from collections.abc import Mapping

NUMBERS: Mapping[str, str] = {
    "ambulance": "120",
    "fire": "119",
    "police": "110",
    # Where nobody may hear it: the police read text messages under this number in the whole country.
    "police_text": "12110",
    "crisis": "12356",
    "youth": "12355",
}


# The city's own code: who calls from elsewhere dials it before a number, or reaches their own city's.
AREA = "area"
# Lines of the whole country, or whole numbers already, have no city.
_OF_A_CITY = frozenset({"ambulance", "fire", "police"})


def from_afar(numbers: Mapping[str, str], number: str) -> str:
    """This number as it is dialled from another city; empty where config.yml names no code."""
    ours = any(numbers.get(purpose) == number for purpose in _OF_A_CITY)
    return f"{numbers[AREA]}{number}" if ours and numbers.get(AREA) else ""


def complete(given: Mapping[str, str]) -> dict[str, str]:
    """purpose → number, with none of these missing."""
    return {**NUMBERS, **given}
