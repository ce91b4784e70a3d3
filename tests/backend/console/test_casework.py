"""Work on cases: given out and taken, merged and taken apart, quoted, redacted, called about, many at once, undone."""

from __future__ import annotations

import io
from collections.abc import Callable
from datetime import datetime
from functools import partial
from typing import Any

import pytest
from PIL import Image
from sqlalchemy import Connection, Executable, insert, select, update

from backend.media import Shelf
from backend.models.fieldwork import case_photo
from backend.models.office import team
from backend.models.staff import staff
from backend.models.talk import outbox
from backend.models.work import case
from backend.services import dispatch
from tests.clerk import Clerk, Hands
from tests.resident import Resident

EN = {"accept-language": "en"}
# What leans on SQL of its own runs on both databases, the rest on one.
ONE = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
XSS = "<img src=x onerror=window.ran=1>"


def _file(house: Resident, words: str = "厨房水龙头漏水，明天下午三点来", sender: str | None = None) -> str:
    house.say(words, sender=sender)
    house.say("是", sender=sender)
    return str(house.items("cases", conversation=sender or house.sender)[0]["number"])


def _row(house: Resident, number: str) -> Any:
    return house.app.state.desk.db.read_now(lambda c: c.execute(select(case).where(case.c.number == number)).one())


def _told(house: Resident) -> str:
    """Everything that residents were pushed, as it is kept."""
    rows = house.app.state.desk.db.read_now(
        lambda c: c.execute(select(outbox.c.body).where(outbox.c.kind == "push")).scalars().all()
    )
    return str(rows)


def _do(house: Resident, work: Callable[[Connection], object]) -> None:
    house.app.state.desk.db.submit(work).result()


def _execute(query: Executable, connection: Connection) -> None:
    connection.execute(query)


def _team(house: Resident, mode: str) -> None:
    mine = update(team).where(team.c.key == "repairs").values(mode=mode)
    _do(house, lambda c: c.execute(mine))


@ONE
def test_who_may_give_work_to_whom_is_the_teams_rule(house: Resident) -> None:
    number = _file(house)
    agent, boss = Clerk(house, "agent"), Clerk(house, "supervisor")
    assert _row(house, number).team == "repairs"
    _team(house, "assign")
    assert agent.post(f"/console/cases/{number}/assign", to="me").status_code == 403
    assert boss.post(f"/console/cases/{number}/assign", to="nobody-of-us").json()["pointer"] == "/to"
    assert boss.post(f"/console/cases/{number}/assign", to="auditor").status_code == 422
    assert boss.post(f"/console/cases/{number}/assign", to="agent").status_code == 204
    assert _row(house, number).state == "assigned"
    assert "王海" in agent.get("/console/cases?shape=table&who=me").text
    assert number not in agent.get("/console/cases?shape=table&who=nobody").text
    _team(house, "grab")
    assert agent.post(f"/console/cases/{number}/assign", to="supervisor").status_code == 403
    assert agent.post(f"/console/cases/{number}/assign", to="team:desk").status_code == 204
    assert agent.post(f"/console/cases/{number}/assign", to="team:none").status_code == 422
    assert number in agent.get("/console/cases?shape=table&team=desk").text
    assert number not in agent.get("/console/cases?shape=table&team=repairs").text


@ONE
def test_work_goes_round_among_those_on_shift(house: Resident, hands: Hands) -> None:
    _team(house, "rotate")

    def rounds(connection: Connection) -> list[int | None]:
        return [dispatch.place(connection, "sunshine", "repair", "water", hands.now()).assignee for _ in range(3)]

    first, second, third = house.app.state.desk.db.submit(rounds).result()
    assert (first != second, first == third, None in (first, second)) == (True, True, False)
    assert (
        Clerk(house, "supervisor")
        .post("/console/shifts", login="agent", hours="0:00-24:00", **{f"weekday_{n}": "yes" for n in range(7)})
        .status_code
        == 204
    )
    assert len(set(house.app.state.desk.db.submit(rounds).result())) == 1
    number = _file(house)
    agent = house.app.state.desk.db.read_now(
        lambda c: c.execute(select(staff.c.id).where(staff.c.login == "agent")).scalar_one()
    )
    assert _row(house, number).assignee_id == agent


@ONE
def test_of_two_clerks_the_second_sees_what_the_first_did(house: Resident) -> None:
    number = _file(house)
    wang, li = Clerk(house, "agent"), Clerk(house, "supervisor")
    seen = str(_row(house, number).version)
    assert wang.post(f"/console/cases/{number}/assign", to="agent", version=seen).status_code == 204
    for path, form in (("assign", {"to": "supervisor"}), ("move", {"to": "fixed"}), ("merge", {"into": number})):
        late = li.post(f"/console/cases/{number}/{path}", **form, version=seen)
        assert (path, late.status_code) == (path, 409)
        assert "王海" in late.json()["detail"]
    assert _row(house, number).state == "assigned"


