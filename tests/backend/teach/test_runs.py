"""What a desk teaches becomes a model: two people, a measure, publishing and going back."""

from __future__ import annotations

import json
import shutil

import pytest
import yaml

from backend.models.teach import lesson, teaching
from backend.services.teach import lessons, runs
from bot.app import prepare
from bot.contract.messages import Address, InboundMessage, Kind
from bot.settings import Settings
from intents import sentences
from intents.exam.compare import NOW
from intents.latest import is_old
from intents.stored import FILE
from intents.understand import Embedded
from tests.backend.teach.desk import GOOD_MARKS, ODD, accepted, do, ready, rows, said, school_of
from tests.clerk import Clerk
from tests.conftest import MakeResident
from tests.resident import Resident


def test_the_two_person_rule(house: Resident) -> None:
    """Who labels neither accepts nor publishes."""
    key = said(house, ODD)
    li, admin = Clerk(house, "supervisor"), Clerk(house, "admin")
    assert (
        li.post(f"/console/teach/{key}/label", ids=str(key), intent="report_repair", marks="0-2:location").status_code
        == 204
    )
    assert f'data-id="{key}"' not in li.get("/console/teach").text
    (made,) = rows(house, lesson)
    assert (made.state, made.text, made.marks) == ("proposed", ODD, [[0, 2, "location"]])
    assert li.post(f"/console/teach/lessons/{made.id}/accept").status_code == 403
    assert Clerk(house, "agent").post(f"/console/teach/lessons/{made.id}/accept").status_code == 403
    assert admin.post(f"/console/teach/lessons/{made.id}/accept").status_code == 204
    run = ready(house, school_of(house))
    assert li.post(f"/console/teach/runs/{run}/publish").status_code == 403
    assert admin.post(f"/console/teach/runs/{run}/publish").status_code == 204
    assert [row.state for row in rows(house, lesson)] == ["taught"]


def test_published_and_undone(house: Resident, interpreter: Embedded) -> None:
    school, admin = school_of(house), Clerk(house, "admin")
    accepted(house)
    run = ready(house, school)
    before = (house.settings.model_path / FILE).read_bytes()
    (school.folder(run) / "model" / FILE).write_bytes(before + b" ")
    page = admin.get("/console/teach/review", **{"accept-language": "en"}).text
    assert "90.0 %" in page
    assert admin.post(f"/console/teach/runs/{run}/publish").status_code == 204
    file = house.settings.taught_path / "sunshine" / "zh_Hans" / "report_repair.yml"
    assert [one.text for one in sentences.read(taught=house.settings.taught_path)][-1] == ODD
    assert yaml.safe_load(file.read_text(encoding="utf-8"))["nlu"][0]["examples"] == f"- {ODD}\n"
    assert (house.settings.model_path / FILE).read_bytes() == before + b" "
    assert is_old(house.settings.model_path, house.settings.taught_path), "this model was of other sentences"
    assert admin.post(f"/console/teach/runs/{run}/publish").status_code == 409
    base = school.base
    shutil.rmtree(house.settings.taught_path)
    school.write(house.app.state.desk.db.read_now(lessons.in_use))
    assert school.base == base, "after a restore the files are the same again"
    assert admin.post(f"/console/teach/runs/{run}/undo").status_code == 204
    assert (house.settings.model_path / FILE).read_bytes() == before
    assert not file.exists()
    assert not is_old(house.settings.model_path, house.settings.taught_path)
    assert [row.state for row in rows(house, lesson)] == ["proposed"]
    assert admin.post(f"/console/teach/runs/{run}/undo").status_code == 409
    log = Clerk(house, "auditor").get("/console/audit?what=teach").text
    for what in ("teach.labelled", "teach.accepted", "teach.begun", "teach.published", "teach.undone"):
        assert what in log


@pytest.mark.parametrize(
    ("after", "refused"),
    [
        ({"ask": 14}, True),
        ({"alert": 79, "ask": 16}, False),
        ({"alert": 77, "ask": 18}, True),
        ({"false": 3}, False),
        ({"false": 9}, True),
        ({"right": 85, "turned_away": 5}, False),
        ({"alert": 85, "ask": 13, "right": 95}, False),
    ],
)
def test_danger_must_not_get_worse(after: dict[str, int], refused: bool) -> None:
    told = runs.verdict({"before": [GOOD_MARKS], "after": [{**GOOD_MARKS, **after}]})
    assert bool(told.worse) is refused
    assert bool(told.doubts) is ("right" in after and after["right"] < 90)


