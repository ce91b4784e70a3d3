"""Rasa beside us: install it, validate our sentences with it, train it, serve it on loopback."""

from __future__ import annotations

import argparse
import signal
import sys
import threading
from typing import TYPE_CHECKING, NoReturn
from urllib.parse import urlsplit

from bot import configure as configuration
from bot.contract.errors import Unavailable

if TYPE_CHECKING:
    from intents.rasa.sidecar import Sidecar

STEPS = ("install", "validate", "train", "serve")


def arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("steps", nargs="*", help=f"some of {', '.join(STEPS)} (default: all)")
    parser.add_argument("--config", default="config.yml", help="a configuration of intents/rasa (config.diet.yml)")
    parser.add_argument("--python", default="", help="the Python 3.10 or 3.11 to build its environment with")


def run(parsed: argparse.Namespace) -> int:
    settings = configuration.load()
    from intents.rasa.environment import Environment
    from intents.rasa.project import FOLDER
    from intents.rasa.sidecar import Sidecar

    steps = parsed.steps or STEPS
    unknown = set(steps) - set(STEPS)
    if unknown:
        print(f"no such step: {', '.join(sorted(unknown))}", file=sys.stderr)
        return 2
    environment = Environment(settings.rasa_path / "environment")
    sidecar = Sidecar(environment, settings.rasa_path)
    if "install" in steps:
        environment.install(print, parsed.python)
    if "validate" in steps or "train" in steps:
        sidecar.write(FOLDER / parsed.config)
    if "validate" in steps:
        complaints = sidecar.validate()
        print("\n".join([*complaints, f"rasa data validate: passed, {len(complaints)} warnings"]))
    if "train" in steps:
        print("Training Rasa on the sentences, a minute or two ...", flush=True)
        print(f"trained in {sidecar.train():.0f} s")
    if "serve" in steps:
        port = urlsplit(settings.intents.rasa.url).port or 5005
        _serve(sidecar, port, anew="train" in steps)
    return 0


def _serve(sidecar: Sidecar, port: int, *, anew: bool) -> None:
    """Until Ctrl-C or TERM; the child ends with us."""
    signal.signal(signal.SIGTERM, _end)
    try:
        with sidecar.served(port) as url:
            if anew:
                found = sidecar.read_scores(url)
                print(f"scores read on the sentences left out: nothing fits below {found.reject:.2f}")
            print(f"Rasa serves on {url}; set intents.engine: rasa in config.yml", flush=True)
            threading.Event().wait()
    except KeyboardInterrupt:
        print("ended")
    except Unavailable as error:
        print(error.reason, file=sys.stderr)
        sys.exit(1)


def _end(*_: object) -> NoReturn:
    raise KeyboardInterrupt
