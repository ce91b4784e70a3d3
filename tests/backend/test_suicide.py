"""Who does not want to live: a trained person by rota, a clock of ten minutes, and no family by itself."""

from __future__ import annotations

from datetime import datetime
from zoneinfo import ZoneInfo

import pytest

from backend.services import alarms, board
from backend.services.ladder import plan, reach, suicide
from backend.services.ringing import alarm as calls
from bot.settings import CommunitySettings
from flows.trigger_sos import means
from tests.backend.climbing import ONE, do, events_of, key_of, pass_time, states_of, steps_of
from tests.bot.work.station import COMMUNITY
from tests.clerk import Clerk, Hands
from tests.resident import Resident

WORDS = "我不想活了"
BY_DAY = {"name": "林老师", "phone": "13700000008", "days": [1, 2, 3, 4, 5, 6, 7], "hours": "08:00-20:00"}
BY_NIGHT = {"name": "方老师", "phone": "13700000007", "days": [1, 2, 3, 4, 5, 6, 7], "hours": "20:00-08:00"}


@ONE
def test_means_and_a_place_stand_apart_from_the_words_for_whoever_is_on_duty(house: Resident, hands: Hands) -> None:
    house.say("我不想活了，我攒了一瓶药")
    house.say("我就在楼顶，这瓶药我拿着")
    key, duty = key_of(house), Clerk(house, "duty")
    for page in ("/console/alarms", f"/console/alarms/{key}"):
        shown = duty.get(page).text
        assert "说到了：一瓶药 · 楼顶" in shown
        assert "不鸣笛" in shown
    (told,) = do(house, lambda c: calls.named(c, alarms.one(c, key)))
    assert told.params["means"] == "一瓶药, 楼顶", "and whoever has pressed a key hears it"


@pytest.mark.parametrize(
    ("words", "found"),
    [
        ("I have all the pills here, and the rope", ("pills", "rope")),
        ("我站在天台边，想跳下去", ("天台", "跳下去")),
        ("药店几点开门，我好累", ()),
        ("I am so tired of all this", ()),
    ],
)
def test_what_counts_as_means_or_a_place(words: str, found: tuple[str, ...]) -> None:
    assert means.named(words) == found


@ONE
def test_whoever_has_the_rota_is_rung_first_and_the_others_after_them(house: Resident, hands: Hands) -> None:
    do(house, lambda c: reach.rule(c, COMMUNITY, "", {}, trained=[BY_DAY, BY_NIGHT]))
    here = hands.now().astimezone(ZoneInfo("Asia/Shanghai"))
    first, second = ("林老师", "方老师") if "08:00" <= f"{here:%H:%M}" < "20:00" else ("方老师", "林老师")
    house.say(WORDS)
    pass_time(house, hands)
    tried = states_of(house)
    assert tried[first][0] != "planned"
    assert tried[second][0] == "planned"
    pass_time(house, hands, 30)
    assert states_of(house)[second][0] != "planned"


@ONE
@pytest.mark.parametrize("before", [[BY_DAY], BY_DAY])
def test_who_is_trained_is_found_beside_a_process_of_the_release_before(before: object, house: Resident) -> None:
    do(house, lambda c: reach.rule(c, COMMUNITY, "", {}, trained=[BY_DAY, BY_NIGHT]))
    data = do(house, lambda c: board.one(c, COMMUNITY, reach.KIND, reach.KIND)).data
    assert data["trained"]["name"] == "林老师", "as it is read there"
    assert [one["name"] for one in do(house, lambda c: reach.of(c, COMMUNITY)).trained] == ["林老师", "方老师"]
    old = {"key": reach.KIND, "voice": "", "emergency": {}, "trained": before}
    do(house, lambda c: board.put(c, COMMUNITY, reach.KIND, [old]))
    assert [one["name"] for one in do(house, lambda c: reach.of(c, COMMUNITY)).trained] == ["林老师"]


def test_one_who_is_trained_may_stand_in_the_file_without_a_list() -> None:
    one = {"name": "林老师", "phone": "13700000008"}
    wanted = {"names": {"zh": "阳光花园"}, "timezone": "Asia/Shanghai", "emergency": {}, "trained": one}
    assert [person.name for person in CommunitySettings.model_validate(wanted).trained] == ["林老师"]


@pytest.mark.parametrize(
    ("days", "hours", "at", "has"),
    [
        ([1, 2, 3, 4, 5], "08:00-20:00", "2026-11-27 08:00", True),
        ([1, 2, 3, 4, 5], "08:00-20:00", "2026-11-27 20:00", False),
        ([1, 2, 3, 4, 5], "08:00-20:00", "2026-11-28 09:00", False),
        ([5], "20:00-08:00", "2026-11-28 07:59", True),
        ([5], "20:00-08:00", "2026-11-27 07:59", False),
        ([7], "20:00-08:00", "2026-11-30 03:00", True),
    ],
)
def test_a_rota_over_midnight_belongs_to_the_evening_before(days: list[int], hours: str, at: str, has: bool) -> None:
    assert plan.has_rota({"days": days, "hours": hours}, datetime.fromisoformat(at)) is has


@ONE
def test_nobody_who_speaks_with_them_within_ten_minutes_is_red_and_calls_everybody_anew(
    house: Resident, hands: Hands
) -> None:
    house.say(WORDS)
    pass_time(house, hands, 599)
    assert suicide.UNSPOKEN not in events_of(house)
    rounds = len(steps_of(house))
    pass_time(house, hands, 2)
    assert events_of(house).count(suicide.UNSPOKEN) == 1
    assert len(steps_of(house)) > rounds
    board = Clerk(house, "duty").get(f"/console/alarms/{key_of(house)}").text
    assert "10 分钟" in board


@ONE
def test_the_clock_stands_still_once_somebody_goes_and_runs_from_the_word_that_was_worse(
    house: Resident, hands: Hands
) -> None:
    house.say("救命")
    pass_time(house, hands, 60)
    house.say(WORDS)
    assert Clerk(house, "duty").post(f"/console/alarms/{key_of(house)}/take", minutes="20").status_code == 204
    pass_time(house, hands, 700)
    assert suicide.UNSPOKEN not in events_of(house)
