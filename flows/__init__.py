"""Finds the flows: one flow is one module named after its intent, with a `FLOW` (or several, in `FLOWS`)."""

from __future__ import annotations

import importlib
import pkgutil
from collections.abc import Iterator

from bot.contract.errors import Misconfigured
from bot.contract.flow import Book, Flow


def discover() -> Book:
    """Every flow below this folder; raises `Misconfigured` when two claim one name or one intent."""
    flows: dict[str, Flow] = {}
    by_intent: dict[str, str] = {}
    for flow, module in _declared():
        if flow.name in flows:
            raise Misconfigured(f"flow {flow.name} is declared twice", file=module)
        flows[flow.name] = flow
        for intent in flow.intents:
            if intent in by_intent:
                raise Misconfigured(f"intent {intent} starts both {by_intent[intent]} and {flow.name}", file=module)
            by_intent[intent] = flow.name
    return Book(flows, by_intent)


def _declared() -> Iterator[tuple[Flow, str]]:
    for found in sorted(pkgutil.walk_packages(__path__, "flows."), key=lambda info: info.name):
        module = importlib.import_module(found.name)
        single = getattr(module, "FLOW", None)
        for flow in (*((single,) if single else ()), *getattr(module, "FLOWS", ())):
            yield flow, found.name
