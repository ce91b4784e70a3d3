"""A reference verifier for visitors' passes: the whole of what a gate without network must know, to be copied.

Needs Python 3.11 and `cryptography`. Fetch while there is network, with a key of scope `gate`:
`GET /api/v1/passes/keys` into ring.json, and the field `signed` of `GET /api/v1/passes/revoked` into revoked.txt; then
`python verify.py ring.json revoked.txt Asia/Shanghai [time] < token`. Prints the verdict as JSON; ends with 0 to open.
A list older than a day is told as `"stale_list": true`: ask a person where it matters.
"""

from __future__ import annotations

import base64
import json
import struct
import sys
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

# serial, from, until (minutes of Unix time), people, weekdays (Monday the lowest bit; 0: one stretch of time), from and
# until on such a day (minutes of the day), uses (0: as often as wished); then plates, parted by commas
FIELDS = struct.Struct(">8sIIHBHHB")
# A gate's clock may be off by so much either way.
SKEW = timedelta(minutes=2)
LIST_AGE = timedelta(hours=24)
LONGEST = 1_000


def unpack(text: str) -> bytes:
    return base64.b32decode(text + "=" * (-len(text) % 8))


def opened(kind: str, text: str, ring: Mapping[str, bytes]) -> bytes:
    """The body of `kind:key id:body:signature`; raises `ValueError` with what is wrong."""
    parts = text.strip().split(":")
    if len(parts) != 4 or parts[0] != kind:
        raise ValueError("malformed")
    if parts[1] not in ring:
        raise ValueError("unknown_key")
    try:
        body, signature = unpack(parts[2]), unpack(parts[3])
    except ValueError:
        raise ValueError("malformed") from None
    # The last letter has bits that mean nothing: one signature has one spelling, else one token would be many.
    if base64.b32encode(signature).decode().rstrip("=") != parts[3]:
        raise ValueError("malformed")
    try:
        Ed25519PublicKey.from_public_bytes(ring[parts[1]]).verify(signature, ":".join(parts[:3]).encode())
    except (InvalidSignature, ValueError):
        raise ValueError("forged") from None
    return body


def refusal(body: bytes, now: datetime, revoked: frozenset[str]) -> str | None:
    """Why not to open, or None. now: aware, in the estate's zone."""
    serial, opens, closes, _, days, first, last, _ = FIELDS.unpack_from(body)
    if serial.hex() in revoked:
        return "revoked"
    if now < datetime.fromtimestamp(opens * 60, UTC) - SKEW:
        return "early"
    if now > datetime.fromtimestamp(closes * 60, UTC) + SKEW:
        return "late"
    near = [at for at in (now - SKEW, now, now + SKEW) if days >> at.weekday() & 1]
    if not days or any(first <= at.hour * 60 + at.minute <= last for at in near):
        return None
    return "wrong_hour" if near else "wrong_day"


def verdict(token: str, ring: Mapping[str, bytes], listed: str, now: datetime) -> dict[str, object]:
    """refused: None to open; plates and people as the pass says; stale_list: the list of revoked is too old."""
    issued, revoked = 0, frozenset[str]()
    if listed.strip():
        told = json.loads(opened("LR1", listed, ring))
        issued, revoked = told["issued"], frozenset(told["serials"])
    stale = now - datetime.fromtimestamp(issued * 60, UTC) > LIST_AGE
    try:
        body = opened("LP1", token if len(token) <= LONGEST else "", ring)
        refused = refusal(body, now, revoked)
        plates = body[FIELDS.size :].decode()
    except (ValueError, struct.error) as error:
        why = str(error) if str(error) in ("unknown_key", "forged") else "malformed"
        return {"admit": False, "refused": why, "stale_list": stale}
    people, uses = FIELDS.unpack_from(body)[3], FIELDS.unpack_from(body)[7]
    known = {"serial": body[:8].hex(), "people": people, "plates": plates.split(",") if plates else [], "uses": uses}
    return {"admit": refused is None, "refused": refused, "stale_list": stale, **known}


def main(ring_file: str, list_file: str, zone: str, at: str = "") -> int:
    keys = json.loads(Path(ring_file).read_text())["keys"]
    ring = {key["kid"]: base64.b64decode(key["public"]) for key in keys}
    now = datetime.fromisoformat(at).replace(tzinfo=ZoneInfo(zone)) if at else datetime.now(ZoneInfo(zone))
    found = verdict(sys.stdin.read().strip(), ring, Path(list_file).read_text(), now)
    sys.stdout.write(json.dumps(found) + "\n")
    return 0 if found["admit"] else 1


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:5]))
