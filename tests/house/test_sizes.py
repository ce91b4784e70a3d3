"""What rots in every project is its tail: a module fits a few screens and a function fits one, without exceptions."""

from __future__ import annotations

import ast
import io
import re
import tokenize
import tomllib
from collections.abc import Iterable
from pathlib import Path

from tests.house.tree import ROOT, Module, modules, nothing, planted, present

MODULE_LINES = 300
FUNCTION_LINES = 60
COMPLEXITY = 10
SUFFIXES = (".py", ".js", ".mjs", ".ts", ".css")
_EXCUSED = re.compile(r"#\s*(ruff:\s*)?noqa(?!:)|noqa:[\w\s,]*\bC90", re.IGNORECASE)


def long_modules(root: Path, paths: Iterable[str]) -> list[str]:
    found: list[str] = []
    for path in paths:
        if path.endswith(SUFFIXES):
            lines = len((root / path).read_text(encoding="utf-8").splitlines())
            if lines > MODULE_LINES:
                found.append(f"{path}: {lines} lines")
    return found


def long_functions(found_in: Iterable[Module]) -> list[str]:
    """Functions and methods from `def` to their last line, docstring included."""
    found: list[str] = []
    for module in found_in:
        for node in ast.walk(module.tree):
            if isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef)):
                lines = (node.end_lineno or node.lineno) - node.lineno + 1
                if lines > FUNCTION_LINES:
                    found.append(f"{module.path}:{node.lineno} {node.name}: {lines} lines")
    return found


def excuses(found_in: Iterable[Module]) -> list[str]:
    """Comments that silence the complexity rule, or all rules at once."""
    found: list[str] = []
    for module in found_in:
        for token in tokenize.generate_tokens(io.StringIO(module.text).readline):
            if token.type == tokenize.COMMENT and _EXCUSED.search(token.string):
                found.append(f"{module.path}:{token.start[0]} {token.string}")
    return found


def test_modules_are_short() -> None:
    nothing(long_modules(ROOT, present()))


def test_functions_are_short() -> None:
    nothing(long_functions(modules()))


def test_ruff_holds_complexity() -> None:
    """Ruff counts it; here is only seen to that nobody told it to look away."""
    lint = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["tool"]["ruff"]["lint"]
    assert "C90" in lint["select"]
    assert lint["mccabe"]["max-complexity"] <= COMPLEXITY
    ignored = [*lint.get("ignore", []), *(rule for rules in lint["per-file-ignores"].values() for rule in rules)]
    assert [rule for rule in ignored if rule == "C" or rule.startswith("C9")] == []
    nothing(excuses(modules()))


def test_length_is_noticed(tmp_path: Path) -> None:
    body = "def f() -> None:\n" + "    pass\n" * FUNCTION_LINES
    files = {"bot/long.py": body + "\n" * MODULE_LINES, "bot/fine.py": "x = 1\n" * MODULE_LINES}
    found = planted(tmp_path, files)
    assert long_functions(found) == ["bot/long.py:1 f: 61 lines"]
    assert long_modules(tmp_path, files) == ["bot/long.py: 361 lines"]
    (tmp_path / "widget.js").write_text("\n" * (MODULE_LINES + 1), encoding="utf-8")
    assert long_modules(tmp_path, ["widget.js"]) == ["widget.js: 301 lines"]


def test_an_excuse_is_noticed(tmp_path: Path) -> None:
    files = {"bot/a.py": "x = 1  # noqa: C901\ny = 2  # noqa\nz = 3  # noqa: S105 - no secret\ns = '# noqa'\n"}
    assert excuses(planted(tmp_path, files)) == ["bot/a.py:1 # noqa: C901", "bot/a.py:2 # noqa"]
