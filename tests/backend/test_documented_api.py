"""X15: what the OpenAPI document says is what comes, for every key; nothing breaks, nothing unwritten comes."""

from __future__ import annotations

import json
import logging
import shutil
from collections.abc import Iterator
from typing import Any

import jsonschema_rs
import pytest
from sqlalchemy import Connection

from backend.services import communities, keys
from bot.contract.conversation import Community
from bot.http.problems import TITLES
from bot.settings import Settings
from intents.understand import Embedded
from tests.backend.fuzzed import Role, fuzz, operations
from tests.backend.test_acting_api import CLEAN, GUEST
from tests.backend.test_api_clauses import call
from tests.resident import DEMO_KEY, Resident

# So many requests of each sort for an operation: well-formed, broken, and well-formed about what exists.
SHORT, LONG = 2, 60
# The day on which the examples of the document are set: nobody books what is past.
DAY = "2026-11-20T09:30"
DONE = frozenset({200, 201, 202, 204})
FULL, NOBODY = Role("a key of every scope", DEMO_KEY), Role("no key", "", held=False)


@pytest.fixture(scope="module")
def house(prepared: Settings, interpreter: Embedded, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Resident]:
    """One house for all of it, with something in each list."""
    path = tmp_path_factory.mktemp("documented") / "linli.db"
    shutil.copy(prepared.database_url.removeprefix("sqlite:///"), path)
    one = Resident(prepared.model_copy(update={"database_url": f"sqlite:///{path}"}), interpreter, "li-na", DAY)
    one.say("家里水管爆了，3栋2单元501")
    for where, body in (("/passes", GUEST), ("/bookings", CLEAN)):
        assert call(one, "POST", where, body).status_code == 201, where
    # What the asking client says of addresses that were made up is no line of the product's log.
    client = logging.getLogger("httpx")
    before = client.level
    client.setLevel(logging.WARNING)
    yield one
    client.setLevel(before)
    one.close()


@pytest.fixture(scope="module")
def roles(house: Resident) -> dict[str, Role]:
    desk = house.app.state.desk

    def made(connection: Connection) -> dict[str, Role]:
        moon = Community("moon", {"en": "Moon"}, "Asia/Shanghai", {}, {})
        communities.register(connection, moon, demo=False)
        real, read = desk.clock.real(), [f"{scope}{keys.READ}" for scope in keys.ALL_SCOPES]
        return {
            "reads": Role("a key that reads", keys.make(connection, "sunshine", "reads", read, real)),
            "none": Role("a key of no scope", keys.make(connection, "sunshine", "none", [], real), held=False),
            "foreign": Role("another community's", keys.make(connection, "moon", "far", keys.ALL_SCOPES, real)),
        }

    found: dict[str, Role] = desk.db.submit(made).result()
    return found


def known(house: Resident, operation: Any) -> dict[str, str]:
    """What exists, for the names in the path."""
    there = {"sender": "li-na", "community": "sunshine", "account": "demo", "channel": "rest", "provider": "demo"}
    collection = operation.path.removeprefix("/api/v1/").split("/")[0]
    answer = house.request("GET", f"/api/v1/{collection}", headers={"Authorization": f"Bearer {DEMO_KEY}"})
    items = answer.json().get("items", []) if answer.status_code == 200 else []
    return there | ({"key": items[0]["id"]} if items and "id" in items[0] else {})


def test_every_route_answers_what_is_written(
    house: Resident, roles: dict[str, Role], request: pytest.FixtureRequest
) -> None:
    examples, few = (LONG, LONG) if request.config.getoption("--long") else (SHORT, 1)
    count = 0
    for operation in operations(house):
        count += 1
        there = known(house, operation)
        fuzz(house, operation, FULL, there, examples)
        if not operation.path.startswith("/api/v1/"):
            continue
        # What is no request at all is said before it is asked whose it is.
        assert 401 in fuzz(house, operation, NOBODY, there, few), operation.path
        if operation.path.startswith("/api/v1/key"):
            # Of one's own key: there is no scope for it, and whoever turns it over has another one afterwards.
            continue
        assert 401 in fuzz(house, operation, roles["none"], there, few), operation.path
        reads = operation.method == "get" and "by-code" not in operation.path
        read = fuzz(house, operation, roles["reads"], there, few)
        assert reads or operation.path.endswith("/verify") or not read & DONE, operation.path
        foreign = fuzz(house, operation, roles["foreign"], there, few)
        assert "{" not in operation.path or not foreign & DONE, operation.path
    assert count > 60


def contents(document: dict[str, Any]) -> Iterator[tuple[str, dict[str, Any]]]:
    """Whatever the document says of a body: of a request, of an answer, of what is refused, of a webhook."""
    ours = {path: item for path, item in document["paths"].items() if path.startswith("/api/v1/")}
    for where, item in (ours | document["webhooks"]).items():
        for method, operation in item.items():
            for spoken in (operation.get("requestBody", {}), *operation["responses"].values()):
                for kind, content in spoken.get("content", {}).items():
                    yield f"{method} {where} {kind}", content
    for name, answer in document["components"]["responses"].items():
        for content in answer["content"].values():
            yield name, content


def shown(content: dict[str, Any]) -> list[Any]:
    if "example" in content:
        return [content["example"]]
    return [one["value"] for one in content.get("examples", {}).values()]


def test_every_body_has_an_example_that_fits_its_shape(house: Resident) -> None:
    document = house.request("GET", "/openapi.json").json()
    count = 0
    for where, content in contents(document):
        examples, shape = shown(content), {**content["schema"], "components": document["components"]}
        assert examples, where
        held = jsonschema_rs.validator_for(shape, validate_formats=True)
        for example in examples:
            count += 1
            assert not [error.message for error in held.iter_errors(example)], where
    assert count > 130
    for name, answer in document["components"]["responses"].items():
        (content,) = answer["content"].values()
        told = content["example"]
        assert (f"Problem{told['status']}", TITLES[told["status"]]) == (name, told["title"])


def test_every_example_of_a_request_is_taken(house: Resident) -> None:
    """Shapes alone do not know that a home is there, or that a state is one."""
    document = house.request("GET", "/openapi.json").json()
    count = 0
    for operation in operations(house):
        if not operation.path.startswith("/api/v1/"):
            continue
        body = document["paths"][operation.path][operation.method].get("requestBody", {})
        there = {"key": "none", **known(house, operation)}
        for kind, content in body.get("content", {}).items():
            for example in shown(content):
                count += 1
                headers = {"Authorization": f"Bearer {DEMO_KEY}", "Content-Type": kind}
                path, sent = operation.path.format(**there), json.dumps(example).encode()
                answer = house.request(operation.method.upper(), path, content=sent, headers=headers)
                wrong = {error["pointer"] for error in answer.json().get("errors", ())} - {"/data/number"}
                # Whether another's machine is there is no matter of the document.
                assert not wrong - {"/url"}, answer.text
                assert answer.status_code not in (400, 415, 500), answer.text
    assert count > 17
