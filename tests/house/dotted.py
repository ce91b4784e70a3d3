"""Says what a name in a module really is, so that `from time import time as now` hides nothing from a check."""

from __future__ import annotations

import ast
from collections.abc import Iterator


def imported(tree: ast.Module) -> dict[str, str]:
    """Local name → dotted name, of every import anywhere in the module."""
    known: dict[str, str] = {}
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            for alias in node.names:
                first = alias.name.split(".")[0]
                known[alias.asname or first] = alias.name if alias.asname else first
        elif isinstance(node, ast.ImportFrom) and not node.level:
            for alias in node.names:
                known[alias.asname or alias.name] = f"{node.module}.{alias.name}"
    return known


def dotted(node: ast.expr, known: dict[str, str]) -> str | None:
    """The dotted name of `a.b.c` when `a` was imported, else None."""
    if isinstance(node, ast.Name):
        return known.get(node.id)
    if isinstance(node, ast.Attribute):
        before = dotted(node.value, known)
        return f"{before}.{node.attr}" if before else None
    return None


def uses(tree: ast.Module) -> Iterator[tuple[str, int]]:
    """Every use of something imported: its dotted name and its line."""
    known = imported(tree)
    for node in ast.walk(tree):
        if isinstance(node, (ast.Name, ast.Attribute)):
            name = dotted(node, known)
            if name:
                yield name, node.lineno


def vendors(tree: ast.Module) -> Iterator[tuple[str, int]]:
    """Every top-level package imported, lazily or for types only included, and the line."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            for alias in node.names:
                yield alias.name.split(".")[0], node.lineno
        elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
            yield node.module.split(".")[0], node.lineno
