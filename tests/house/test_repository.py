"""What a stranger clones: no machine's paths, no secrets, no registry's name, and everything pinned by its hash."""

from __future__ import annotations

import re
from collections.abc import Iterable
from pathlib import Path, PurePosixPath

from pip._internal.models.index import PyPI
from pip._internal.models.index import TestPyPI as Rehearsal

from tests.house.tree import ROOT, nothing, tracked

BIGGEST = 1_000_000
# Taken from pip itself: written out here, they would stand in a tracked file.
HOSTS = tuple(
    sorted({host.lower().encode() for index in (PyPI, Rehearsal) for host in (index.netloc, index.file_storage_domain)})
)
_MACHINES = "|".join(("work", "farm", "root", "home/[^/\\s]+", "Users/[^/\\s]+", "tmp/[^/\\s]+"))
_PATH = re.compile(rf"(?:(?<![\w.\-/}}])|(?<=//))/(?:{_MACHINES})/\w|\b[A-Z]:\\Users\\".encode())
_SECRETS = re.compile(
    "|".join(
        (
            r"-----BEGIN [A-Z ]*PRIVATE KEY-----",
            r"\bAKIA[0-9A-Z]{16}\b",
            r"\bgh[pousr]_[A-Za-z0-9]{36}",
            r"\bglpat-[\w-]{20}",
            r"\bxox[abpr]-[\w-]{10,}",
            r"\bsk[-_](?:live|proj|ant)?[-_]?[A-Za-z0-9]{24,}",
            r"\bAIza[\w-]{35}",
            r"\b\d{8,10}:AA[\w-]{33}\b",
            r"\b(?:AC|SK)[0-9a-f]{32}\b",
            r"\beyJ[\w-]{10,}\.eyJ[\w-]{10,}\.[\w-]{10,}",
            r"(?i:secret|token|password|api_?key)[\"']?\s*[:=]\s*[\"'](?=[^\"']*\d)(?=[^\"']*[A-Za-z])[\w+/=-]{24,}[\"']",
        )
    ).encode()
)
_KEPT_APART = re.compile(r"(^|/)\.env(\..*)?$|\.(pem|key|p12|pfx|db|sqlite3?|pyc|mo)$")
_PIN = re.compile(r"^([A-Za-z0-9._-]+)(\[[\w,-]+\])?==\S+")
_MAKE_TEST = re.compile(r"^\s*(exec\s+|time\s+)?make\b[^#\n]*\stest\b", re.MULTILINE)


def holding(root: Path, paths: Iterable[str], pattern: re.Pattern[bytes]) -> list[str]:
    """Files with a match, and the line of the first one; never the match itself, which a log would then keep."""
    found: list[str] = []
    for path in paths:
        content = (root / path).read_bytes()
        match = pattern.search(content)
        if match:
            line = content.count(b"\n", 0, match.start()) + 1
            found.append(f"{path}:{line}")
    return found


def unpinned(requirements: str) -> list[str]:
    """Lines of a lock file that are no pin with a hash: options with hosts, addresses, loose versions."""
    logical = re.sub(r"\\\n", " ", requirements).splitlines()
    lines = [line.strip() for line in logical if line.strip() and not line.strip().startswith("#")]
    return [line for line in lines if not _PIN.match(line) or "--hash=sha256:" not in line or "://" in line]


def names(requirements: str) -> set[str]:
    """The packages of a list of requirements, spelled alike."""
    lines = (re.match(r"[A-Za-z0-9._-]+", line) for line in requirements.splitlines())
    return {re.sub(r"[-_.]+", "-", line.group(0)).lower() for line in lines if line}


def heavy(root: Path, paths: Iterable[str]) -> list[str]:
    return [path for path in paths if (root / path).stat().st_size > BIGGEST]


def test_no_registry_is_named() -> None:
    assert len(HOSTS) >= 3
    nothing(holding(ROOT, tracked(), _named(HOSTS)))


def _named(hosts: Iterable[bytes]) -> re.Pattern[bytes]:
    return re.compile(b"|".join(re.escape(host) for host in hosts), re.IGNORECASE)


def test_no_path_of_a_machine() -> None:
    nothing(holding(ROOT, tracked(), _PATH))


def test_no_secrets() -> None:
    nothing(holding(ROOT, tracked(), _SECRETS))
    nothing([path for path in tracked() if _KEPT_APART.search(path)])


def test_no_file_is_heavy() -> None:
    nothing(heavy(ROOT, tracked()))


def test_no_file_lies_loose() -> None:
    """The top level is the product's; a Python file there is something left behind."""
    nothing([path for path in tracked() if len(PurePosixPath(path).parts) == 1 and path.endswith((".py", ".log"))])


def test_requirements_are_pinned_by_hash() -> None:
    text = (ROOT / "requirements.txt").read_text(encoding="utf-8")
    nothing(unpinned(text))
    nothing(sorted(names((ROOT / "requirements.in").read_text(encoding="utf-8")) - names(text)))


def test_ci_runs_what_the_readme_says() -> None:
    runner = ROOT / ".ci" / "run"
    assert runner.is_file(), ".ci/run is missing"
    assert _MAKE_TEST.search(runner.read_text(encoding="utf-8")), ".ci/run does not call make test"


def test_violations_are_noticed(tmp_path: Path) -> None:
    files = {
        "host": b"x\n" + HOSTS[0].upper(),
        "path": b"see /" + b"work/main",
        "home": b'"/' + b'home/li/x"',
        "url": b"sqlite:////" + b"root/x.db, https://" + b"root/x",
        "key": b"-----BEGIN RSA " + b"PRIVATE KEY-----",
        "bot": b"token: 123456789:AA" + b"x" * 33,
        "api": b'API_KEY = "' + b"a1" * 16 + b'"',
        "big": b"0" * (BIGGEST + 1),
        "fine": b"https://example.org/work/main, framework/main, token: str, sha256:" + b"a1" * 32,
    }
    for name, content in files.items():
        (tmp_path / name).write_bytes(content)
    assert holding(tmp_path, files, _named(HOSTS)) == ["host:2"]
    assert holding(tmp_path, files, _PATH) == ["path:1", "home:1", "url:1"]
    assert holding(tmp_path, files, _SECRETS) == ["key:1", "bot:1", "api:1"]
    assert heavy(tmp_path, files) == ["big"]
    kept = ["backend/.env", ".env.local", "a/b.pem", "a/env.py", "environment.md"]
    assert [path for path in kept if _KEPT_APART.search(path)] == kept[:3]


def test_a_loose_requirement_is_noticed() -> None:
    good = "a==1.0 \\\n    --hash=sha256:00\n    # via b\nc[d]==2 --hash=sha256:11\n"
    assert unpinned(good) == []
    bad = ["--index-url x", "a>=1 --hash=sha256:00", "a==1", "a @ https://x --hash=sha256:00"]
    assert unpinned(good + "\n".join(bad)) == bad
    assert names("A_b>=1\n# c\nd ; x\n") == {"a-b", "d"}


def test_a_silent_ci_is_noticed() -> None:
    assert _MAKE_TEST.search("set -e\nmake -j2 test\n")
    assert not _MAKE_TEST.search("# make test\necho make test\nmake lint\n")
