"""The desk over HTTP: who may do what, what clerks do with conversations, alarms and cases, and what they cannot."""

from __future__ import annotations

import asyncio
import re
from collections.abc import Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor

import pytest
from sqlalchemy import Connection, insert, select
from starlette.routing import BaseRoute, Route

from backend.console.permissions import BANNER, PUBLIC, TABLE
from backend.console.words import ALARM_EVENTS, ALARMS, CASE_STATES
from backend.models.people import community
from backend.models.work import alarm_event
from backend.services import alarm_facts, alarms, case_board, cases, conversations
from backend.services.alarms import Cry
from backend.services.cases import NewCase
from backend.services.conversations import Binding
from backend.services.sign_in import accounts, sessions
from backend.services.sign_in.accounts import NewStaff
from backend.services.sign_in.roles import RIGHTS, ROLES, allowed
from backend.services.states import OPEN, STATES
from bot.contract.messages import Address
from tests.clerk import Clerk, Hands
from tests.resident import Resident

GOOD = "four unrelated words"


def _number(house: Resident) -> int:
    who = Address("rest", house.sender)
    row = house.app.state.desk.db.read_now(lambda c: conversations.find(c, who))
    return int(row.id)


def _alarm(house: Resident) -> str:
    return str(house.items("alarms")[0]["id"])


def _case(house: Resident) -> str:
    return str(house.items("cases")[0]["number"])


def _walk(routes: Iterable[BaseRoute]) -> Iterator[Route]:
    """Of routers within routers, too."""
    for route in routes:
        inner = getattr(route, "original_router", None)
        if inner is not None:
            yield from _walk(inner.routes)
        elif isinstance(route, Route):
            yield route


def test_every_route_is_in_the_table_and_needs_a_right_that_exists(house: Resident) -> None:
    routes = {(method, route.path) for route in _walk(house.app.routes) for method in route.methods or ()}
    routes = {
        (method, path)
        for method, path in routes
        if path.startswith(("/console", "/field", "/screen")) and method != "HEAD"
    }
    assert routes == set(TABLE)
    assert {right for right in TABLE.values() if right not in (PUBLIC, BANNER)} == set(RIGHTS)
    assert not allowed("visitor", "talks.see")
    assert not allowed("admin", "everything")


def test_every_route_times_every_role_equals_the_table(house: Resident, hands: Hands) -> None:
    """403 for whoever lacks the right; anything else, a form that is refused for instance, for whoever has it."""
    db = house.app.state.desk.db

    def sysadmin(connection: Connection) -> None:
        accounts.add(connection, NewStaff("sunshine", "sysadmin", "S", "sysadmin", GOOD, {}), "test", hands.real())

    db.submit(sysadmin).result()
    wrong: list[str] = []
    for role in ROLES:
        clerk = Clerk(house, role, GOOD if role == "sysadmin" else "linli-demo")
        token = clerk.token()
        for (method, path), right in TABLE.items():
            if path in ("/console/live", "/console/lock", "/console/sign-out", "/console/sign-in", "/console/look"):
                continue
            filled = re.sub(r"\{\w+\}", "0", path)
            got = clerk.get(filled) if method == "GET" else clerk.post(filled, token)
            denied = right not in (PUBLIC, BANNER) and not allowed(role, right)
            if (got.status_code == 403) != denied:
                wrong.append(f"{role} {method} {path}: {got.status_code}")
    assert wrong == []


def test_what_belongs_to_another_community_is_not_there(house: Resident, hands: Hands) -> None:
    """X1: whatever role, whatever route: 404, and the same as for what does not exist at all."""
    db = house.app.state.desk.db
    moon = insert(community).values(id="moon", names={"en": "Moon"}, timezone="UTC", demo=False)
    # Registered before anything is filed there, as at a start: numbers are taken on a connection of their own.
    db.submit(lambda c: c.execute(moon)).result()

    def elsewhere(connection: Connection) -> tuple[int, str, str]:
        who = Address("rest", "stranger")
        conversations.begin(connection, who, Binding("moon", None), hands.real())
        found = conversations.lock(connection, who)
        cry = Cry("moon", who, "fire", "fire", "moon-1")
        alarm = alarms.raise_alarm(connection, cry, hands.now(), hands.real())
        filed = cases.file(connection, NewCase("moon", "repair", "crater", "dust"), hands.now())
        assert found is not None
        return int(found.id), alarm.id, filed.number

    number, alarm, case = db.submit(elsewhere).result()
    form = {
        **{key: {"text": "x"} for key in ("say", "note")},
        **{key: {"to": "agent"} for key in ("transfer", "assign")},
        "snooze": {"until": "2h"},
        "label": {"name": "x"},
        "dialled": {"number": "120"},
        "reached": {"step": "1", "state": "answered"},
        "number": {"step": "caller"},
        "call": {"whom": "caller", "via": "me"},
        "move": {"to": "fixed"},
        "merge": {"into": "R-20261120-0009"},
        "visited": {"outcome": "done"},
        "cost": {"kind": "part", "name": "x", "price": "1"},
        "visit": {"who": "x"},
        "link": {"who": "x", "hours": "24"},
    }
    found = []
    for role in ("duty", "agent", "supervisor", "admin"):
        clerk = Clerk(house, role)
        token = clerk.token()
        for (method, path), right in TABLE.items():
            if not re.match(r"/console/(inbox|alarms|cases)/\{", path) or not allowed(role, right):
                continue
            own = {"inbox": str(number), "alarms": alarm, "cases": case}[path.split("/")[2]]
            filled = path.replace("{number}", own).replace("{key}", alarm if "alarms" in path else "k" * 32)
            sent = form.get(path.rsplit("/", 1)[1], {})
            if path.endswith("alarms/{key}/close"):
                sent = {"outcome": "helped"}
            elif path.endswith("inbox/{number}/close"):
                sent = {"outcome": "answered"}
            elif path.endswith("photos/{key}") and method == "POST":
                sent = {"boxes": "[[0.1, 0.1, 0.2, 0.2]]"}
            got = clerk.get(filled) if method == "GET" else clerk.post(filled, token, **sent)
            if got.status_code != 404:
                found.append(f"{role} {method} {path}: {got.status_code}")
    assert not found
    for page in ("inbox?view=bot", "inbox?q=stranger", "cases", "alarms", "live/banner"):
        seen = Clerk(house, "admin").get(f"/console/{page}").text
        assert "dust" not in seen
        assert alarm not in seen


