"""What only our own engine does: danger in three outcomes, and values out of opening sentences."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from bot.contract.messages import Address, InboundMessage, Kind
from bot.contract.understanding import Danger, Understanding
from bot.http.parsed import plain
from intents.exam.held_out import Held, danger, slots
from intents.understand import Embedded
from tests.evaluate.engines import NOW

SOS = "trigger_sos"


def hear(interpreter: Embedded, text: str, now: datetime = NOW) -> Understanding:
    return interpreter.understand(InboundMessage("m", Address("rest", "a"), Kind.TEXT, now, text=text))


def danger_table(interpreter: Embedded, held: list[Held]) -> list[str]:
    """Rows of (list, language, sentences, alert, ask, none)."""
    lists = [(f"{label}, {language}", said) for language, label, said in danger()]
    for language in sorted({one.language for one in held}):
        calm = [one.text for one in held if one.language == language and one.intent != SOS]
        lists.append((f"ordinary talk, {language}", calm))
    rows = ["| list | sentences | alert | ask | none |", "|---|---|---|---|---|"]
    for name, said in lists:
        heard = [hear(interpreter, text).danger for text in said]
        shares = " | ".join(
            f"{heard.count(level) / len(said):.3f}" for level in (Danger.ALERT, Danger.ASK, Danger.NONE)
        )
        rows.append(f"| {name} | {len(said)} | {shares} |")
    return rows


def slot_table(interpreter: Embedded) -> list[str]:
    """Exact: the value as written; wrong: another one; missed: none."""
    counts: dict[str, list[int]] = {}
    for row in slots():
        heard = hear(interpreter, row["text"], datetime.fromisoformat(row["now"]))
        for name, wanted in row["slots"].items():
            found = heard.entity(name)
            value: Any = None if found is None or found.value is None else str(plain(found.value))
            place = 2 if value is None else 0 if value == str(wanted) else 1
            for key in (name, "all"):
                counts.setdefault(key, [0, 0, 0])[place] += 1
    rows = ["| slot | values | exact | wrong | missed |", "|---|---|---|---|---|"]
    for name, (exact, wrong, missed) in sorted(counts.items(), key=lambda pair: (pair[0] == "all", pair[0])):
        total = exact + wrong + missed
        rows.append(f"| {name} | {total} | {exact / total:.3f} | {wrong / total:.3f} | {missed / total:.3f} |")
    return rows
