"""The environment, the clock, the commit and the last catch have one home each: elsewhere they go unseen."""

from __future__ import annotations

import ast
import re
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path

import pytest

from tests.house.dotted import dotted, imported, uses
from tests.house.tree import Module, modules, nothing, planted, source

Place = Callable[[ast.Module], Iterator[int]]

ENVIRONMENT = frozenset({"os.environ", "os.environb", "os.getenv", "os.getenvb", "os.putenv"})
# Measuring (perf_counter, monotonic) is free: what is kept is the question what time it is.
CLOCK = frozenset(
    {
        "datetime.datetime.now",
        "datetime.datetime.utcnow",
        "datetime.datetime.today",
        "datetime.date.today",
        "time.time",
        "time.time_ns",
        "sqlalchemy.func.now",
        "sqlalchemy.func.current_timestamp",
    }
)
_SPOKEN_SQL = re.compile(r"BEGIN( \w+)?|COMMIT|AUTOCOMMIT")
_BROAD = ("Exception", "BaseException")


def environment(tree: ast.Module) -> Iterator[int]:
    return (line for name, line in uses(tree) if name in ENVIRONMENT)


def clock(tree: ast.Module) -> Iterator[int]:
    return (line for name, line in uses(tree) if name in CLOCK)


def commit(tree: ast.Module) -> Iterator[int]:
    """`.commit`, an engine's or a connection's `.begin()`, and transactions in SQL."""
    known = imported(tree)
    for node in ast.walk(tree):
        if isinstance(node, ast.Attribute) and node.attr == "commit":
            yield node.lineno
        if isinstance(node, ast.Constant) and _SPOKEN_SQL.fullmatch(str(node.value)):
            yield node.lineno
        if isinstance(node, ast.Call) and _begins(node, known):
            yield node.lineno


def _begins(call: ast.Call, known: dict[str, str]) -> bool:
    """No arguments and no module before it: a service may begin something else."""
    named = isinstance(call.func, ast.Attribute) and call.func.attr == "begin"
    return named and not call.args and dotted(call.func, known) is None


def broad(tree: ast.Module) -> Iterator[int]:
    """`except:`, `except Exception`, in a tuple too, and `suppress(Exception)`."""
    for node in ast.walk(tree):
        kinds: list[ast.expr | None]
        if isinstance(node, ast.ExceptHandler):
            kinds = [*node.type.elts] if isinstance(node.type, ast.Tuple) else [node.type]
        elif isinstance(node, ast.Call) and ast.unparse(node.func).endswith("suppress"):
            kinds = [*node.args]
        else:
            continue
        if any(kind is None or _is_broad(kind) for kind in kinds):
            yield node.lineno


def _is_broad(kind: ast.expr) -> bool:
    return ast.unparse(kind).removeprefix("builtins.") in _BROAD


def shout(tree: ast.Module) -> Iterator[int]:
    for node in ast.walk(tree):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id in ("print", "pprint"):
            yield node.lineno


def astray(found_in: Iterable[Module], place: Place, homes: tuple[str, ...]) -> list[str]:
    """Lines outside the homes at which the thing stands."""
    return [
        f"{module.path}:{line}"
        for module in found_in
        if not module.path.startswith(homes)
        for line in sorted(set(place(module.tree)))
    ]


def test_the_environment_is_read_in_the_settings() -> None:
    nothing(astray(source(), environment, ("bot/configure.py",)))


def test_the_time_is_asked_of_the_clock() -> None:
    """Tests included: one that reads the real day fails on some other day. A gate's program runs without our house."""
    nothing(astray(modules(), clock, ("backend/instant.py", "backend/gatekit/verify.py")))


def test_the_commit_is_in_the_database_module() -> None:
    # A backup pins one moment by a transaction that only reads.
    nothing(astray(source(), commit, ("backend/db/", "backend/migrate.py", "backend/archive/sqlite_file.py")))


def test_everything_is_caught_in_three_places_only() -> None:
    """And around what goes on for ever beside the requests, which has nobody to tell but the log."""
    homes = ("bot/inbox.py", "bot/hearing.py", "bot/work/deliver.py", "bot/beside.py", "backend/db/", "bot/http/")
    nothing(astray(source(), broad, homes))


def test_only_commands_print() -> None:
    nothing(astray(source(), shout, ("bot/commands/", "bot/__main__.py")))


NEGATIVES: list[tuple[Place, str, int]] = [
    (environment, "import os\nx = os.environ['A']\n", 2),
    (environment, "from os import getenv as g\nx = g('A')\n", 2),
    (clock, "import datetime\nx = datetime.datetime.now()\n", 2),
    (clock, "from datetime import date as d\nx = d.today()\n", 2),
    (clock, "from time import time\nx = time()\n", 2),
    (commit, "def f(c):\n    c.commit()\n", 2),
    (commit, "def f(self):\n    with self.engine.begin() as c: ...\n", 2),
    (commit, "def f(c):\n    c.exec_driver_sql('BEGIN IMMEDIATE')\n", 2),
    (broad, "try: ...\nexcept Exception: ...\n", 2),
    (broad, "try: ...\nexcept (OSError, BaseException): ...\n", 2),
    (broad, "try: ...\nexcept: ...\n", 2),
    (broad, "import contextlib\nwith contextlib.suppress(Exception): ...\n", 2),
    (shout, "x = 1\nprint(x)\n", 2),
]
POSITIVES: list[tuple[Place, str]] = [
    (environment, "def f(environ):\n    return environ['A']\n"),
    (clock, "import time\nx = time.perf_counter() + time.monotonic()\n"),
    (clock, "def f(turn):\n    return turn.clock.now()\n"),
    (commit, "from backend.services import conversations\nconversations.begin(connection, 1)\n"),
    (broad, "try: ...\nexcept (OSError, ValueError): ...\n"),
    (shout, "def f(log):\n    log.print('x')\n"),
]


@pytest.mark.parametrize(("place", "text", "line"), NEGATIVES)
def test_what_is_astray_is_noticed(tmp_path: Path, place: Place, text: str, line: int) -> None:
    found = planted(tmp_path, {"flows/astray.py": text, "bot/home.py": text})
    assert astray(found, place, ("bot/home.py",)) == [f"flows/astray.py:{line}"]


@pytest.mark.parametrize(("place", "text"), POSITIVES)
def test_what_only_looks_like_it_is_left_alone(tmp_path: Path, place: Place, text: str) -> None:
    assert astray(planted(tmp_path, {"flows/fine.py": text}), place, ()) == []