def test_a_conversation_from_the_first_glance_to_the_outcome(house: Resident) -> None:
    house.say("厨房水龙头漏水，明天下午三点来")
    number = _number(house)
    wang, li = Clerk(house, "agent"), Clerk(house, "supervisor")
    page = wang.get(f"/console/inbox/{number}", **{"accept-language": "en"}).text
    assert "The bot is doing" in page
    assert "厨房水龙头漏水" in page
    assert "138****0501" in page
    assert "13800000501" not in page
    assert wang.post(f"/console/inbox/{number}/say", text="你好").status_code == 409
    assert wang.post(f"/console/inbox/{number}/take").status_code == 204
    late = li.post(f"/console/inbox/{number}/say", text="我来")
    assert late.status_code == 409
    assert "王海" in late.json()["detail"]
    assert wang.post(f"/console/inbox/{number}/say", text="师傅马上到").status_code == 204
    talk = house.request("GET", f"/conversations/{house.sender}/tracker").json()
    assert talk["with_staff"] is True
    assert wang.post(f"/console/inbox/{number}/note", text="常客 @supervisor 请留意").status_code == 204
    assert wang.post(f"/console/inbox/{number}/label", name="漏水").status_code == 204
    seen = li.get(f"/console/inbox/{number}").text
    for words in ("师傅马上到", "常客 @supervisor 请留意", "漏水"):
        assert words in seen
    assert f'data-id="{number}"' in li.get("/console/inbox?view=open").text
    assert f'data-id="{number}"' in li.get("/console/inbox?view=bot&q=李娜").text
    assert f'data-id="{number}"' not in li.get("/console/inbox?view=mine").text
    assert wang.post(f"/console/inbox/{number}/transfer", to="supervisor").status_code == 204
    assert wang.post(f"/console/inbox/{number}/say", text="还有").status_code == 409
    assert li.post(f"/console/inbox/{number}/close", outcome="other").status_code == 422
    assert li.post(f"/console/inbox/{number}/close", outcome="answered", text="好了").status_code == 204
    gone = li.post(f"/console/inbox/{number}/say", text="再见")
    assert gone.status_code == 409, "a reply to a conversation that was just closed"
    assert f'data-id="{number}"' in li.get("/console/inbox?view=closed").text


def test_a_number_is_shown_only_after_it_was_written_down(house: Resident) -> None:
    house.say("你好")
    number, clerk = _number(house), Clerk(house, "agent")
    assert clerk.get(f"/console/inbox/{number}/reveal").status_code == 405
    assert clerk.post(f"/console/inbox/{number}/reveal").json() == {"phone": "13800000501"}
    log = Clerk(house, "auditor").get("/console/audit?what=phone").text
    assert f"talk {number}" in log
    assert "13800000501" not in log


def test_the_number_of_a_case_is_shown_only_after_it_was_written_down(house: Resident) -> None:
    house.say("the lamp at gate 3 is broken")
    house.say("yes")
    agent = Clerk(house, "agent")
    assert agent.post(f"/console/cases/{_case(house)}/phone").json() == {"phone": "13800000501"}
    assert "phone.revealed" in Clerk(house, "auditor").get("/console/audit?what=phone").text


