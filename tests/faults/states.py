"""States of conversations as releases left them: recorded from transcripts, continued by the present program."""

from __future__ import annotations

import gzip
import json
import shutil
import sys
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, func, select, update

from backend.models.housekeeping import booking
from backend.models.talk import conversation
from backend.models.visitors import visitor_pass
from backend.models.work import alarm, case
from backend.services import conversations
from bot.contract.messages import Address
from bot.settings import Settings
from intents.understand import Embedded
from tests.dialogues.player import NOW, Dialogue, find, play
from tests.resident import Answer, Resident
from tests.standing import Standing

FOLDER = Path(__file__).resolve().parent / "states"
WHO = "left-over"
_FILED = {"case": case, "booking": booking, "pass": visitor_pass, "alarm": alarm}


@dataclass(frozen=True, slots=True)
class Left:
    """One state. flow, at: the frame that was open, and what it waited for; row: the conversation's columns;
    said: what the resident said next; filed: what came of that, by the release that left it, on a new database."""

    flow: str
    at: str
    language: str
    now: str
    profile: str
    row: dict[str, Any]
    said: dict[str, Any]
    filed: dict[str, int]


class Watched(Resident):
    """Notes the state before each message, and the message."""

    def __init__(self, *given: Any) -> None:
        super().__init__(*given)
        self.seen: list[tuple[dict[str, Any], dict[str, Any]]] = []

    def say(self, message: str, sender: str | None = None, **metadata: Any) -> Answer:
        db = self.app.state.desk.db
        row = db.read_now(lambda c: conversations.find(c, Address("rest", sender or self.sender)))
        if row is not None and row.state.get("frames"):
            kept = {name: getattr(row, name) for name in ("state", "language", "seq", "with_staff")}
            self.seen.append((kept, {"message": message, **metadata}))
        return super().say(message, sender, **metadata)


def release(name: str) -> list[Left]:
    with gzip.open(FOLDER / f"{name}.json.gz", "rt", encoding="utf-8") as file:
        return [Left(**one) for one in json.load(file)]


def releases() -> list[str]:
    return sorted(path.name.removesuffix(".json.gz") for path in FOLDER.glob("*.json.gz"))


def keep(name: str, left: list[Left]) -> Path:
    FOLDER.mkdir(exist_ok=True)
    path = FOLDER / f"{name}.json.gz"
    content = json.dumps([asdict(one) for one in left], ensure_ascii=False, sort_keys=True).encode()
    path.write_bytes(gzip.compress(content, mtime=0))
    return path


def continued(left: Left, settings: Settings, standing: Standing) -> tuple[Answer, dict[str, int], list[str], int]:
    """The present program takes the state up and hears what was said next: its answer, what was filed, the flows that
    were let go, and how many messages failed."""
    one = Resident(settings, standing.interpreter, WHO, left.now, left.profile, standing)
    desk = one.app.state.desk
    who = Address("rest", WHO)

    def put(connection: Connection) -> dict[str, int]:
        conversations.begin(connection, who, desk.binding(who), desk.clock.real())
        row = conversations.find(connection, who)
        assert row is not None
        connection.execute(update(conversation).where(conversation.c.id == row.id).values(**left.row))
        return _counts(connection)

    try:
        before, failures = desk.db.submit(put).result(), desk.metrics.failed._value.get()
        said = dict(left.said)
        answer = one.say(said.pop("message"), **said)
        after = desk.db.read_now(_counts)
        events = one.tracker()["events"]
        gone = [event.get("flow", "") for event in events if event["event"] == "flow_cancelled"]
        failed = int(desk.metrics.failed._value.get() - failures)
    finally:
        one.close()
    return answer, {name: after[name] - before[name] for name in after}, gone, failed


def _counts(connection: Connection) -> dict[str, int]:
    return {
        name: connection.execute(select(func.count()).select_from(table)).scalar_one() for name, table in _FILED.items()
    }


def record(settings: Settings, interpreter: Embedded, folder: Path) -> Iterator[Left]:
    """Of every flow in every language each place at which it waits, once, as the transcripts come there."""
    known: set[tuple[str, str, str]] = set()
    standing = Standing(settings, interpreter, folder / "standing")
    blank = Path(settings.database_url.removeprefix("sqlite:///"))
    for dialogue in find():
        if dialogue.exact:
            for kept, said, now in _played(dialogue, settings, standing, blank, folder / "play.db"):
                frame = kept["state"]["frames"][-1]
                place = (frame["flow"], frame.get("awaiting") or frame["step"], dialogue.path.parent.name)
                if place in known:
                    continue
                left = Left(*place, now, dialogue.profile, kept, said, {})
                answer, filed, gone, failed = continued(left, _copy(settings, blank, folder / "go.db"), standing)
                # What leans on rows of its own database (a case to amend) cannot be continued on another one.
                if answer.status == 200 and not failed and not gone:
                    known.add(place)
                    yield Left(*place, now, dialogue.profile, kept, said, filed)


def _played(
    dialogue: Dialogue, settings: Settings, standing: Standing, blank: Path, to: Path
) -> list[tuple[dict[str, Any], dict[str, Any], str]]:
    now = dialogue.given.get("now", NOW)
    one = Watched(_copy(settings, blank, to), standing.interpreter, "li-na", now, dialogue.profile, standing)
    try:
        play(dialogue, one)
    except AssertionError:
        # That is the transcript's own test; the states on the way are as good as any.
        print(f"{dialogue.title} went otherwise", file=sys.stderr)
    finally:
        one.close()
    ended = str(one.settings.now.replace(tzinfo=None).isoformat()) if one.settings.now else ""
    return [(kept, said, ended) for kept, said in one.seen]


def _copy(settings: Settings, blank: Path, to: Path) -> Settings:
    for old in to.parent.glob(f"{to.name}*"):
        old.unlink()
    shutil.copy(blank, to)
    return settings.model_copy(update={"database_url": f"sqlite:///{to}", "media_path": to.parent / "media"})
