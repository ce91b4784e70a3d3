"""Simulated residents in a process of their own; prints one JSON object about what they met."""

from __future__ import annotations

import argparse
import asyncio
import json
import resource
import sys
import time
import uuid
from dataclasses import dataclass, field

from tests.load.line import Line, parsed
from tests.load.scripts import Script, filed, told, wrong

WEBHOOK = "/webhooks/rest/webhook"
SHOWN = 5


@dataclass(slots=True)
class Met:
    """What all residents of one round met; waits: seconds between sending a message and having the answer."""

    conversations: int = 0
    waits: list[float] = field(default_factory=list)
    errors: int = 0
    shown: list[str] = field(default_factory=list)
    numbers: set[str] = field(default_factory=set)

    def fault(self, what: str) -> None:
        self.errors += 1
        if len(self.shown) < SHOWN:
            self.shown.append(what)


@dataclass(slots=True)
class Round:
    """How long to go on: until so many conversations were begun, or until the time is over.

    every: seconds between two messages of all residents together; 0: as fast as they are answered.
    """

    port: int
    conversations: int | None
    until: float
    repeat: bool
    every: float = 0.0
    begun: int = 0
    due: float = 0.0
    met: Met = field(default_factory=Met)
    name: str = field(default_factory=lambda: uuid.uuid4().hex[:10])

    def next(self) -> int | None:
        """The number of the conversation to begin, None when it is enough."""
        over = time.perf_counter() >= self.until if self.conversations is None else self.begun >= self.conversations
        if over:
            return None
        self.begun += 1
        return self.begun - 1

    async def turn(self) -> None:
        """Until the next message is due; who is late does not hurry afterwards."""
        if self.every:
            now = time.perf_counter()
            self.due = max(self.due + self.every, now)
            await asyncio.sleep(self.due - now)


def message(sender: str, text: str, script: Script) -> bytes:
    body: dict[str, object] = {"sender": sender, "message": text}
    body["metadata"] = {"message_id": uuid.uuid4().hex, **script.metadata}
    return json.dumps(body, ensure_ascii=False).encode()


async def walk(line: Line, script: Script, sender: str, met: Met, round_: Round | None = None) -> None:
    """One conversation from its opening to its case number; the first wrong answer ends it."""
    met.conversations += 1
    answer: object = None
    for step, (text, _) in enumerate(script.steps):
        body = message(sender, text, script)
        if round_ is not None:
            await round_.turn()
        began = time.perf_counter()
        try:
            status, raw = await line.post(body)
        except (OSError, EOFError, TimeoutError) as error:
            met.fault(f"{script.name}, step {step + 1}: {error!r}")
            await line.hang_up()
            return
        met.waits.append(time.perf_counter() - began)
        answer = parsed(raw)
        fault = wrong(script, step, status, answer)
        if fault is not None:
            met.fault(f"{script.name}, step {step + 1} ({text!r}): {fault}")
            return
    number = filed(answer) if isinstance(answer, list) else None
    if number in met.numbers:
        met.fault(f"{script.name}: {number} was given twice")
    elif number is not None:
        met.numbers.add(number)


async def drum(line: Line, sender: str, number: int, met: Met) -> None:
    """One message for the ceiling, which knows no dialogue: the same bodies, any list is an answer."""
    script = told(number)
    body = message(sender, script.steps[0][0], script)
    began = time.perf_counter()
    status, raw = await line.post(body)
    met.waits.append(time.perf_counter() - began)
    if status != 200 or not isinstance(parsed(raw), list):
        met.fault(f"the ceiling answered {status}: {raw[:200]!r}")


async def live(round_: Round, place: int) -> None:
    """One resident after another on the same connection, each a new sender (the ceiling's stays the same)."""
    async with Line(round_.port, WEBHOOK) as line:
        while (number := round_.next()) is not None:
            if round_.repeat:
                await drum(line, f"drum-{place}", number, round_.met)
            else:
                await walk(line, told(number), f"load-{round_.name}-{number}", round_.met, round_)


async def run(round_: Round, concurrency: int) -> dict[str, object]:
    began, used = time.perf_counter(), _cpu()
    await asyncio.gather(*(live(round_, place) for place in range(concurrency)))
    took, met = time.perf_counter() - began, round_.met
    return {
        "seconds": took,
        "conversations": met.conversations,
        "messages": len(met.waits),
        "errors": met.errors,
        "shown": met.shown,
        "client_cpu": (_cpu() - used) / took,
        "waits_ms": [round(wait * 1000, 3) for wait in met.waits],
    }


def _cpu() -> float:
    used = resource.getrusage(resource.RUSAGE_SELF)
    return used.ru_utime + used.ru_stime


def main(arguments: list[str]) -> int:
    parser = argparse.ArgumentParser(prog="python -m tests.load.residents", description=__doc__)
    parser.add_argument("--port", type=int, required=True)
    parser.add_argument("-c", type=int, default=8, help="residents at a time")
    parser.add_argument("-n", type=int, help="conversations (messages, with --drum)")
    parser.add_argument("--seconds", type=float, default=5.0, help="how long, without -n")
    parser.add_argument("--drum", action="store_true", help="the same message over and over, for the ceiling")
    parser.add_argument("--rate", type=float, default=0.0, help="messages a second at most, of all together")
    parsed_ = parser.parse_args(arguments)
    every = 1.0 / parsed_.rate if parsed_.rate else 0.0
    round_ = Round(parsed_.port, parsed_.n, time.perf_counter() + parsed_.seconds, parsed_.drum, every)
    print(json.dumps(asyncio.run(run(round_, parsed_.c))))
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
