"""Notes on health: for whoever is on duty, with consent, sealed, every look and change in the log, then gone."""

from __future__ import annotations

from sqlalchemy import select

from backend.models.ladder import health_note
from backend.models.people import resident
from tests.backend.console.test_desk_data import EN, ONE, home_of, house, one
from tests.clerk import Clerk
from tests.resident import Resident

__all__ = ["house"]
WORDS = "心脏支架，服用阿司匹林"


def _sealed(house: Resident) -> dict[int, str]:
    rows = select(health_note.c.resident_id, health_note.c.sealed)
    return {row[0]: row[1] for row in house.app.state.desk.db.read_now(lambda c: c.execute(rows).all())}


@ONE
def test_from_consent_to_the_end_of_it(house: Resident) -> None:
    duty, home = Clerk(house, "duty"), home_of(house)
    key = one(house, select(resident.c.id).where(resident.c.name == "李娜"))
    path = f"/console/residents/{key}/health"
    page = duty.get(f"/console/homes/{home}", **EN).text
    assert "Health, for emergencies" in page
    assert "No consent is noted" in page
    assert "青霉素" not in page
    assert duty.post(path, words=WORDS, version="1").json()["pointer"] == "/consent"
    assert duty.post(path, words="", consent="said", version="1").json()["pointer"] == "/words"
    assert duty.post(path, words="x" * 1001, consent="said", version="1").json()["pointer"] == "/words"
    assert duty.post(path, words=WORDS, consent="said", version="1").status_code == 204
    assert duty.post(path, words="older", consent="said", version="1").status_code == 409, "somebody wrote meanwhile"
    assert duty.post(f"{path}/shown").json() == {"notes": [["李娜", WORDS]]}
    assert WORDS not in duty.get(f"/console/homes/{home}").text
    assert WORDS not in _sealed(house)[key]
    for login in ("agent", "supervisor", "admin", "auditor"):
        other = Clerk(house, login)
        for to in (path, f"{path}/shown", f"{path}/remove"):
            assert other.post(to, words="x", consent="said").status_code == 403, (login, to)
        assert "Health, for emergencies" not in other.get(f"/console/homes/{home}", **EN).text
    assert duty.post(f"{path}/remove").status_code == 204
    assert key not in _sealed(house)
    log = Clerk(house, "auditor").get("/console/audit?what=health").text
    assert all(word in log for word in ("health.written", "health.shown", "health.removed"))
    assert "阿司匹林" not in log


@ONE
def test_who_moves_out_leaves_nothing_of_it_behind(house: Resident) -> None:
    key = one(house, select(resident.c.id).where(resident.c.name == "李娜"))
    assert key in _sealed(house)
    assert Clerk(house, "agent").post(f"/console/residents/{key}/left", version="1").status_code == 204
    assert key not in _sealed(house)
