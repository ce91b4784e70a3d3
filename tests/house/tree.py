"""The files of the repository as the checks see them, so that each check is a function over a list of modules."""

from __future__ import annotations

import ast
import functools
import subprocess
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
ROOMS = ("bot", "intents", "channels", "flows", "backend")


@dataclass(frozen=True, slots=True)
class Module:
    """One Python file; path: from the repository's root, with slashes."""

    path: str
    text: str
    tree: ast.Module

    @property
    def room(self) -> str:
        return self.path.split("/")[0]


def tracked() -> list[str]:
    """What git holds."""
    return _listed("--cached")


def present() -> list[str]:
    """What git holds and what will be added to it: new files must not wait for their commit to be looked at."""
    return _listed("--cached", "--others", "--exclude-standard")


def _listed(*which: str) -> list[str]:
    done = subprocess.run(["git", "ls-files", "-z", *which], cwd=ROOT, check=True, capture_output=True)
    names = sorted({name for name in done.stdout.decode().split("\0") if name})
    return [name for name in names if (ROOT / name).is_file()]


def read(root: Path, paths: Iterable[str]) -> list[Module]:
    """These files of a folder, parsed."""
    found: list[Module] = []
    for path in paths:
        text = (root / path).read_text(encoding="utf-8")
        found.append(Module(path, text, ast.parse(text, filename=path)))
    return found


@functools.cache
def modules() -> tuple[Module, ...]:
    """Every Python file of the repository, tests included."""
    return tuple(read(ROOT, [path for path in present() if path.endswith(".py")]))


def source() -> list[Module]:
    """The five rooms, without tests."""
    return [module for module in modules() if module.room in ROOMS]


def planted(folder: Path, files: Mapping[str, str]) -> list[Module]:
    """Files written into a folder and read back: the violations on which a check shows that it can fail."""
    for path, text in files.items():
        target = folder / path
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_text(text, encoding="utf-8")
    return read(folder, files)


def nothing(found: list[str]) -> None:
    """Fails with every offender on its own line: pytest would show the first alone."""
    assert not found, "\n" + "\n".join(found)
