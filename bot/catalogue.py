"""Draws every `t("…")` and `tn("…", "…")` out of the source into locales/, so that nothing is left untranslated."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from babel.messages.catalog import Catalog
from babel.messages.pofile import read_po, write_po

_IN_PAGE = re.compile(r'(?<!\w)_\("((?:[^"\\]|\\.)+)"(?:, context="([^"]+)")?')
ROOMS = ("bot", "flows", "backend", "channels", "intents")


@dataclass(frozen=True, slots=True)
class Found:
    msgid: str | tuple[str, str]
    context: str | None
    path: str
    line: int


def collect(root: Path) -> list[Found]:
    """Every msgid in the source with the place of its use; spoken forms are msgids of their own."""
    found: list[Found] = []
    for room in ROOMS:
        for path in sorted((root / room).rglob("*.py")):
            tree = ast.parse(path.read_text(encoding="utf-8"))
            name = path.relative_to(root).as_posix()
            for node in ast.walk(tree):
                if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id in ("t", "tn"):
                    found.extend(_of_call(node, name))
        for path in sorted((root / room).rglob("templates/*.html")):
            found.extend(_of_template(path.read_text(encoding="utf-8"), path.relative_to(root).as_posix()))
    return found


def _of_template(text: str, path: str) -> Iterator[Found]:
    """`_("…")` and `_("…", context="…", name=value)` as the console's pages have them."""
    for match in _IN_PAGE.finditer(text):
        msgid, context = match.group(1).replace('\\"', '"'), match.group(2)
        yield Found(msgid, context, path, text.count("\n", 0, match.start()) + 1)


def _of_call(node: ast.Call, path: str) -> Iterator[Found]:
    strings = [a.value for a in node.args if isinstance(a, ast.Constant) and isinstance(a.value, str)]
    named = {k.arg: k.value.value for k in node.keywords if k.arg and isinstance(k.value, ast.Constant)}
    context = named.get("context")
    context = context if isinstance(context, str) else None
    if isinstance(node.func, ast.Name) and node.func.id == "tn" and len(strings) == 2:
        yield Found((strings[0], strings[1]), context, path, node.lineno)
    elif strings:
        yield Found(strings[0], context, path, node.lineno)
    spoken = named.get("spoken")
    if isinstance(spoken, str):
        yield Found(spoken, context, path, node.lineno)


def template(root: Path) -> Catalog:
    """The template: msgids with the files that use them, without line numbers, which change all the time."""
    catalogue = Catalog(project="Linli", version="", copyright_holder="", msgid_bugs_address="", charset="utf-8")
    for item in collect(root):
        catalogue.add(item.msgid, context=item.context, locations=[(item.path, 0)])
    return catalogue


def update(root: Path, languages: list[str]) -> dict[str, int]:
    """Write linli.pot and bring each language's .po up to it; returns how many are untranslated, per language."""
    fresh = template(root)
    with (root / "locales" / "linli.pot").open("wb") as file:
        write_po(file, fresh, width=110, sort_output=True, include_lineno=False, omit_header=False)
    missing: dict[str, int] = {}
    for language in languages:
        path = root / "locales" / language / "LC_MESSAGES" / "linli.po"
        path.parent.mkdir(parents=True, exist_ok=True)
        known = Catalog(locale=language)
        if path.exists():
            with path.open("rb") as file:
                known = read_po(file, locale=language)
        known.update(fresh, no_fuzzy_matching=True)
        known.obsolete.clear()
        with path.open("wb") as file:
            write_po(file, known, width=110, sort_output=True, include_lineno=False)
        missing[language] = len([m for m in known if m.id and not m.string])
    return missing
