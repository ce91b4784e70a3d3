"""Understand one utterance a line, answered in the form of `/model/parse`."""

from __future__ import annotations

import argparse
import gc
import json
import sys

from bot import configure as configuration


def arguments(parser: argparse.ArgumentParser) -> None:
    parser.epilog = "example: echo the lift is stuck | python -m bot parse"


def run(parsed: argparse.Namespace) -> int:
    settings = configuration.load()
    from bot.clock import SystemClock
    from bot.http.parsed import parse
    from intents.renew import renew
    from intents.understand import Embedded

    # The model alone: nothing here asks the database. What is printed are answers only.
    renew(settings.model_path, lambda said: print(said, file=sys.stderr), settings.taught_path)
    # All of a model stays: whoever looks for rubbish in it meanwhile takes longer than the reading.
    gc.disable()
    interpreter = Embedded(settings.model_path, settings.intents.cues)
    gc.freeze()
    gc.enable()
    clock = SystemClock(settings.zone, settings.now)
    for line in sys.stdin:
        print(json.dumps(parse(interpreter, line.rstrip("\n"), clock.now()), ensure_ascii=False), flush=True)
    return 0
