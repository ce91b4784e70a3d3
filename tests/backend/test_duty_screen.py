"""A duty screen: stays signed in, sees alarms alone, is known to be there, and is missed when it is not."""

from __future__ import annotations

import asyncio
import re
from typing import Any

import pytest
from sqlalchemy import select

from backend.console import live
from backend.models.drills import drill
from backend.models.ringing import ring
from backend.models.sign_in import audit_entry
from backend.services import watching
from backend.services.drills import rows as drills
from backend.services.drills import screen as missing
from backend.services.ladder import reach
from backend.services.sign_in import screens
from tests.clerk import ORIGIN, PASSWORD, Clerk, Hands
from tests.resident import Resident

COMMUNITY = "sunshine"
ONE = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)


class Wall(Clerk):
    """A browser that hangs somewhere, with the token that its page bears."""

    def csrf(self) -> str:
        found = re.search(r'data-token="(\w+)"', self.get("/screen").text)
        return found[1] if found else ""

    def beat(self, sounds: str = "yes") -> Any:
        return self.post("/screen/beat", self.csrf(), sounds=sounds)


@pytest.fixture
def wall(house: Resident) -> Wall:
    wall = Wall(house, "duty")
    made = wall.post("/console/screens", name="门岗")
    assert (made.status_code, made.headers["location"]) == (303, "/screen")
    return wall


def _do(house: Resident, work: Any) -> Any:
    return house.app.state.desk.db.submit(work).result(30)


def _watch(house: Resident, hands: Hands) -> watching.Watch:
    found: watching.Watch = _do(house, lambda c: watching.now(c, COMMUNITY, hands.real()))
    return found


def _look(house: Resident, hands: Hands) -> None:
    _do(house, lambda c: missing.missed(c, hands.now(), hands.real()))


def test_it_stays_on_for_days_and_opens_nothing_else(house: Resident, hands: Hands, wall: Wall) -> None:
    assert wall.get("/console/inbox").status_code == 303, "the person who made it is signed out there"
    hands.pass_(days=90)
    house.say("救命，我摔倒了起不来")
    page = wall.get("/screen", **{"accept-language": "zh"})
    assert page.status_code == 200
    assert "摔倒" in page.text, "what it is"
    assert "我摔倒了" not in page.text, "and none of their words"
    assert "Max-Age=34560000" in page.headers["set-cookie"]
    for path in ("/console/alarms", "/console/inbox", "/console/audit", f"/console/alarms/{_key(house)}"):
        assert wall.get(path).status_code == 303


def _as(login: str, password: str = PASSWORD) -> dict[str, str]:
    return {"login": login, "password": password}


def _key(house: Resident) -> str:
    return str(house.items("alarms")[0]["id"])


def test_a_quiet_alarm_is_not_told_to_whoever_stands_before_it(house: Resident, wall: Wall) -> None:
    house.say("救命，我老公在打我")
    page = wall.get("/screen", **{"accept-language": "zh"}).text
    assert "静默报警" in page
    assert "暴力" not in page
    assert "110" not in page


def test_whoever_goes_says_who_they_are_and_the_screen_stays_nobodys(house: Resident, wall: Wall) -> None:
    house.say("救命，我摔倒了起不来")
    path, token = f"/screen/alarms/{_key(house)}/take", wall.csrf()
    assert wall.post(path, token, **_as("duty", "wrong")).status_code == 403
    assert wall.post(path, "0" * 32, **_as("duty")).status_code == 403
    assert wall.post(path, token, **_as("auditor")).status_code == 403, "no right to alarms"
    assert wall.post(path, token, **_as("duty")).status_code == 204
    logged = _do(house, lambda c: c.execute(select(audit_entry).where(audit_entry.c.what == "alarm.taken")).all())
    assert [(row.who, row.data["screen"]) for row in logged] == [("duty", "门岗")]
    assert wall.get("/console/inbox").status_code == 303
    assert wall.post(path, token, **_as("agent")).status_code == 409, "somebody goes already"


def test_guessing_at_a_screen_is_slowed_down_like_at_the_door(house: Resident, wall: Wall) -> None:
    house.say("救命，我摔倒了起不来")
    path, token = f"/screen/alarms/{_key(house)}/take", wall.csrf()
    seen = [wall.post(path, token, **_as("duty", f"wrong {n}")).status_code for n in range(11)]
    assert seen == [403] * 10 + [429]


@ONE
def test_guesses_that_come_at_once_are_counted_all_the_same(house: Resident, wall: Wall) -> None:
    house.say("救命，我摔倒了起不来")
    path, token = f"/screen/alarms/{_key(house)}/take", wall.csrf()
    headers = {"origin": ORIGIN, "x-linli": "1", "x-linli-token": token}

    async def guess() -> list[int]:
        asked = [wall.http.post(path, data=_as("duty", f"wrong {n}"), headers=headers) for n in range(12)]
        return sorted([answer.status_code for answer in await asyncio.gather(*asked)])

    assert house.loop.run_until_complete(guess()) == [403] * 10 + [429] * 2


@ONE
def test_the_demos_password_opens_no_screen_outside_the_demo(house: Resident, hands: Hands, wall: Wall) -> None:
    house.say("救命，我摔倒了起不来")
    path = f"/screen/alarms/{_key(house)}/take"
    house.settings, house.standing = house.settings.model_copy(update={"demo": False}), None
    house.restart(clock=hands)
    here = Wall(house)
    here.http.cookies = wall.http.cookies
    assert here.post(path, here.csrf(), **_as("duty")).status_code == 403


