"""A program that has everything imported and hands out a copy of itself for each line it reads: `python -m
tests.load.nursery` with the arguments of `tests.load.paced`.

Where a process is killed again and again on a machine with other work, most of the time would go into imports. What a
copy knows of alarms is what the database holds, as after any start; a whole start takes longer.
"""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import IO

from tests.load.process import ROOT


class Nursery:
    """The parent's side: `begin` gives the pid of a new copy, which nobody but the test ends."""

    def __init__(self, arguments: Sequence[str], told: Mapping[str, str], log: Path) -> None:
        inherited = {name: value for name, value in os.environ.items() if not name.startswith("LINLI_")}
        with log.open("ab") as output:
            self._process = subprocess.Popen(
                [sys.executable, "-m", "tests.load.nursery", *arguments],
                cwd=ROOT,
                env={**inherited, **told},
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=output,
            )

    def begin(self) -> int:
        asks, tells = _ends(self._process)
        asks.write(b"\n")
        asks.flush()
        return int(tells.readline())

    def close(self) -> None:
        asks, _ = _ends(self._process)
        asks.close()
        self._process.wait(timeout=60)


def _ends(process: subprocess.Popen[bytes]) -> tuple[IO[bytes], IO[bytes]]:
    if process.stdin is None or process.stdout is None:
        raise RuntimeError("the nursery has no ears")
    return process.stdin, process.stdout


def main(arguments: Sequence[str]) -> int:
    import bot.app  # noqa: F401 - what takes the time
    from tests.load import paced

    signal.signal(signal.SIGCHLD, signal.SIG_IGN)
    while sys.stdin.buffer.readline():
        child = os.fork()
        if child == 0:
            signal.signal(signal.SIGCHLD, signal.SIG_DFL)
            os.dup2(os.open(os.devnull, os.O_RDONLY), 0)
            os.dup2(2, 1)
            os._exit(paced.main(arguments))
        print(child, flush=True)
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
