"""The inbox of a large estate and of long talks: light, quick, and still under the reader."""

from __future__ import annotations

import re
import time

import pytest
from sqlalchemy import Connection, insert, select

from backend.console import talk_lines
from backend.models.staff import handover
from backend.models.talk import conversation
from backend.services import conversations, inbox_list
from backend.services.conversations import Binding
from bot.contract.messages import Address
from tests.clerk import Clerk, Hands
from tests.resident import Resident


def _number(house: Resident) -> int:
    row = house.app.state.desk.db.read_now(lambda c: conversations.find(c, Address("rest", house.sender)))
    return int(row.id)


def test_the_inbox_of_a_large_estate_is_light_and_quick(
    house: Resident, hands: Hands, pytestconfig: pytest.Config
) -> None:
    """The page stays below 60 kB and reads as little, however many wait; --long: 10,000, and 150 ms."""
    is_long = pytestconfig.getoption("--long")
    many, at = 10_000 if is_long else 500, hands.real()

    def wait(connection: Connection) -> None:
        for n in range(many):
            conversations.begin(connection, Address("rest", f"many-{n}"), Binding("sunshine", None), at)
        asked = {"community_id": "sunshine", "reason": "asked", "requested_at": at, "state": "waiting"}
        numbers = connection.execute(select(conversation.c.id)).scalars()
        connection.execute(insert(handover), [{**asked, "conversation_id": number} for number in numbers])

    clerk = Clerk(house, "agent")
    clerk.get("/console/inbox")
    house.app.state.desk.db.submit(wait).result()
    took = []
    for _ in range(5):
        began = time.perf_counter()
        page = clerk.get("/console/inbox")
        took.append((time.perf_counter() - began) * 1000)
    assert page.text.count('class="item') == inbox_list.PAGE
    assert f'class="pill num">{many}<' in page.text
    assert len(page.content) <= 60_000
    assert min(took) <= 150 or not is_long, took


def test_a_long_talk_shows_its_end_and_does_not_move_under_the_reader(house: Resident) -> None:
    for n in range(36):
        house.say(f"你好 {n}")
    clerk, path = Clerk(house, "agent"), f"/console/inbox/{_number(house)}"

    def keys(page: str) -> list[str]:
        return re.findall(r'class="line (?:them|bot)" data-id="(\w+)"', page)

    page = clerk.get(path).text
    begin = re.findall(r'data-src="[^"]*from=(\w+)"', page)[0]
    assert keys(page)[0] == begin
    assert len(keys(page)) == talk_lines.SHOWN
    house.say("再见")
    fresh = keys(clerk.get(f"{path}?from={begin}", **{"x-linli": "1", "x-linli-part": "talk"}).text)
    assert fresh[: talk_lines.SHOWN] == keys(page)
    assert len(fresh) > talk_lines.SHOWN
    assert len(keys(clerk.get(f"{path}?from=all").text)) >= 74
