"""Loads the demo's tariffs: every home's accounts and bills follow from them when it is first looked at."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import yaml
from sqlalchemy import Connection, insert

from backend.models.money import tariff

FILE = Path(__file__).resolve().parent / "fees.yml"


def load(connection: Connection, community: str) -> None:
    data: dict[str, Any] = yaml.safe_load(FILE.read_text(encoding="utf-8"))
    rows = [
        {"community_id": community, "fee": fee, "terms": {**terms, "areas": data["areas"], **_fixed(data, fee)}}
        for fee, terms in data["tariffs"].items()
    ]
    connection.execute(insert(tariff), rows)


def _fixed(data: dict[str, Any], fee: str) -> dict[str, Any]:
    """The homes whose figures are told in examples, as this fee's terms name them."""
    use, balances = {}, {}
    for label, told in data["fixed"].items():
        if fee in told.get("use", {}):
            use[label] = {str(back): used for back, used in told["use"][fee].items()}
        if fee in told.get("balances", {}):
            balances[label] = told["balances"][fee]
    late = {label: owed[fee] for label, owed in data["arrears"].items() if fee in owed}
    return {"use": use, "balances": balances, "arrears": late}
