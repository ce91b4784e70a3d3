"""What one serving process holds after 100,000 messages: `python -m tests.load.memory`.

Ends with 1 when that is too much, when it still grows, or when an answer was wrong.
"""

from __future__ import annotations

import argparse
import sys
import tempfile
from collections.abc import Sequence
from pathlib import Path

from tests.load.bench import play
from tests.load.process import PRODUCT, ROOT, copy_model, served

MOST_MB, GROWTH = 220, 1.1
STEPS = 10
SECONDS = 1_200.0


def main(arguments: Sequence[str]) -> int:
    parser = argparse.ArgumentParser(prog="python -m tests.load.memory", description=__doc__)
    parser.add_argument("--messages", type=int, default=100_000)
    given = parser.parse_args(arguments)
    held: list[float] = []
    messages, wrong = 0, 0
    print("| messages | MB |\n|---|---|", flush=True)
    with tempfile.TemporaryDirectory(prefix="linli-memory-") as made:
        folder = Path(made)
        copy_model(ROOT / "data" / "model", folder / "model")
        with served(PRODUCT, folder, "ours.db") as server:
            for step in range(1, STEPS + 1):
                while messages < given.messages * step // STEPS:
                    # Two and a half messages make a talk.
                    talks = max(14, (given.messages * step // STEPS - messages) * 2 // 5)
                    met = play(server, ("-c", "8", "-n", str(talks)), SECONDS)
                    messages, wrong = messages + met["messages"], wrong + met["errors"]
                held.append(server.now_mb() or 0.0)
                print(f"| {messages:,} | {held[-1]:.0f} |", flush=True)
    grown = held[-1] / held[0] if held[0] else 0.0
    print(f"{wrong} wrong answers; {grown:.2f} of what it held after the first tenth (goal: {MOST_MB} MB, {GROWTH})")
    return 1 if wrong or held[-1] > MOST_MB or grown > GROWTH else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
