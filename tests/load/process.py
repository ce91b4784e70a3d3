"""Starts a server as its own process on a free loopback port, waits until it is ready, and ends it by its pid."""

from __future__ import annotations

import os
import secrets
import shutil
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from tests.load.line import HOST

ROOT = Path(__file__).resolve().parents[2]
PRODUCT = ("bot", "serve", "--quiet")
CEILING = ("tests.load.ceiling",)
# No promise, only the end of patience: a first start may have to train, and R13 starts an older program that does.
READY_SECONDS = 480.0
STOP_SECONDS = 60.0
PORTS = range(20_000, 32_000)


@dataclass(frozen=True, slots=True)
class Server:
    """ready_after: seconds from the start of the process to the first 200 of /readyz."""

    pid: int
    port: int
    ready_after: float

    def peak_mb(self) -> float | None:
        """The most memory that its largest process ever held, None where the system does not tell."""
        return max((mb for mb in (_memory(pid, "VmHWM:") for pid in (self.pid, *self.crew())) if mb), default=None)

    def now_mb(self) -> float | None:
        """What its largest process holds now."""
        return max((mb for mb in (_memory(pid, "VmRSS:") for pid in (self.pid, *self.crew())) if mb), default=None)

    def cpu_seconds(self) -> float:
        """A core's time that it and its processes have used: hardly touched by whoever else is busy here."""
        ticks = sum(sum(map(int, _stat(pid)[11:13])) for pid in (self.pid, *self.crew()))
        return ticks / os.sysconf("SC_CLK_TCK")

    def crew(self) -> list[int]:
        """The processes that it started."""
        try:
            return [int(pid) for pid in Path(f"/proc/{self.pid}/task/{self.pid}/children").read_text().split()]
        except OSError:
            return []


def _stat(pid: int) -> list[str]:
    """The fields of /proc's `stat` that follow the name, which may hold blanks."""
    try:
        return Path(f"/proc/{pid}/stat").read_text(encoding="ascii", errors="replace").rpartition(")")[2].split()
    except OSError:
        return ["0"] * 20


def _memory(pid: int, line: str) -> float | None:
    try:
        lines = Path(f"/proc/{pid}/status").read_text(encoding="ascii", errors="replace").splitlines()
    except OSError:
        return None
    found = [each.split()[1] for each in lines if each.startswith(line)]
    return int(found[0]) / 1024 if found else None


def free_port() -> int:
    """Below the ports that the system gives to whoever connects: while a server is down, somebody who calls it again
    and again must not be given its port."""
    while True:
        port = PORTS[secrets.randbelow(len(PORTS))]
        with socket.socket() as probe:
            try:
                probe.bind((HOST, port))
            except OSError:
                continue
            return port


def copy_model(source: Path, to: Path) -> None:
    """The model as it stands, so that a training beside us disturbs nothing; a missing one is trained at the start."""
    to.mkdir(parents=True, exist_ok=True)
    for file in source.glob("model.*"):
        shutil.copy(file, to / file.name)


@contextmanager
def served(
    module: tuple[str, ...],
    folder: Path,
    database: str,
    url: str = "",
    *,
    port: int = 0,
    root: Path = ROOT,
    within: float = READY_SECONDS,
    **variables: str,
) -> Iterator[Server]:
    """The module, served on its own database in this folder or at this URL until the block ends; port: 0 for any;
    root: of which checkout; within: seconds until it must be ready; variables: more of LINLI_*."""
    port = port or free_port()
    inherited = {name: value for name, value in os.environ.items() if not name.startswith("LINLI_")}
    ours = where(folder, database, url, port) | variables
    log = folder / f"{database}.log"
    with log.open("ab") as output:
        began = time.perf_counter()
        process = subprocess.Popen(
            [sys.executable, "-m", *module], cwd=root, env={**inherited, **ours}, stdout=output, stderr=output
        )
        try:
            _wait(process, port, log, within)
            yield Server(process.pid, port, time.perf_counter() - began)
        finally:
            _stop(process)


def where(folder: Path, database: str, url: str, port: int) -> dict[str, str]:
    """What a served program is told of where it runs."""
    return {
        "LINLI_PORT": str(port),
        "LINLI_DATABASE_URL": url or f"sqlite:///{folder / database}",
        "LINLI_MODEL": str(folder / "model"),
        "LINLI_MEDIA": str(folder / "media"),
    }


def is_ready(port: int) -> bool:
    try:
        with urllib.request.urlopen(f"http://{HOST}:{port}/readyz", timeout=30):
            return True
    except urllib.error.HTTPError as error:
        error.close()
    except OSError:
        pass
    return False


def _wait(process: subprocess.Popen[bytes], port: int, log: Path, within: float) -> None:
    until = time.perf_counter() + within
    while time.perf_counter() < until:
        if process.poll() is not None:
            break
        if is_ready(port):
            return
        time.sleep(0.02)
    tail = log.read_text(encoding="utf-8", errors="replace")[-2000:]
    raise RuntimeError(f"{' '.join(process.args)} was never ready:\n{tail}")  # type: ignore[arg-type]  # a list of str


def _stop(process: subprocess.Popen[bytes]) -> None:
    if process.poll() is None:
        process.terminate()
    try:
        process.wait(timeout=STOP_SECONDS)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()
