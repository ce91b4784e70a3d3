"""Seal secrets, keys of passes and notes on health with the newest key, so that an older one may be thrown away."""

from __future__ import annotations

import argparse

from sqlalchemy import Connection

from bot import configure as configuration
from bot.contract.errors import Misconfigured, Unavailable


def arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--new-key", action="store_true", help="make a newer key in the key file first")
    parser.epilog = "Processes that serve are started again after --new-key; then the old line of the file may go."


def run(parsed: argparse.Namespace) -> int:
    settings = configuration.load()
    from backend import vault
    from backend.db import Database, parse_url
    from backend.migrate import migrate
    from backend.services import care, health, pass_keys, pins, webhooks
    from backend.services.sign_in import accounts

    if parsed.new_key:
        if settings.secret_key:
            raise Misconfigured("write the newer key before the older one here first", file=vault.VARIABLE)
        vault.add_key(settings.key_file)
    vault.unlock(settings.secret_key, settings.key_file)
    url = parse_url(settings.database_url)
    migrate(url)
    db = Database(url)

    def work(connection: Connection) -> int:
        sealed = (webhooks.reseal, pass_keys.reseal, accounts.reseal, care.reseal, health.reseal, pins.reseal)
        return sum(reseal(connection) for reseal in sealed)

    try:
        print(f"{db.submit(work).result()} secrets are sealed with the newest key")
    except Unavailable as error:
        raise Misconfigured(error.reason, file=vault.VARIABLE) from error
    finally:
        db.close()
    return 0