def test_an_alarm_from_the_cry_to_the_outcome(house: Resident) -> None:
    duty, agent = Clerk(house, "duty"), Clerk(house, "agent")
    house.say("救命，我在卫生间摔倒了")
    key = _alarm(house)
    banner = agent.get("/console/live/banner", **{"accept-language": "en"}).text
    assert 'data-free="1"' in banner
    board = duty.get("/console/alarms", **{"accept-language": "en"}).text
    assert "我在卫生间摔倒了" in board
    assert "unconfirmed" in board
    assert "120 not called yet" in board
    assert duty.post(f"/console/alarms/{key}/take").status_code == 204
    second = agent.post(f"/console/alarms/{key}/take")
    assert (second.status_code, "周强" in second.json()["detail"]) == (409, True)
    assert agent.post(f"/console/alarms/{key}/dialled", number="120").status_code == 204
    assert agent.post(f"/console/alarms/{key}/dialled", number="114").status_code == 422
    assert duty.post(f"/console/alarms/{key}/arrived").status_code == 204
    page = duty.get(f"/console/alarms/{key}", **{"accept-language": "en"}).text
    assert "120 called by 王海" in page
    assert agent.post(f"/console/alarms/{key}/close", outcome="helped").status_code == 403
    for form in ({}, {"outcome": ""}, {"outcome": "gone"}, {"outcome": "false"}):
        assert duty.post(f"/console/alarms/{key}/close", **form).status_code == 422
    assert duty.post(f"/console/alarms/{key}/close", outcome="ambulance").status_code == 204
    assert duty.post(f"/console/alarms/{key}/close", outcome="ambulance").status_code == 409
    assert duty.post(f"/console/alarms/{key}/note", text="报告已写").status_code == 204
    assert "data-free" not in duty.get("/console/live/banner").text

    def told(connection: Connection) -> list[tuple[str, str]]:
        rows = select(alarm_event.c.name, alarm_event.c.by).where(alarm_event.c.alarm_id == key)
        return [(row.name, row.by) for row in connection.execute(rows.order_by(alarm_event.c.id))]

    names = [name for name, _ in house.app.state.desk.db.read_now(told)]
    # The first rung is rung with the alarm itself; this house has no phone that could ring.
    tried = ["shown", "unreachable", "unreachable", "unreachable"]
    assert names == ["raised", *tried, "advised", "accepted", "dialled", "arrived", "closed", "remark"]
    assert set(names) <= ALARM_EVENTS.keys()


def test_a_case_moves_with_a_reason_and_the_resident_hears_of_it(house: Resident) -> None:
    house.say("厨房水龙头漏水，明天下午三点来")
    house.say("是")
    number, clerk = _case(house), Clerk(house, "agent")
    assert number in clerk.get("/console/cases").text
    assert number in clerk.get(f"/console/cases?shape=table&building=3&kind=repair&q={number[-4:]}").text
    assert number not in clerk.get("/console/cases?building=4").text
    assert clerk.post(f"/console/cases/{number}/move", to="closed").status_code == 409
    assert clerk.post(f"/console/cases/{number}/move", to="refused").status_code == 422
    assert clerk.post(f"/console/cases/{number}/move", to="assigned").status_code == 204
    assert clerk.post(f"/console/cases/{number}/note", text="带4分阀").status_code == 204
    page = clerk.get(f"/console/cases/{number}", **{"accept-language": "en"}).text
    assert "New → Assigned" in page
    assert "带4分阀" in page
    assert "138****0501" in clerk.get(f"/console/cases/{number}/print").text
    talk = clerk.get(f"/console/inbox/{_number(house)}").text
    assert number in talk


def test_of_two_clerks_one_takes_it(house: Resident, pytestconfig: pytest.Config) -> None:
    """Both press at the same moment, ten times (--long: fifty): one has it, the other is told who."""
    clerks = [Clerk(house, "agent"), Clerk(house, "supervisor")]
    tokens = [clerk.token() for clerk in clerks]
    for round_ in range(50 if pytestconfig.getoption("--long") else 10):
        house.say("转人工", sender=f"talk-{round_}")
        who = Address("rest", f"talk-{round_}")
        row = house.app.state.desk.db.read_now(lambda c, who=who: conversations.find(c, who))
        path = f"/console/inbox/{row.id}/take"

        async def both(path: str = path) -> list[int]:
            headers = [{"x-linli": "1", "x-linli-token": token} for token in tokens]
            asked = [clerk.http.post(path, headers=head) for clerk, head in zip(clerks, headers, strict=True)]
            return [answer.status_code for answer in await asyncio.gather(*asked)]

        assert sorted(house.loop.run_until_complete(both())) == [204, 409]


def test_a_session_is_known_by_its_token_alone(house: Resident, hands: Hands) -> None:
    Clerk(house, "agent")
    db = house.app.state.desk.db
    with ThreadPoolExecutor(4) as pool:
        found = list(pool.map(lambda n: db.read_now(lambda c: sessions.find(c, f"{n}" * 43, hands.real())), range(20)))
    assert found == [None] * 20


def test_no_state_is_without_a_word_or_a_column() -> None:
    columns = [state for states in case_board.COLUMNS.values() for state in states]
    assert set(STATES) == set(CASE_STATES)
    assert sorted(columns) == sorted(OPEN)
    assert set(alarm_facts.GRAVITY) == set(ALARMS)
