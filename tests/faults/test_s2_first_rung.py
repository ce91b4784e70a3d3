"""kill -9 between the alarm and whatever comes after it: whoever is due first is rung all the same, at once."""

from __future__ import annotations

import asyncio
import sqlite3
from contextlib import closing
from pathlib import Path
from typing import Any

from tests.bot.work.station import until
from tests.faults.verdicts import Verdict
from tests.load.process import PRODUCT, ROOT, copy_model, free_port, served
from tests.load.rungs import Cries, Vendor, clock, surroundings

CUT_SHORT = ("tests.faults.cut_short",)
QUICK_SECONDS = 1.0


def test_s2_the_first_rung_stands_with_the_alarm_and_rings_as_soon_as_anything_runs(
    tmp_path: Path, verdict: Verdict
) -> None:
    copy_model(ROOT / "data" / "model", tmp_path / "model")
    vendor, port = Vendor(), free_port()
    told: dict[str, Any] = surroundings(vendor, port)
    with served(CUT_SHORT, tmp_path, "linli.db", port=port, **told) as server:
        cries = Cries(port)
        asyncio.run(cries.by_message("somebody"))
        until(lambda: not Path(f"/proc/{server.pid}").exists() or _is_over(server.pid))
    assert cries.lost == ["somebody"], "nobody was answered"
    assert not vendor.hands, "and nobody was rung"
    rows = _rows(tmp_path / "linli.db", "SELECT kind, state, body FROM outbox WHERE kind IN ('call', 'story')")
    assert [row[0] for row in rows if row[1] == "due"].count("call") >= 1, "the first stand there with the alarm"
    with served(PRODUCT, tmp_path, "linli.db", port=port, **told):
        ready = clock()
        until(lambda: len(vendor.hands) >= 2)
        took = max(0.0, vendor.hands[0][2] - ready)
    vendor.close()
    steps = _rows(tmp_path / "linli.db", "SELECT name FROM alarm_step WHERE rung = 0 AND kind <> 'console'")
    assert len({call for call, _, _ in vendor.hands}) == len(vendor.hands) == len(steps), "each of them once"
    done = "kill -9 between the alarm's commit and everything after it"
    measured = f"{len(steps)} of its first rung handed to the vendor {took:.2f} s after the next start"
    verdict("S2", done, measured, good=True, quick=took <= QUICK_SECONDS)


def _is_over(pid: int) -> bool:
    """Killed, and not yet taken note of by whoever began it."""
    try:
        return Path(f"/proc/{pid}/stat").read_text(encoding="ascii").rpartition(")")[2].split()[0] == "Z"
    except OSError:
        return True


def _rows(database: Path, statement: str) -> list[tuple[str, ...]]:
    with closing(sqlite3.connect(database)) as held:
        return held.execute(statement).fetchall()
