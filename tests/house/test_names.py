"""Names that say what a thing is for: no drawer for everything, flows after their intents, English in code."""

from __future__ import annotations

import ast
import importlib
import pkgutil
import re
from collections.abc import Iterable, Iterator
from pathlib import Path, PurePosixPath

import flows
from intents.normalise import HAN
from tests.house.taxonomy import INTENTS
from tests.house.tree import Module, modules, nothing, planted, present, source

DRAWERS = frozenset({"util", "utils", "helper", "helpers", "manager", "managers", "common", "base", "misc", "shared"})
# The one place where Chinese is the matter itself: patterns that read it.
CHINESE = ("intents/entities/", "intents/danger.py")
_HAN = re.compile(f"[{HAN}]+")
_NEXT_SENTENCE = re.compile(r"[.!?]\s+[A-Z]")
_VERB_NOUN = re.compile(r"[a-z]+(_[a-z]+)+")


def drawers(paths: Iterable[str]) -> list[str]:
    """Modules and packages named for nothing: a part of a name counts as well, `text_utils` is no better."""
    found: list[str] = []
    for path in paths:
        pure = PurePosixPath(path)
        words = [word for part in (*pure.parent.parts, pure.stem) for word in part.lower().split("_")]
        if DRAWERS.intersection(words):
            found.append(path)
    return found


def undocumented(found_in: Iterable[Module]) -> list[str]:
    """Modules that do not open with one sentence; more may follow after an empty line."""
    found: list[str] = []
    for module in found_in:
        opening = (ast.get_docstring(module.tree) or "").split("\n\n")[0]
        if not opening.endswith((".", "!", "?")) or _NEXT_SENTENCE.search(opening):
            found.append(f"{module.path}: {opening!r}")
    return found


def chinese(found_in: Iterable[Module]) -> list[str]:
    found: list[str] = []
    for module in found_in:
        if not module.path.startswith(CHINESE):
            lines = enumerate(module.text.splitlines(), 1)
            found.extend(f"{module.path}:{n} {''.join(_HAN.findall(line))}" for n, line in lines if _HAN.search(line))
    return found


def misnamed(declared: Iterable[tuple[str, str]]) -> list[str]:
    """Pairs (flow, module): the flow is named after its file and, outside flows.system, like an action."""
    found: list[str] = []
    for name, module in declared:
        if module == "flows.system" or module.startswith("flows.system."):
            continue
        if module.rsplit(".", 1)[-1] != name or not (name in INTENTS or _VERB_NOUN.fullmatch(name)):
            found.append(f"{name} in {module}")
    return found


def _declared() -> Iterator[tuple[str, str]]:
    for info in pkgutil.walk_packages(flows.__path__, "flows."):
        module = importlib.import_module(info.name)
        single = getattr(module, "FLOW", None)
        for flow in (*((single,) if single else ()), *getattr(module, "FLOWS", ())):
            yield flow.name, info.name


def test_no_drawers() -> None:
    nothing(drawers(path for path in present() if path.endswith((".py", ".js", ".css"))))


def test_a_drawer_is_noticed() -> None:
    paths = ["bot/utils.py", "bot/common/x.py", "tests/test_helpers.py", "bot/text_utils.py", "bot/database.py"]
    assert drawers(paths) == paths[:4]


def test_modules_say_why_they_exist() -> None:
    nothing(undocumented(modules()))


def test_a_silent_module_is_noticed(tmp_path: Path) -> None:
    files = {
        "bot/a.py": "",
        "bot/b.py": '"""No full stop"""\n',
        "bot/c.py": '"""One. Two."""\n',
        "bot/d.py": '"""One sentence, e.g. this of 1.5 lines.\n\nMore. And more."""\n',
    }
    found = undocumented(planted(tmp_path, files))
    assert [line.split(":")[0] for line in found] == ["bot/a.py", "bot/b.py", "bot/c.py"]


def test_code_is_english() -> None:
    nothing(chinese(source()))


def test_chinese_is_noticed(tmp_path: Path) -> None:
    word = "\u4f60\u597d"
    files = {"bot/a.py": f"x = 1\ny = '{word}'\n", "intents/danger.py": f"y = '{word}'\n", "bot/b.py": "z = '。'\n"}
    assert chinese(planted(tmp_path, files)) == [f"bot/a.py:2 {word}"]


def test_flows_are_named_after_their_intents() -> None:
    declared = list(_declared())
    assert len(declared) > 1
    nothing(misnamed(declared))


def test_a_misnamed_flow_is_noticed() -> None:
    declared = [("vote", "flows.vote"), ("help", "flows.system.help"), ("repair", "flows.repair"), ("vote", "flows.x")]
    assert misnamed(declared) == ["repair in flows.repair", "vote in flows.x"]
