"""Publish what a channel keeps at its vendor's: the menu as config.yml has it, or a QR code that binds a home."""

from __future__ import annotations

import argparse
import asyncio
import sys

from bot import configure as configuration
from bot.contract.channel import Publishes
from bot.contract.errors import LinliError, Misconfigured

CODE_SECONDS = 14 * 24 * 3600


def arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("channel", help="as in config.yml, such as wechat")
    parser.add_argument("--account", default="", help="default: the only one in config.yml")
    parser.add_argument(
        "--code", default="", help="of `new code`: the link for a QR code which binds the home by a scan"
    )


def run(parsed: argparse.Namespace) -> int:
    settings = configuration.load()
    channel = settings.channels.get(parsed.channel)
    if channel is None or not channel.enabled:
        raise Misconfigured(f"the channel '{parsed.channel}' is not on", file="config.yml")
    account = parsed.account or next(iter(channel.accounts), "")
    if account not in channel.accounts:
        raise Misconfigured(f"no such account: {account}", file="--account")
    from bot.app import build, open_desk, prepare

    prepare(settings)
    desk = open_desk(settings)
    try:
        hop = build(settings, desk).state.tools.senders.get(parsed.channel)
        if hop is None or not isinstance(hop.way, Publishes):
            raise Misconfigured(
                f"nothing can be published at {parsed.channel}: are its secrets set?", file="config.yml"
            )
        return asyncio.run(_publish(hop.way, account, parsed.code))
    finally:
        desk.db.close()


async def _publish(way: Publishes, account: str, code: str) -> int:
    try:
        if code:
            print(await way.scene(account, code, CODE_SECONDS))
        else:
            await way.publish(account)
            print(f"published for {account}")
    except LinliError as error:
        print(f"linli: {error.reason}", file=sys.stderr)
        return 1
    finally:
        await way.close()
    return 0
