"""Opens the channels: hands each its ports, takes its routes and its way out."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable, Sequence, Set
from dataclasses import dataclass, field, replace
from functools import partial
from pathlib import Path

from fastapi import FastAPI

import channels
from backend.db import parse_url
from backend.db.url import is_postgres
from backend.providers.speech import Recogniser
from backend.said import Said
from backend.services import fates
from backend.services.drills import rules
from backend.services.ladder import reach
from bot import guarding
from bot.beside import keep
from bot.contract.channel import Account, Channel, Dials, Fate, Ports, Pushes, Welcomes
from bot.contract.routing import gather
from bot.desk import Desk
from bot.ringing import House
from bot.settings import ChannelSettings, Settings
from bot.sharing import Sharing, left
from bot.work import Hop8

log = logging.getLogger("linli.doors")


@dataclass(slots=True)
class Doors:
    """senders: hop 8 of the channels that have one."""

    senders: dict[str, Hop8] = field(default_factory=dict)

    async def run(self, stop: asyncio.Event) -> None:
        """What the channels do beside requests; one that breaks there still carries, and begins again."""
        await asyncio.gather(*(keep(name, one.way.run, stop) for name, one in self.senders.items()))


def open_all(app: FastAPI, doors: Doors, ports: Ports, settings: Settings, desk: Desk) -> None:
    """Every enabled channel's routes on the app, and its way out among the doors."""
    heard = Recogniser(settings.speech_url, settings.speech_model, settings.speech_key) if settings.speech_url else None
    for channel in channels.discover([name for name, one in settings.channels.items() if one.enabled]):
        mine = replace(
            ports,
            accounts=accounts(settings, channel.name, settings.channels[channel.name]),
            api_base=_api_base(settings, channel),
            public_url=settings.public_url,
            first=settings.place == "serve-1",
            turned_away=desk.metrics.refused.labels(channel.name).inc,
            guard=partial(guarding.guard, desk, settings, channel.name),
            fates=partial(_fates, desk, channel.name, doors.senders.keys()),
            left=partial(left, desk),
            shared=Sharing(desk, channel.name, settings.executor, _said(settings, channel.name)),
            recogniser=heard,
            ringing=House(desk, channel.name, ports.languages),
            ignored=partial(_ignored, desk.metrics.unsupported.labels(channel.name).inc, channel.name),
        )
        gather(app, channel.routes(mine), tags=(channel.name,))
        way = channel.outward(mine) if isinstance(channel, Pushes) else None
        if isinstance(channel, Pushes) and way is not None:
            doors.senders[channel.name] = Hop8(channel.profile, way, ports.media)
            if isinstance(way, Welcomes):
                desk.welcomes[channel.name] = way


def _said(settings: Settings, channel: str) -> Said:
    """Beside the database of the one process that serves it; of several, each has a list of its own on its machine."""
    url = parse_url(settings.database_url)
    if is_postgres(url):
        mine = settings.executor.replace("/", "-")
        return Said(settings.media_path.parent / f"said-{channel}-{mine}")
    alone = url.database not in (None, "", ":memory:")
    return Said(Path(f"{url.database}-said-{channel}") if alone else None)


def _api_base(settings: Settings, channel: Channel) -> str:
    return settings.vendors.get(f"{getattr(channel, 'vendor', channel.name).upper()}_API_BASE", "")


def voice(settings: Settings, name: str, community: str) -> str:
    """The account of this channel that can ring a telephone for this community; empty where none can, or where nobody
    outside could ask us what to say then."""
    one = settings.channels.get(name)
    if one is None or not one.enabled or not settings.public_url:
        return ""
    (channel,) = channels.discover([name])
    if not isinstance(channel, Dials):
        return ""
    known = accounts(settings, name, one)
    able = channel.dials(known, _api_base(settings, channel), demo=settings.demo)
    return next((key for key in known if key in able and known[key].community == community), "")


def drills(settings: Settings, community: str, phone: str) -> rules.Rule:
    """What is to be tried in this community, by which of its accounts. phone: the account that can ring."""
    wanted = settings.communities[community].drills
    to = {}
    for way, user in wanted.heartbeat.to.items():
        bound = settings.channels.get(way, ChannelSettings()).accounts
        account = next((key for key, one in bound.items() if one.community == community), "")
        to[way] = (phone if way == reach.VOICE else account, user)
    return rules.Rule(wanted.heartbeat.every, to, wanted.duty, wanted.test, wanted.numbers)


def text(settings: Settings, name: str, community: str) -> str:
    """The account of this channel that can write to a telephone for this community; empty where none can."""
    one = settings.channels.get(name)
    if one is None or not one.enabled:
        return ""
    return next((key for key, bound in one.accounts.items() if bound.community == community), "")


async def _fates(desk: Desk, channel: str, ways: Set[str], account: str, said: Sequence[Fate]) -> None:
    rows = [(one.vendor_id, one.state, one.at, one.reason) for one in said]
    now, real = desk.clock.now(), desk.clock.real()
    await desk.db.write(lambda c: fates.heard(c, channel, account, rows, ways, now, real))


def _ignored(count: Callable[[], None], channel: str, kind: str) -> None:
    count()
    log.info("nobody acts on this", extra={"channel": channel, "kind": kind})


def accounts(settings: Settings, name: str, channel: ChannelSettings) -> dict[str, Account]:
    """What a channel is told of its accounts; their secrets are LINLI_<CHANNEL>_<ACCOUNT>_<NAME>."""
    found: dict[str, Account] = {}
    for key, bound in channel.accounts.items():
        community = settings.communities[bound.community]
        start = f"{name}_{key}_".upper().replace("-", "_")
        secrets = {n.removeprefix(start).lower(): v for n, v in settings.vendors.items() if n.startswith(start)}
        found[key] = Account(
            bound.community,
            community.names,
            community.emergency,
            bound.origins,
            secrets,
            bound.mode,
            bound.menu,
            bound.templates,
        )
    return found