@ONE
def test_only_a_screen_that_would_sound_watches(house: Resident, hands: Hands, wall: Wall) -> None:
    assert not _watch(house, hands).heard
    assert wall.beat("no").status_code == 204
    assert not _watch(house, hands).heard, "it is on, and mute"
    wall.beat()
    assert _watch(house, hands).screens == ("门岗",)
    hands.pass_(seconds=50)
    assert not _watch(house, hands).heard


@ONE
@pytest.mark.parametrize(("sounds", "seconds", "why"), [("", 80, "dark"), ("no", 160, "mute")])
def test_one_that_goes_dark_or_mute_is_missed_once_and_told(
    sounds: str, seconds: int, why: str, house: Resident, hands: Hands, wall: Wall
) -> None:
    _do(house, lambda c: reach.rule(c, COMMUNITY, "demo", {}))
    wall.beat()
    for _ in range(seconds // 20):
        hands.pass_(seconds=20)
        if sounds:
            wall.beat(sounds)
    _look(house, hands)
    _look(house, hands)
    assert _watch(house, hands).missed == ("门岗",)
    found = _do(house, lambda c: drills.failing(c, COMMUNITY, hands.real()))
    assert [(row.kind, row.name, row.reason) for row in found] == [(drills.SCREEN, "门岗", why)]
    assert len(_do(house, lambda c: c.execute(select(ring.c.id)).all())) == 1, "a duty phone rings"
    board = Clerk(house, "agent").get("/console/alarms", **{"accept-language": "zh"}).text
    assert "值班屏 · 门岗" in board
    wall.beat()
    assert _watch(house, hands).missed == ()
    assert _do(house, lambda c: drills.failing(c, COMMUNITY, hands.real())) == []


def _rung(house: Resident, hands: Hands, seconds: float) -> int:
    """After so long: how often a duty phone was rung so far."""
    hands.pass_(seconds=seconds)
    _look(house, hands)
    _look(house, hands)
    return len(_do(house, lambda c: c.execute(select(ring.c.id)).all()))


@ONE
def test_one_that_stays_dark_is_told_again_and_another_loss_is_news(house: Resident, hands: Hands, wall: Wall) -> None:
    _do(house, lambda c: reach.rule(c, COMMUNITY, "demo", {}))
    wall.beat()
    assert [_rung(house, hands, seconds) for seconds in (80, 3600, 4 * 3600, 3600, 3600)] == [1, 1, 1, 2, 2]
    for _ in range(40):
        wall.beat()
        hands.pass_(seconds=20)
    assert _rung(house, hands, 80) == 3, "it had been well for a while"


@ONE
def test_one_that_flickers_rings_once_until_it_stays_dark(house: Resident, hands: Hands, wall: Wall) -> None:
    _do(house, lambda c: reach.rule(c, COMMUNITY, "demo", {}))
    for _ in range(3):
        wall.beat()
        assert _rung(house, hands, 80) == 1
    assert [_rung(house, hands, seconds) for seconds in (300, 310, 3600)] == [1, 2, 2]


@ONE
def test_one_that_was_switched_off_is_missed_by_nobody(house: Resident, hands: Hands, wall: Wall) -> None:
    token = wall.csrf()
    (row,) = _do(house, lambda c: screens.listed(c, COMMUNITY))
    assert Clerk(house, "agent").post(f"/console/screens/{row.id}/end").status_code == 403
    assert Clerk(house, "supervisor").post(f"/console/screens/{row.id}/end").status_code == 204
    assert Clerk(house, "supervisor").post(f"/console/screens/{row.id}/end").status_code == 404
    hands.pass_(hours=1)
    _look(house, hands)
    assert _do(house, lambda c: c.execute(select(drill.c.id)).all()) == []
    assert wall.get("/screen").status_code == 401
    assert wall.post("/screen/beat", token, sounds="yes").status_code == 401
    assert wall.get("/screen/live").status_code == 401


def test_another_community_neither_sees_nor_ends_it(house: Resident, wall: Wall) -> None:
    page = Clerk(house, "duty").get("/console/screens", **{"accept-language": "en"}).text
    assert "门岗" in page
    assert Clerk(house, "duty").post("/console/screens/9999/end").status_code == 404
    assert Clerk(house, "duty").post("/console/screens", name=" ").status_code == 422


@ONE
def test_its_line_lives_and_is_looked_after_while_others_are_busy(
    house: Resident, monkeypatch: pytest.MonkeyPatch
) -> None:
    """News of conversations come without a pause, and are none of its own."""
    monkeypatch.setattr(live, "CHECK_SECONDS", 0.05)
    monkeypatch.setattr(live, "PING_SECONDS", 0.01)
    asked: list[str] = []

    async def check() -> str:
        asked.append("")
        return live.BYE if len(asked) > 2 else ""

    async def listen() -> list[str]:
        tab: asyncio.Queue[str] = asyncio.Queue()

        async def busy() -> None:
            while True:
                tab.put_nowait('event: news\ndata: {"talks":[1]}\n\n')
                await asyncio.sleep(0.005)

        others = asyncio.create_task(busy())
        heard = [line async for line in house.app.state.hub.lines(tab, check, lambda told: "")]
        others.cancel()
        return heard

    heard = asyncio.run(asyncio.wait_for(listen(), 30))
    assert heard[-1] == live.BYE
    assert live.PING in heard
