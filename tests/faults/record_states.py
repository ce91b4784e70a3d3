"""Record the states of conversations that this release leaves behind: `python -m tests.faults.record_states 0.2.0`."""

from __future__ import annotations

import argparse
import sys
import tempfile
from pathlib import Path

from bot import configure as configuration
from bot.app import open_desk, prepare
from intents.understand import Embedded
from tests.conftest import at_the_transcripts
from tests.faults.states import keep, record


def main(arguments: list[str]) -> int:
    parser = argparse.ArgumentParser(prog="python -m tests.faults.record_states", description=__doc__)
    parser.add_argument("release", help="its name; what was recorded under it before is replaced")
    name = parser.parse_args(arguments).release
    with tempfile.TemporaryDirectory() as made:
        folder = Path(made)
        settings = configuration.load({"LINLI_DATABASE_URL": f"sqlite:///{folder / 'blank.db'}"})
        prepare(settings)
        open_desk(at_the_transcripts(settings)).db.close()
        left = []
        for one in record(settings, Embedded(settings.model_path), folder):
            left.append(one)
            print(f"{len(left):>4}  {one.language:<8} {one.flow}: {one.at}", file=sys.stderr)
    print(f"{len(left)} states of {len({one.flow for one in left})} flows in {keep(name, left)}")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
