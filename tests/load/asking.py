"""WeChat as `once` plays it: hangs up at random, asks up to three times, reads only the request that it still holds."""

from __future__ import annotations

import asyncio
import random
import time
from collections import Counter
from collections.abc import Coroutine, Sequence
from dataclasses import dataclass, field
from urllib.parse import urlencode
from xml.etree import ElementTree

from backend.instant import now_ns
from tests.channels.drivers.wechat import OWN, PATH, query_of, xml_of
from tests.fakes.wechat import WeChat
from tests.load.line import Line

TRIES, PATIENCE, AT_ONCE = 3, 5.0, 16
# Hung up so soon now and then, as if the network had lost what came back.
SHORTEST, TYPICAL = 0.001, 0.15
# Of the event loop, until what lies in the socket has been read.
ROUNDS = 4


@dataclass
class Seen:
    """asked: how many residents wrote; told: what each read in responses; given_up: whom no try got through for;
    succeeded: told "success"."""

    asked: int = 0
    told: dict[str, list[str]] = field(default_factory=dict)
    given_up: set[str] = field(default_factory=set)
    succeeded: set[str] = field(default_factory=set)
    tries: int = 0

    def everything(self, fake: WeChat) -> Counter[str]:
        """How many answers each has read: the parts of one come as one message or follow it."""
        whole = Counter({who: len(words) for who, words in self.told.items()})
        whole.update(one.to for one in list(fake.said))
        return whole


async def _ask(port: int, number: int, seen: Seen, fake: WeChat, dice: random.Random) -> None:
    who = f"o-once-{number}"
    fake.opens(who, 5)
    said = {"ToUserName": OWN, "FromUserName": who, "CreateTime": 1795138200}
    body = xml_of(**said, MsgType="text", Content="你好", MsgId=10**17 + number)
    seen.asked += 1
    for turn in range(TRIES):
        seen.tries += 1
        line = Line(port, PATH)
        hurried = turn < TRIES - 1 and dice.random() < 0.5
        patience = max(SHORTEST, dice.expovariate(1 / TYPICAL)) if hurried else PATIENCE
        try:
            status, answer = await _held(line.post(body, urlencode(query_of(now_ns() / 1e9))), patience)
            if status == 200:
                _heard(who, answer, seen)
                return
        except TimeoutError:
            # It was we who hung up: again at once.
            await asyncio.sleep(0)
        except (OSError, EOFError):
            # Refused or cut off by a server that ended: again when the five seconds are over.
            await asyncio.sleep(PATIENCE)
        finally:
            await line.hang_up()
    seen.given_up.add(who)


async def _held(asking: Coroutine[None, None, tuple[int, bytes]], patience: float) -> tuple[int, bytes]:
    """Whoever hangs up has read what was there by then, however late this process of ours gets its turn."""
    task = asyncio.create_task(asking)
    await asyncio.wait({task}, timeout=patience)
    for _ in range(ROUNDS):
        await asyncio.sleep(0)
    if not task.done():
        task.cancel()
        await asyncio.wait({task})
        raise TimeoutError
    return task.result()


def _heard(who: str, answer: bytes, seen: Seen) -> None:
    if answer.startswith(b"<xml"):
        told = ElementTree.fromstring(answer).findtext("Content") or ""  # noqa: S314 - our own answer
        seen.told.setdefault(who, []).append(told)
    else:
        seen.succeeded.add(who)


async def ask_all(port: int, numbers: Sequence[int], seen: Seen, fake: WeChat, seed: int, until: float) -> None:
    """Some at a time; nobody begins after `until`, so that it ends."""
    waiting, dice = iter(numbers), random.Random(seed)  # noqa: S311 - no secret

    async def one() -> None:
        for number in waiting:
            if time.monotonic() >= until:
                return
            await _ask(port, number, seen, fake, dice)

    await asyncio.gather(*(one() for _ in range(AT_ONCE)))
