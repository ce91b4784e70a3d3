"""What every desk is asked, in people's own words: the right entry, and silence where nothing is written down.

The half that is marked `held` was never looked at while the entries and the matching were written."""

from __future__ import annotations

from collections import Counter
from pathlib import Path

import pytest
import yaml

from backend.services.board import Item
from flows.questions import everything

HERE, DEMO = Path(__file__).with_name("asked"), Path(__file__).parents[2] / "backend" / "demo"
LISTS = (("general", "general.yml"), ("policy", "policies.yml"), ("answer", "answers.yml"))
OF_ALL = ("pay_fees", "parking_help", "complain", "vote")
# Two entries that tell the same.
SAME = {
    "fees_cash": "fee_ways",
    "fee_ways": "fees_cash",
    "ev": "parking_charge",
    "pets": "pet_register",
    "ac_place": "balcony",
    "drilling": "renovation",
    "parking_rent": "parking_fees",
}


def _entries() -> list[tuple[str, Item]]:
    found = list[tuple[str, Item]]()
    for kind, name in LISTS:
        for entry in yaml.safe_load((DEMO / name).read_text(encoding="utf-8"))[kind]:
            if kind != "answer" or (entry["of"] in OF_ALL and not {"as", "given", "within"} & entry.keys()):
                found.append((kind, Item(entry["key"], entry)))
    return found


@pytest.mark.parametrize(
    ("language", "half", "right", "wrong"),
    [("zh_Hans", "seen", 78, 4), ("zh_Hans", "held", 60, 8), ("en", "seen", 72, 6), ("en", "held", 60, 8)],
)
def test_what_is_asked_is_found(language: str, half: str, right: int, wrong: int) -> None:
    every, told = _entries(), Counter[str]()
    rows = (row.split(" | ") for row in (HERE / f"{language}.txt").read_text(encoding="utf-8").splitlines())
    for key, question in ((key, question) for which, key, question in rows if which == half):
        found = everything.best(question, every)
        if found is None or not found.sure:
            told["silent"] += 1
        else:
            told["right" if found.item.key in (key, SAME.get(key)) else "wrong"] += 1
    assert told["right"] >= right, told
    assert told["wrong"] <= wrong, told


def test_every_entry_has_both_languages() -> None:
    bare = [
        item.key
        for _, item in _entries()
        if "as" not in item.data and not {"zh_Hans", "en"} <= set(item.data["answer"])
    ]
    assert not bare
