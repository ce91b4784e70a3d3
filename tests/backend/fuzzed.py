"""Requests that nobody would write, made from our own OpenAPI document, and what each answer is held against."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

import requests
import schemathesis
from hypothesis import HealthCheck, Phase, given, settings
from schemathesis import GenerationMode
from schemathesis.checks import load_all_checks, not_a_server_error
from schemathesis.core.result import Ok
from schemathesis.specs.openapi import checks

from tests.resident import Resident

# Where an answer never ends, nothing can be held against a document.
ENDLESS = ("/channels/web/{community}/stream",)
# Not asked for: `positive_data_acceptance`, as a well-formed request for what is not there is a 404, and a 409 where it
# stands in another state; `unsupported_method` and `missing_required_header`, as no such request comes from a document.
HELD = [
    not_a_server_error,
    checks.status_code_conformance,
    checks.content_type_conformance,
    checks.response_headers_conformance,
    checks.response_schema_conformance,
]
MANY = 207
STRICT = [*HELD, checks.negative_data_rejection]


@dataclass(frozen=True, slots=True)
class Role:
    """Whose key it is. held: whether it opens anything at all."""

    name: str
    key: str
    held: bool = True


def operations(one: Resident) -> Iterator[Any]:
    """Every operation of the document that the app itself gives out."""
    load_all_checks()
    document = one.request("GET", "/openapi.json").json()
    for item in document["paths"].values():
        for operation in item.values():
            # Keys are given, or left away, by role.
            operation.pop("security", None)
    for found in schemathesis.openapi.from_dict(document).get_all_operations():
        assert isinstance(found, Ok), found
        if (operation := found.ok()).path not in ENDLESS:
            yield operation


def fuzz(one: Resident, operation: Any, role: Role, known: Mapping[str, str], examples: int) -> set[int]:
    """Requests of an operation: well-formed ones about what exists and, from two of each on, about what does not, and
    broken ones; returns the statuses that came."""
    seen: set[int] = set()
    real = {name: value for name, value in known.items() if f"{{{name}}}" in operation.path}
    strategies = [operation.as_strategy(GenerationMode.POSITIVE, path_parameters=real or None)]
    if examples > 1:
        strategies.append(operation.as_strategy(GenerationMode.POSITIVE))
        # A path alone cannot be wrong: any text may be an id.
        if any(True for part in (operation.query, operation.headers, operation.body) for _ in part):
            strategies.append(operation.as_strategy(GenerationMode.NEGATIVE))
    strict = STRICT if operation.path.startswith("/api/") else HELD
    for strategy in strategies:

        @given(strategy)
        @settings(
            max_examples=examples,
            database=None,
            deadline=None,
            derandomize=True,
            phases=[Phase.generate],
            suppress_health_check=list(HealthCheck),
        )
        def held(case: Any) -> None:
            answer = _send(one, case, role)
            seen.add(answer.status_code)
            # In a batch each event is refused for itself: the answer to the whole says so within.
            case.validate_response(answer, checks=HELD if answer.status_code == MANY else strict)
            if not role.held:
                assert answer.status_code >= 400, f"{role.name} is answered {answer.status_code}"

        held()
    return seen


def _send(one: Resident, case: Any, role: Role) -> Any:
    asked = {name: value for name, value in case.as_transport_kwargs("http://linli").items() if name != "cookies"}
    headers = {**(asked.pop("headers", None) or {})}
    if role.key:
        headers["Authorization"] = f"Bearer {role.key}"
    made = requests.Request(**{**asked, "headers": headers}).prepare()
    sent = [
        (name.encode("latin-1", "replace"), value.encode("utf-8", "replace"))
        if isinstance(value, str)
        else (name.encode(), value)
        for name, value in made.headers.items()
    ]
    return one.request(str(made.method), str(made.url), content=made.body or b"", headers=sent)
