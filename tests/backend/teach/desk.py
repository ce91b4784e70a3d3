"""A desk that teaches: sentences, lessons and runs as tests need them, on a model of their own."""

from __future__ import annotations

import shutil
from typing import Any

from sqlalchemy import Connection, insert, select

from backend.models.teach import lesson, unclear
from backend.services.teach import runs
from backend.services.teach.unclear import key_of
from bot.school import School
from intents.stored import FILE
from tests.clerk import Clerk
from tests.resident import Resident

ODD = "单元门口那个小喇叭一直嗡嗡叫个不停"
GOOD_MARKS = {
    "language": "en", "right": 90, "ours": 100, "turned_away": 9, "outside": 10,
    "alert": 80, "ask": 15, "cries": 100, "false": 1, "calm": 1000,
}  # fmt: skip


def rows(house: Resident, table: Any) -> list[Any]:
    return list(house.app.state.desk.db.read_now(lambda c: c.execute(select(table).order_by(table.c.id)).all()))


def do(house: Resident, work: Any) -> Any:
    return house.app.state.desk.db.submit(work).result()


def said(house: Resident, text: str, **more: Any) -> int:
    """A sentence that was not understood, as the bot keeps it."""
    house.say("你好")

    def put(connection: Connection) -> int:
        first = {
            "conversation_id": 1,
            "community_id": "sunshine",
            "channel": "rest",
            "language": "zh_Hans",
            "marks": [],
        }
        first |= {"text": text, "key": key_of(text), "why": "unknown", "at": house.app.state.desk.clock.real()}
        first |= {"guesses": [["report_repair", 0.4], ["complain", 0.3], ["ask_notice", 0.1]], **more}
        made: int = connection.execute(insert(unclear).values(**first).returning(unclear.c.id)).scalar_one()
        return made

    return int(do(house, put))


def accepted(house: Resident, text: str = ODD, intent: str = "report_repair") -> None:
    """Labelled by one, accepted by another, and trained: the run waits to be begun."""
    key = said(house, text)
    assert Clerk(house, "agent").post(f"/console/teach/{key}/label", ids=str(key), intent=intent).status_code == 204
    made = rows(house, lesson)[-1].id
    assert Clerk(house, "supervisor").post(f"/console/teach/lessons/{made}/accept").status_code == 204


def ready(house: Resident, school: School, after: dict[str, int] | None = None) -> int:
    """A run that has been trained and examined, with these figures; its model is the one in use under another name."""
    assert Clerk(house, "supervisor").post("/console/teach/runs").status_code == 204
    real = house.app.state.desk.clock.real()
    found = do(house, lambda c: runs.claim(c, "n", real))
    mine = house.app.state.desk.db.read_now(lambda c: runs.lessons_of(c, found.id))
    base = school.lay_out(found.id, "sunshine", mine)
    (school.folder(found.id) / "model").mkdir()
    shutil.copy(school.model / FILE, school.folder(found.id) / "model" / FILE)
    figures = {"before": [GOOD_MARKS], "after": [{**GOOD_MARKS, **(after or {})}]}
    do(house, lambda c: runs.finish(c, found.id, "n", base, figures, real))
    return int(found.id)


def school_of(house: Resident) -> School:
    return School(house.settings.model_path, house.settings.taught_path)
