"""`python -m bot <command>`: each command is a module of `bot.commands`, imported only when it is called."""

from __future__ import annotations

import argparse
import importlib
import sys

from bot.contract.errors import Misconfigured

COMMANDS = {
    "serve": "serve on LINLI_HOST:LINLI_PORT (migrates, trains and loads the demo first)",
    "worker": "do what happens later, without listening (PostgreSQL)",
    "talk": "talk to the desk in this terminal",
    "parse": "understand one utterance a line from standard input",
    "train": "train the classifier from intents/sentences",
    "check": "check config.yml, the flows and the catalogues",
    "rasa": "install, train and serve Rasa beside us",
    "doctor": "say what is missing for a safe service, and how to get it",
    "deliveries": "list, show and replay what went out or could not",
    "drills": "show what was tried of the alarm line and how soon it answered, or try it now",
    "publish": "publish what a channel keeps at its vendor's, such as WeChat's menu",
    "backup": "write everything into one file, while Linli goes on serving",
    "restore": "put a backup back and prove that all of it is there",
    "reconcile": "compare a day with the payment provider's statement",
    "reseal": "seal the secrets in the database with the newest key",
    "languages": "how complete each language is",
    "new": "make a key, a webhook, or an account for the desk",
    "audit": "see that the desk's audit log is whole",
}


def main(arguments: list[str]) -> int:
    parser = argparse.ArgumentParser(prog="python -m bot", description="Linli, the front desk")
    commands = parser.add_subparsers(dest="command", required=True, metavar="command")
    chosen = next((a for a in arguments if a in COMMANDS), None)
    for name, what in COMMANDS.items():
        sub = commands.add_parser(name, help=what, description=what)
        if name == chosen:
            module = importlib.import_module(f"bot.commands.{name}")
            module.arguments(sub)
            sub.set_defaults(run=module.run)
    parsed = parser.parse_args(arguments)
    try:
        return int(parsed.run(parsed))
    except Misconfigured as error:
        print(f"linli: {error}", file=sys.stderr)
        return 2
    except KeyboardInterrupt:
        return 130


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
