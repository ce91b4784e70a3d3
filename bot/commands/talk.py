"""Talk to the desk in this terminal, on the same path as production; --record keeps the talk as a transcript."""

from __future__ import annotations

import argparse
import asyncio
import logging
import secrets
import sys
from collections.abc import Iterator
from pathlib import Path

import yaml

from bot import configure as configuration
from bot.contract.messages import Address, Card, Choices, InboundMessage, Kind, Link, Media, OutboundMessage, Profile
from bot.contract.plain import clean
from bot.logs import start_logging

Turn = dict[str, object]


def arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--as", dest="sender", default="", help="continue as this sender (default: a new one)")
    parser.add_argument("--profile", choices=[str(p) for p in Profile], default="text", help="how prompts are shown")
    parser.add_argument("--record", metavar="FILE.yml", type=Path, help="write the talk as a dialogue test")


def run(parsed: argparse.Namespace) -> int:
    settings = configuration.load()
    start_logging(logging.ERROR, settings.log)
    from bot.app import open_desk, prepare
    from bot.inbox import take

    prepare(settings)
    desk = open_desk(settings)
    sender = parsed.sender or f"talk-{secrets.token_hex(3)}"
    profile = Profile(parsed.profile)
    turns: list[Turn] = []
    runner = asyncio.Runner()
    if sys.stdin.isatty():
        print(f"You are {sender}. Type as you would speak; Ctrl-D ends.")
    try:
        for line in _lines():
            said = clean(line)
            keyed = profile.is_heard and not said
            message = InboundMessage(
                id=secrets.token_hex(12),
                sender=Address("rest", sender),
                kind=Kind.SILENCE if keyed else Kind.TEXT,
                received_at=desk.clock.now(),
                text=said,
                profile=profile,
            )
            replies = runner.run(take(desk, message))
            text, choices = _shown(replies)
            print(f"\n{text}\n")
            turns.append({"resident": said})
            turns.append({"bot": text, **({"choices": choices} if choices else {})})
    finally:
        runner.close()
        desk.db.close()
        if parsed.record and turns:
            _write(parsed.record, turns, parsed.profile, desk.clock.now().strftime("%Y-%m-%dT%H:%M"))
            print(f"written to {parsed.record}")
    return 0


def _lines() -> Iterator[str]:
    """Lines of the terminal one by one, or of a pipe."""
    while True:
        try:
            yield input("> " if sys.stdin.isatty() else "")
        except EOFError:
            return


def _shown(replies: tuple[OutboundMessage, ...]) -> tuple[str, list[str]]:
    lines: list[str] = []
    choices: list[str] = []
    for part in (part for reply in replies for part in reply.parts):
        match part:
            case Choices():
                lines.append(part.text)
                choices = [item.title for item in part.items]
            case Card():
                lines.append(part.text)
            case Link():
                lines.append(f"{part.title} {part.url}")
            case Media():
                lines.append(part.alt)
            case _:
                lines.append(part.text)
    return "\n".join(lines), choices


def _write(path: Path, turns: list[Turn], profile: str, now: str) -> None:
    data = {"dialogue": path.stem, "given": {"channel": profile, "now": now}, "turns": turns}
    path.write_text(yaml.safe_dump(data, allow_unicode=True, sort_keys=False, width=110), encoding="utf-8")