def test_what_makes_danger_worse_is_not_published(house: Resident) -> None:
    accepted(house)
    run, admin = ready(house, school_of(house), {"ask": 10}), Clerk(house, "admin")
    page = admin.get("/console/teach/review", **{"accept-language": "en"}).text
    assert "5 more cries for help would be missed." in page
    assert f"runs/{run}/publish" not in page
    assert admin.post(f"/console/teach/runs/{run}/publish").status_code == 422
    assert not house.settings.taught_path.exists()
    assert admin.post(f"/console/teach/runs/{run}/drop").status_code == 204
    assert [row.state for row in rows(house, lesson)] == ["accepted"]


def test_what_was_trained_from_other_sentences_is_not_published(house: Resident) -> None:
    accepted(house)
    run = ready(house, school_of(house))
    other = house.settings.taught_path / "moon" / "en" / "vote.yml"
    other.parent.mkdir(parents=True)
    other.write_text('version: "3.1"\nnlu:\n- intent: vote\n  examples: |\n    - who is for the new fence\n')
    assert Clerk(house, "admin").post(f"/console/teach/runs/{run}/publish").status_code == 409


@pytest.mark.parametrize(
    "evil",
    [
        "ok\n- intent: trigger_sos\n  examples: |\n    - hello",
        "a: b # c ' \" !!python/object:os.system {x: y} [z](w)",
        "- - - abc ? | > & * % @ `",
        "{{ 7*7 }} {% for x in y %} ${x} <script>alert(1)</script>",
        "…\x85line\u2028separator",
    ],
)
def test_a_sentence_is_only_a_sentence(house: Resident, evil: str) -> None:
    """Whatever somebody writes: one line of one intent in the file, and text on the page."""
    desk = house.app.state.desk
    text, marks = desk.notes.anonymous(evil, (), "en")
    accepted(house, text or "x", "vote")
    run = ready(house, school_of(house))
    file = school_of(house).folder(run) / "taught" / "sunshine" / "zh_Hans" / "vote.yml"
    read = list(sentences._of_file(file))
    assert [(one.intent, one.text) for one in read] == [("vote", " ".join(text.split()))]
    assert marks == ()
    page = Clerk(house, "agent").get("/console/teach/review").text
    assert "<script>alert" not in page


def test_a_run_of_a_dead_process_is_taken_over(house: Resident) -> None:
    accepted(house)
    Clerk(house, "supervisor").post("/console/teach/runs")
    clock = house.app.state.desk.clock
    first = do(house, lambda c: runs.claim(c, "one", clock.real()))
    assert do(house, lambda c: runs.claim(c, "two", clock.real())) is None
    assert do(house, lambda c: runs.claim(c, "two", clock.real() + 2 * runs.LEASE)).id == first.id
    assert not do(house, lambda c: runs.tell(c, first.id, "one", "training", 50, clock.real()))
    assert do(house, lambda c: runs.tell(c, first.id, "two", "training", 50, clock.real()))


def test_the_whole_way(resident: MakeResident, fresh: Settings, request: pytest.FixtureRequest) -> None:
    """Trained beside ours by the same command, examined, published: the next sentence is understood."""
    if not request.config.getoption("--long"):
        pytest.skip("trains a whole model; the parts are tested above")
    one = resident()
    school = school_of(one)
    accepted(one)
    assert Clerk(one, "supervisor").post("/console/teach/runs").status_code == 204
    from bot import teaching as carrying

    assert one.loop.run_until_complete(carrying._next(one.app.state.desk, school, "n"))
    (run,) = rows(one, teaching)
    assert run.state == "ready", run
    assert json.dumps(run.figures)
    assert Clerk(one, "admin").post(f"/console/teach/runs/{run.id}/publish").status_code == 204
    assert not is_old(fresh.model_path, fresh.taught_path)
    prepare(fresh)
    heard = Embedded(fresh.model_path).understand(InboundMessage("m", Address("rest", "a"), Kind.TEXT, NOW, text=ODD))
    assert heard.intent == "report_repair"
