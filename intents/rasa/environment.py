"""Rasa's own Python environment: its pins exclude ours, so it has a lock for each Python it runs on."""

from __future__ import annotations

import re
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

from bot.contract.errors import Misconfigured

FOLDER = Path(__file__).resolve().parent
# Rasa's last open release is made for 3.10; on 3.11 it runs, though its wheel says that it does not.
LOCKS = {"3.10": FOLDER / "requirements-py310.txt", "3.11": FOLDER / "requirements-py311.txt"}
MISSING = (
    "Rasa needs Python 3.10 or 3.11 with venv: install python3.10 or python3.11, or `pyenv install 3.10`, "
    "or name one with RASA_PYTHON=/path/to/python3.10"
)
_BUILDERS = ("setuptools", "wheel")
# Quiet, local, on the processor, the same every time.
QUIET = (
    "env",
    "RASA_TELEMETRY_ENABLED=false",
    "TF_CPP_MIN_LOG_LEVEL=3",
    "SQLALCHEMY_SILENCE_UBER_WARNING=1",
    "CUDA_VISIBLE_DEVICES=-1",
    "PYTHONWARNINGS=ignore",
    "PYTHONHASHSEED=0",
)
Say = Callable[[str], None]


def find_python(asked: str = "") -> tuple[str, str] | None:
    """A Python that Rasa runs on and its version, 3.10 first; None when there is none."""
    found = [(path, version) for path in _candidates(asked) if (version := _version(path)) in LOCKS]
    return min(found, key=lambda pair: pair[1], default=None)


def _candidates(asked: str) -> Iterator[str]:
    if asked:
        yield asked
        return
    for version in LOCKS:
        path = shutil.which(f"python{version}")
        if path:
            yield path
    # Ours, where it is a 3.11 that no path names.
    yield sys.executable
    if shutil.which("pyenv"):
        done = subprocess.run(["pyenv", "root"], capture_output=True, text=True, check=False)
        roots = Path(done.stdout.strip()) / "versions"
        for version in LOCKS:
            yield from (str(path) for path in sorted(roots.glob(f"{version}.*/bin/python"), reverse=True))


def _version(path: str) -> str:
    """What really answers at this path, and can make an environment: a shim may stand for nothing."""
    code = "import sys, ensurepip; print('%d.%d' % sys.version_info[:2])"
    try:
        done = subprocess.run([path, "-c", code], capture_output=True, text=True, check=False, timeout=30)
    except (OSError, subprocess.TimeoutExpired):
        return ""
    return done.stdout.strip() if done.returncode == 0 else ""


class Environment:
    """The environment below `folder`; `rasa` is its program."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.rasa = folder / "bin" / "rasa"
        self._stamp = folder / ".installed"

    def install(self, say: Say, asked: str = "") -> None:
        """Build it, or leave it when it is of today's lock; raises `Misconfigured` where there is no Python for it."""
        python = find_python(asked)
        if python is None:
            raise Misconfigured(MISSING, file="RASA_PYTHON")
        path, version = python
        lock = LOCKS[version].read_text(encoding="utf-8")
        if self._stamp.is_file() and self._stamp.read_text(encoding="utf-8") == lock and self.rasa.is_file():
            return
        say(f"Installing Rasa for Python {version} into {self.folder} (once; about 600 MB to fetch) ...")
        # What is half installed or not there at all is no obstacle; what cannot be removed shows at the next line.
        shutil.rmtree(self.folder, ignore_errors=True)
        _must([path, "-m", "venv", str(self.folder)], "an environment cannot be made")
        builders = self.folder / "builders.txt"
        builders.write_text("".join(_lines_of(lock, _BUILDERS)), encoding="utf-8")
        self._pip(builders)
        self._pip(LOCKS[version], "--no-build-isolation")
        self._stamp.write_text(lock, encoding="utf-8")

    def _pip(self, lock: Path, *more: str) -> None:
        """The lock is whole, so nothing is resolved: Rasa's own bounds leave 3.11 out without a reason."""
        # Not compiled: most of TensorFlow is never imported, and what is compiles itself once.
        exact = ("--require-hashes", "--no-deps", "--ignore-requires-python")
        flags = ("--quiet", "--disable-pip-version-check", "--no-compile", *exact)
        _must(
            [str(self.folder / "bin" / "python"), "-m", "pip", "install", *flags, *more, "-r", str(lock)], "pip failed"
        )

    def run(self, arguments: list[str], folder: Path) -> subprocess.CompletedProcess[str]:
        """One command of Rasa to its end; nothing of it is printed."""
        command = [*QUIET, str(self.rasa), *arguments]
        return subprocess.run(command, cwd=folder, capture_output=True, text=True, check=False)

    def start(self, arguments: list[str], folder: Path, log: Path) -> subprocess.Popen[bytes]:
        """Rasa as our own child: what ends it ends the server, not a shell around it."""
        with log.open("wb") as out:
            return subprocess.Popen([*QUIET, str(self.rasa), *arguments], cwd=folder, stdout=out, stderr=out)


def _lines_of(lock: str, names: tuple[str, ...]) -> list[str]:
    pins = re.sub(r"\\\n\s*", " ", lock).splitlines(keepends=True)
    return [pin for pin in pins if pin.split("==")[0] in names]


def _must(command: list[str], what: str) -> None:
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    if done.returncode != 0:
        last = (done.stderr or done.stdout).strip().splitlines()[-3:]
        raise Misconfigured(f"{what}: {' / '.join(last)}", file=" ".join(command[:4]))
