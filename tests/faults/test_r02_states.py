"""R2: what a release left unfinished is taken up by every later one, or begun again in words; nobody is stuck."""

from __future__ import annotations

import json
import shutil
from collections import Counter
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Connection, select, update

from backend.models.talk import conversation
from backend.services import conversations
from bot.contract.messages import Address
from bot.settings import Settings
from tests.conftest import MakeResident
from tests.faults import states
from tests.faults.verdicts import Length, Verdict
from tests.resident import Resident
from tests.standing import Standings

BEGIN_AGAIN = "must be begun again"


@pytest.fixture
def database_url(prepared: Settings, tmp_path: Path) -> str:
    """A state is JSON, and reads the same from both databases: SQLite is the quicker one to begin anew."""
    shutil.copy(prepared.database_url.removeprefix("sqlite:///"), tmp_path / "linli.db")
    return f"sqlite:///{tmp_path / 'linli.db'}"


@pytest.mark.parametrize("name", states.releases())
def test_r2_states_of_released_versions_go_on(
    name: str,
    prepared: Settings,
    fresh: Settings,
    standings: Standings,
    tmp_path: Path,
    length: Length,
    verdict: Verdict,
) -> None:
    blank = Path(prepared.database_url.removeprefix("sqlite:///"))
    every = states.release(name)
    broken: list[str] = []
    # A version is a flow's: none of them is left out, however few states are continued.
    of_each, step = {left.flow: left for left in every}, length(9, 1)
    some = [left for n, left in enumerate(every) if n % step == 0 or of_each[left.flow] is left]
    for left in some:
        for old in tmp_path.glob("linli.db*"):
            old.unlink()
        shutil.copy(blank, tmp_path / "linli.db")
        answer, filed, gone, failed = states.continued(left, fresh, standings.nth(0))
        if answer.status != 200 or not answer.text or failed or gone or filed != left.filed:
            broken.append(f"{left.language} {left.flow} at {left.at}: {answer.text!r}, filed {filed} for {left.filed}")
    flows = Counter(left.flow for left in every)
    done = f"{len(some)} of {len(every)} states that {name} left in {len(flows)} flows, continued"
    measured = f"{len(broken)} went otherwise" + "".join(f"\n{line}" for line in broken[:5])
    verdict("R2", done, measured, good=not broken and len(flows) > 5)


def _change(one: Resident, change: Callable[[dict[str, Any]], object]) -> None:
    """The state as another release might have written it."""
    who = Address("rest", one.sender)

    def work(connection: Connection) -> None:
        row = conversations.find(connection, who)
        assert row is not None
        state = connection.execute(select(conversation.c.state).where(conversation.c.id == row.id)).scalar_one()
        state = json.loads(json.dumps(state))
        change(state)
        connection.execute(update(conversation).where(conversation.c.id == row.id).values(state=state))

    one.app.state.desk.db.submit(work).result()


OTHERWISE: dict[str, Callable[[dict[str, Any]], object]] = {
    "a flow that is gone": lambda s: s["frames"][0].update(flow="book_balloon"),
    "an older version": lambda s: s["frames"][0].update(version=0),
    "a newer version, after a release was taken back": lambda s: s["frames"][0].update(version=99),
    "a step that is gone": lambda s: s["frames"][0].update(step="wave"),
    "a slot of an unknown kind": lambda s: s["frames"][0]["slots"].update(mood={"colour": "blue"}),
    "a place with more fields": lambda s: s["frames"][0]["slots"].update(location={"place": {"text": "x", "lat": 1}}),
    "a frame without a version": lambda s: s["frames"][0].pop("version"),
    "a frame that is a word": lambda s: s.update(frames=["report_repair"]),
}
KEPT: dict[str, Callable[[dict[str, Any]], object]] = {
    "fields that nobody knows": lambda s: (s.update(mood="blue"), s["frames"][0].update(colour="blue")),
    "an offer of another shape": lambda s: s.update(offered=[["yes"]]),
    "a question of another shape": lambda s: s.update(asked={"question": "?"}),
    "an answer of another shape": lambda s: s.update(said=[{"song": "la"}]),
    "a last case of another shape": lambda s: s.update(recent={"flow": "report_repair"}),
}


@pytest.mark.parametrize("what", OTHERWISE)
def test_r2_a_state_of_another_shape_is_begun_again_in_words(what: str, resident: MakeResident) -> None:
    one = resident()
    one.say("the lamp at gate 3 is out")
    _change(one, OTHERWISE[what])
    answer = one.say("yes")
    assert answer.status == 200, answer.body
    assert BEGIN_AGAIN in answer.text
    assert one.items("cases") == []
    one.say("the lamp at gate 3 is out")
    assert "R-" in one.say("yes").text


@pytest.mark.parametrize("what", KEPT)
def test_r2_what_can_be_read_goes_on(what: str, resident: MakeResident) -> None:
    one = resident()
    one.say("the lamp at gate 3 is out")
    _change(one, KEPT[what])
    answer = one.say("yes")
    assert answer.status == 200, answer.body
    assert BEGIN_AGAIN not in answer.text
    assert len(one.items("cases")) == 1, answer.text
