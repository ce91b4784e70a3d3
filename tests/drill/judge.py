"""What was promised of each script, held against what the vendor saw and what the rows say."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path

from tests.drill.stage import Played
from tests.load.rungs import Vendor, rows

FIRST_SECONDS, LATE_SECONDS, MOST = 1.0, 5.0, 2
# Begun and ended: the seconds in which nothing ran, because it had been killed.
Gaps = Sequence[tuple[float, float]]
# A call that was on its way when somebody pressed.
GRACE = 1.0
MACHINES, OWED = "console", ("planned", "calling")


@dataclass
class Told:
    """One line of the table: rungs as `duty +0.1 (0)`, the seconds that it came after the cry and those it was due,
    and behind a kill `†3.1`, those in which nothing ran; first: seconds of its first rung without those."""

    played: Played
    alarm: str | None = None
    kind: str = ""
    rungs: list[str] = field(default_factory=list)
    first: float | None = None


def judged(played: Played, database: Path, vendor: Vendor, alarm: str | None, gaps: Gaps = (), *, quick: bool) -> Told:
    """quick: seconds are judged as well, which only a machine that does nothing else can promise."""
    told, wrong = Told(played, alarm), played.wrong
    if alarm is None:
        wrong.append("no alarm")
        return told
    ((told.kind, raised),) = rows(database, f"SELECT kind, raised_at FROM alarm WHERE id = '{alarm}'")  # noqa: S608 - ours
    if told.kind != played.script.kind:
        wrong.append(f"became {told.kind}, not {played.script.kind}")
    began = max(played.began, seconds(raised)) if played.script.by == "silence" else played.began
    rungs = _rungs(alarm, database, vendor)
    for one in rungs:
        if one.at is None or one.round != 1:
            continue
        down = dead_between(gaps, max(began, one.due), one.at)
        behind = f" †{down:.1f}" if down else ""
        told.rungs.append(f"{one.name} +{one.at - began:.1f} ({max(0.0, one.due - began):.0f}){behind}")
        own = one.at - began - dead_between(gaps, began, one.at)
        told.first = own if told.first is None else min(told.first, own)
    wrong += _lost(played, rungs)
    wrong += _too_much(played, rungs)
    if quick:
        wrong += _late(told, rungs)
    return told


def complete(played: Played, database: Path, vendor: Vendor) -> bool:
    """Whether all that must come has come."""
    alarm = alarm_of(played, database)
    if alarm is None or (played.script.answers and played.went is None):
        return False
    return not _lost(played, _rungs(alarm, database, vendor))


@dataclass(frozen=True, slots=True)
class Rung:
    """at: when the vendor had it, None where it never had; times: how often, under one key."""

    kind: str
    name: str
    round: int
    state: str
    due: float
    at: float | None
    times: int


def _rungs(alarm: str, database: Path, vendor: Vendor) -> list[Rung]:
    calls = {str(once): str(key) for key, once in rows(database, "SELECT id, once FROM ring")}
    first: dict[str, float] = {}
    times: Counter[str] = Counter()
    for call, _, at in list(vendor.hands):
        first.setdefault(call, at)
        times[call] += 1
    steps = rows(
        database,
        "SELECT id, kind, name, due_at, state, round FROM alarm_step "  # noqa: S608 - ours
        f"WHERE alarm_id = '{alarm}' AND kind <> '{MACHINES}' ORDER BY due_at, id",
    )
    found = []
    for key, kind, name, due, state, number in steps:
        call = calls.get(f"ladder:{key}", "")
        found.append(Rung(kind, name or kind, number, state, seconds(due), first.get(call), times[call]))
    return found


def _lost(played: Played, rungs: list[Rung]) -> list[str]:
    """Nobody who should be rung is left out, unless somebody goes."""
    if played.went is not None:
        return []
    waits = [f"{one.name} was never rung" for one in rungs if one.round == 1 and one.at is None and one.state in OWED]
    missing = set(played.script.rings) - {one.kind for one in rungs if one.at is not None}
    return [*waits, *(f"no {kind} was rung" for kind in sorted(missing))]


def _too_much(played: Played, rungs: list[Rung]) -> list[str]:
    wrong = [f"{one.kind} stands on the ladder" for one in rungs if one.kind in played.script.never]
    wrong += [f"{one.name} was rung {one.times} times for one rung" for one in rungs if one.times > MOST]
    gone = played.went
    if gone is not None:
        late = [one.name for one in rungs if one.at is not None and one.at > gone + GRACE]
        wrong += [f"{name} was rung after somebody went" for name in late]
    return wrong


def dead_between(gaps: Gaps, begin: float, end: float) -> float:
    return sum(max(0.0, min(end, until) - max(begin, since)) for since, until in gaps)


def _late(told: Told, rungs: list[Rung]) -> list[str]:
    """A rung behind a kill has five seconds, the restart among them; the first one a second of a product that runs."""
    had = [(one, one.at) for one in rungs if one.at is not None]
    wrong = [f"{one.name} was rung {at - one.due:.1f} s late" for one, at in had if at - one.due > LATE_SECONDS]
    if told.first is not None and told.first > FIRST_SECONDS:
        wrong.append(f"the first rung came after {told.first:.1f} s")
    return wrong


def seconds(at: object) -> float:
    found = at if isinstance(at, datetime) else datetime.fromisoformat(str(at))
    return found.replace(tzinfo=UTC).timestamp()


def alarm_of(played: Played, database: Path) -> str | None:
    """The alarm that this cry became; a call's sender has its call behind the number."""
    found = rows(database, "SELECT id, reported_by FROM alarm ORDER BY id")
    return next((str(key) for key, by in found if str(by).partition("#")[0] == played.known), None)


def table(told: list[Told]) -> list[str]:
    lines = [
        "| script | became | answered | rung after the cry, in seconds (due) | goes | |",
        "|---|---|---|---|---|---|",
    ]
    for one in told:
        played = one.played
        cells = (
            *(played.script.name, one.kind or "-", "-" if played.answered is None else f"{played.answered:.2f}"),
            *(", ".join(one.rungs) or "-", "-" if played.went is None else f"+{played.went - played.began:.1f}"),
            "; ".join(dict.fromkeys(played.wrong)) or "held",
        )
        lines.append(f"| {' | '.join(cells)} |")
    return lines
