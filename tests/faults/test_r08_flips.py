"""R8: one bit of anything that proves who sent it is changed, a thousand times each: nothing is let in."""

from __future__ import annotations

import random
import re
from collections.abc import Callable
from datetime import UTC, datetime
from decimal import Decimal

import pytest
from sqlalchemy import func, select

from backend import instant
from backend.models.money import callback
from backend.providers.demo_payment import HEADER, DemoPayment
from backend.services import keys, pass_keys, pass_token
from tests.conftest import MakeResident
from tests.faults.verdicts import Length, Verdict
from tests.resident import Resident

SAFE = re.compile(rb"[\x20-\x7e]*")


def _flips(sound: bytes, times: int, fits: Callable[[bytes], bool]) -> list[bytes]:
    """The bytes with one bit of them changed, at places of no choosing; fits: what can be sent at all."""
    dice = random.Random(8)  # noqa: S311 - which bit, no secret
    found: list[bytes] = []
    while len(found) < times:
        place = dice.randrange(len(sound) * 8)
        changed = bytearray(sound)
        changed[place // 8] ^= 1 << place % 8
        if fits(bytes(changed)):
            found.append(bytes(changed))
    return found


def _header(value: bytes) -> bool:
    """Others are no header: no program would send them, and no server would read them."""
    return bool(SAFE.fullmatch(value)) and value == value.strip()


def _due(one: Resident) -> str:
    one.say("pay the property fee for October")
    found = re.search(r"/demo/pay/(\w+)", one.say("yes").text)
    assert found
    return found[1]


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_r8_a_payments_callback(resident: MakeResident, length: Length, verdict: Verdict) -> None:
    one, times = resident(now="2026-11-20T09:30"), length(60, 1000)
    key = _due(one)
    headers, body = DemoPayment().tell(key, Decimal("233.20"), paid=True, real=instant.now())
    mark = headers[HEADER].encode()
    in_body = [(headers, flipped) for flipped in _flips(body, times, lambda _: True)]
    in_mark = [({HEADER: flipped.decode()}, body) for flipped in _flips(mark, times, _header)]
    statuses = [
        one.request("POST", "/payments/demo/callback", content=content, headers=head).status_code
        for head, content in (*in_body, *in_mark)
    ]
    db = one.app.state.desk.db
    rows = db.read_now(lambda c: c.execute(select(func.count()).select_from(callback)).scalar_one())
    sound = one.request("POST", "/payments/demo/callback", content=body, headers=headers).json()
    taken = sum(status not in (401, 403) for status in statuses)
    done = f"{times} one-bit flips of a payment callback's body, {times} of its signature"
    good = taken == 0 and rows == 0 and sound["status"] == "paid"
    verdict("R8", done, f"{taken} accepted, {rows} rows; as it was signed: {sound['status']}", good=good)


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_r8_an_api_key(resident: MakeResident, length: Length, verdict: Verdict) -> None:
    one, times = resident(), length(60, 1000)
    desk = one.app.state.desk
    made = desk.db.submit(lambda c: keys.make(c, "sunshine", "r8", ["cases"], desk.clock.real())).result()
    flips = _flips(made.encode(), times, _header)
    statuses = [
        one.request("GET", "/api/v1/cases", headers={"Authorization": b"Bearer " + flipped}).status_code
        for flipped in flips
    ]
    sound = one.request("GET", "/api/v1/cases", headers={"Authorization": f"Bearer {made}"}).status_code
    taken = sum(status not in (401, 403, 429) for status in statuses)
    done = f"{times} one-bit flips of an API key"
    verdict("R8", done, f"{taken} accepted; as it was made: {sound}", good=taken == 0 and sound == 200)


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_r8_a_pass(resident: MakeResident, length: Length, verdict: Verdict) -> None:
    """As a gate without a network checks it; each character of the QR code in all its bits."""
    one, times = resident(now="2026-11-20T09:30"), length(200, 1000)
    for said in ("a guest tomorrow at 3 pm, her name is Anna", "no car", "yes"):
        one.say(said)
    (item,) = one.items("passes")
    ring = one.app.state.desk.db.read_now(lambda c: pass_keys.ring(c, "sunshine"))
    at = datetime(2026, 11, 21, 7, 10, tzinfo=UTC)
    token = str(item["token"]).encode()
    flips = _flips(token, times, lambda _: True)
    # Every bit of the last letter too: some of them mean nothing to who decodes it.
    flips += [token[:-1] + bytes([token[-1] ^ 1 << bit]) for bit in range(8)]
    taken = sum(pass_token.verify(flipped.decode("latin-1"), ring, at).admit for flipped in flips)
    sound = pass_token.verify(token.decode(), ring, at)
    done = f"{len(flips)} one-bit flips of a pass's QR code"
    verdict(
        "R8", done, f"{taken} admitted; as it was signed: {sound.refused or 'admitted'}", good=not taken and sound.admit
    )
