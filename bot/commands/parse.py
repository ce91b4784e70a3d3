"""Understand one utterance a line, answered in the form of `/model/parse`."""

from __future__ import annotations

import argparse
import json
import sys

from bot import settings as configuration


def arguments(parser: argparse.ArgumentParser) -> None:
    parser.epilog = "example: echo the lift is stuck | python -m bot parse"


def run(parsed: argparse.Namespace) -> int:
    settings = configuration.load()
    from bot.app import prepare
    from bot.clock import SystemClock
    from bot.http.rasa import parse
    from intents.understand import Embedded

    prepare(settings)
    interpreter = Embedded(settings.model_path, settings.intents.cues)
    clock = SystemClock(settings.zone, settings.now)
    for line in sys.stdin:
        print(json.dumps(parse(interpreter, line.rstrip("\n"), clock.now()), ensure_ascii=False), flush=True)
    return 0