def test_two_cases_become_one_and_are_taken_apart(house: Resident) -> None:
    one, two = _file(house), _file(house, "厨房下水道堵了，明天上午来", "another")
    clerk = Clerk(house, "agent")
    assert clerk.post(f"/console/cases/{two}/merge", into=two).json()["pointer"] == "/into"
    assert clerk.post(f"/console/cases/{two}/merge", into="R-20200101-0001").status_code == 404
    assert clerk.post(f"/console/cases/{two}/merge", into=one).status_code == 204
    assert _row(house, two).state == "merged"
    assert "both go on as" in _told(house)
    assert two in clerk.get(f"/console/cases/{one}").text
    assert "Take apart again" in clerk.get(f"/console/cases/{two}", **EN).text
    asked = house.say("how is it going", sender="another")
    assert one in asked.text, "who reported the second follows the first"
    assert clerk.post(f"/console/cases/{two}/unmerge").status_code == 204
    assert clerk.post(f"/console/cases/{two}/unmerge").status_code == 409
    assert _row(house, two).state == "reopened"
    assert "another matter" in _told(house)


@ONE
@pytest.mark.parametrize(("answer", "state"), [("yes", "accepted"), ("no", "declined")])
def test_a_quotation_is_answered_in_the_conversation(house: Resident, answer: str, state: str) -> None:
    number, clerk = _file(house), Clerk(house, "agent")
    path = f"/console/cases/{number}"
    assert clerk.post(f"{path}/quote").status_code == 422, "there is nothing to offer yet"
    assert (
        clerk.post(f"{path}/cost", kind="part", name="4分角阀", quantity="2", price="1e9").json()["pointer"] == "/price"
    )
    assert clerk.post(f"{path}/cost", kind="part", name="4分角阀", quantity="2", price="35.5").status_code == 204
    assert clerk.post(f"{path}/cost", kind="work", name=XSS, quantity="1.5", price="80").status_code == 204
    assert clerk.post(f"{path}/assign", to="me").status_code == 204
    assert clerk.post(f"{path}/quote").status_code == 204
    page = clerk.get(path, **EN).text
    assert "¥191.00" in page
    assert XSS not in page
    assert "The clock stands still" in page
    assert "Nothing is done before you agree" in _told(house)
    said = house.say(answer)
    assert number in said.text
    row = _row(house, number)
    assert (row.state, row.paused_at) == (state, None)
    assert f"{state}" in clerk.get(path, **EN).text
    assert number not in house.say(answer).text, "it is answered once"


def test_the_clock_stands_still_while_the_resident_is_waited_for(house: Resident, hands: Hands) -> None:
    number, clerk = _file(house), Clerk(house, "agent")
    due: datetime = _row(house, number).due_at
    assert clerk.post(f"/console/cases/{number}/assign", to="me").status_code == 204
    assert clerk.post(f"/console/cases/{number}/move", to="no_access", reason="nobody there").status_code == 204
    hands.pass_(hours=50)
    clerk = Clerk(house, "agent")
    assert number not in clerk.get("/console/cases?shape=table&due=late").text
    assert number in clerk.get("/console/cases?shape=table&due=paused").text
    assert clerk.post(f"/console/cases/{number}/move", to="assigned").status_code == 204
    moved = _row(house, number).due_at - due
    assert moved.total_seconds() == 50 * 3600
    hands.pass_(hours=200)
    assert number in Clerk(house, "agent").get("/console/cases?shape=table&due=late").text


def test_many_at_once_and_back(house: Resident) -> None:
    numbers = [_file(house), _file(house, "厨房下水道堵了，明天上午来", "second")]
    clerk = Clerk(house, "supervisor")
    ticked = {f"on_{number}": "yes" for number in numbers}
    assert clerk.post("/console/bulk", act="move", state="fixed").status_code == 422
    assert clerk.post("/console/bulk", act="move", state="refused", **ticked).json()["pointer"] == "/reason"
    wrong = clerk.post("/console/bulk", act="move", state="closed", **ticked)
    assert wrong.status_code == 409
    assert _row(house, numbers[0]).state == "received"  # all or none
    assert clerk.post("/console/bulk", act="label", label=XSS[:30], **ticked).status_code == 303
    done = clerk.post("/console/bulk", act="assign", to="agent", **ticked)
    key = done.headers["location"].split("undo=")[1].split("&")[0]
    assert {_row(house, number).state for number in numbers} == {"assigned"}
    assert XSS[:30] not in clerk.get("/console/cases?shape=table").text
    assert clerk.post(f"/console/cases/{numbers[1]}/move", to="on_site").status_code == 204
    back = clerk.post(f"/console/bulk/{key}/undo")
    assert numbers[1] in back.headers["location"], "somebody has changed it since: left alone"
    row = _row(house, numbers[0])
    assert (row.state, row.assignee_id) == ("received", None)
    assert _row(house, numbers[1]).state == "on_site"
    assert clerk.post(f"/console/bulk/{key}/undo").status_code == 409
    assert "please forgive us" in _told(house)


@ONE
def test_who_is_called_after_the_end(house: Resident, hands: Hands) -> None:
    sad, calm = _file(house), _file(house, "厨房下水道堵了，明天上午来", "second")
    clerk = Clerk(house, "agent")
    for number, marks in ((sad, 2), (calm, 5)):
        clerk.post(f"/console/cases/{number}/move", to="fixed")
        ended = update(case).where(case.c.number == number).values(rating=marks, state="closed")
        _do(house, partial(_execute, ended))
    page = clerk.get("/console/calls").text
    assert (sad in page, calm in page) == (True, False)
    assert clerk.post(f"/console/calls/{sad}", outcome="unhappy").json()["pointer"] == "/text"
    assert clerk.post(f"/console/calls/{sad}", outcome="unreached").status_code == 204
    assert sad not in clerk.get("/console/calls").text
    hands.pass_(hours=21)
    clerk = Clerk(house, "agent")
    assert sad in clerk.get("/console/calls").text
    assert clerk.post(f"/console/calls/{sad}", outcome="again", text="still drips").status_code == 204
    assert _row(house, sad).state == "reopened"
    assert clerk.post(f"/console/calls/{sad}", outcome="happy").status_code == 409


def _photo(house: Resident, number: str) -> str:
    """One that the resident sent with the report, black all over but for a white face."""
    picture = Image.new("RGB", (400, 300), "white")
    out = io.BytesIO()
    picture.save(out, "PNG")
    key = Shelf(house.settings.media_path).keep(out.getvalue(), house.sender).key
    slots = {"photo": key}
    _do(house, lambda c: c.execute(update(case).where(case.c.number == number).values(slots=slots)))
    return key


@ONE
def test_a_photo_is_blacked_out_and_the_original_is_the_auditors(house: Resident) -> None:
    number = _file(house)
    key, clerk, auditor = _photo(house, number), Clerk(house, "agent"), Clerk(house, "auditor")
    path = f"/console/cases/{number}/photos/{key}"
    for wrong in ("", "[]", "[[0,0,2,1]]", "[[1,2]]", '{"a":1}', "[" * 5000, "[[0,0,1e400,1]]", "[[NaN,0,1,1]]"):
        assert clerk.post(path, boxes=wrong).status_code == 422, wrong[:20]
    before = clerk.get(path).content
    assert clerk.post(path, boxes="[[0.25, 0.25, 0.5, 0.5]]").status_code == 204
    after = clerk.get(path).content
    with Image.open(io.BytesIO(after)) as seen:
        shown = seen.convert("RGB")
        assert shown.getpixel((200, 150)) == (24, 24, 24)
        assert shown.getpixel((20, 20)) == (255, 255, 255)
    talk = house.app.state.desk.db.read_now(
        lambda c: c.execute(select(case.c.conversation_id).where(case.c.number == number)).scalar_one()
    )
    assert clerk.get(f"/console/inbox/{talk}/photos/{key}").content == after, "nowhere the original"
    row = house.app.state.desk.db.read_now(lambda c: c.execute(select(case_photo.c.id)).scalar_one())
    assert clerk.get("/console/redactions").status_code == 403
    assert clerk.post(f"/console/redactions/{row}").status_code == 403
    assert number in auditor.get("/console/redactions").text
    assert auditor.post(f"/console/redactions/{row}").content == before
    assert "photo.original" in auditor.get("/console/audit?what=photo").text


@ONE
def test_a_case_that_was_filed_before_there_were_teams_can_be_worked_on(house: Resident) -> None:
    number = _file(house)
    _do(house, lambda c: c.execute(update(case).values(team=None, assignee_id=None)))
    assert Clerk(house, "agent").post(f"/console/cases/{number}/assign", to="supervisor").status_code == 204


@ONE
def test_no_team_takes_what_none_was_made_for(house: Resident, hands: Hands) -> None:
    def placed(connection: Connection) -> list[str | None]:
        row = {"community_id": "sunshine", "key": "pipes", "names": {}, "mode": "grab", "takes": ["repair:water"]}
        connection.execute(insert(team).values(**row, active=True))
        kinds = (("repair", "water"), ("repair", "lift"), ("booking", None))
        return [dispatch.place(connection, "sunshine", kind, what, hands.now()).team for kind, what in kinds]

    assert house.app.state.desk.db.submit(placed).result() == ["pipes", "repairs", None]
