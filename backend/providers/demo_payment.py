"""The demo's payment provider: a local page instead of a bank, with callbacks signed as a real one signs them."""

from __future__ import annotations

import hashlib
import hmac
import json
import re
from collections.abc import Mapping
from datetime import datetime
from decimal import Decimal

from backend.ids import new_id
from backend.providers.payment import Notice, check_fresh
from bot.contract.errors import NotTheirs, Refused

HEADER = "linli-signature"
DEMO_SECRET = "linli-demo-payment"  # noqa: S105  # known to everybody on purpose; moves nothing but demo money
_SIGNED = re.compile(r"t=(\d{1,12}),v1=([0-9a-f]{64})")
_AMOUNT = re.compile(r"\d{1,9}\.\d{2}")


class DemoPayment:
    name = "demo"

    def __init__(self, secret: str = DEMO_SECRET) -> None:
        self._secret = secret.encode()

    def link(self, base: str, payment: str) -> str:
        return f"{base.rstrip('/')}/demo/pay/{payment}"

    def read(self, headers: Mapping[str, str], body: bytes, real: datetime) -> Notice:
        found = _SIGNED.fullmatch(headers.get(HEADER, ""))
        if found is None or not hmac.compare_digest(found[2], self._mark(found[1], body)):
            raise NotTheirs("the signature does not prove that the payment provider sent this")
        check_fresh(int(found[1]), real)
        return _notice(body)

    def tell(self, payment: str, amount: Decimal, *, paid: bool, real: datetime) -> tuple[dict[str, str], bytes]:
        """Headers and body of the callback that the demo's page makes."""
        said = {"event": new_id(), "payment": payment, "amount": f"{amount:.2f}", "result": _RESULT[paid]}
        body = json.dumps(said).encode()
        return self.sign(body, real), body

    def sign(self, body: bytes, real: datetime) -> dict[str, str]:
        stamp = str(int(real.timestamp()))
        return {HEADER: f"t={stamp},v1={self._mark(stamp, body)}"}

    def _mark(self, stamp: str, body: bytes) -> str:
        return hmac.new(self._secret, stamp.encode() + b"." + body, hashlib.sha256).hexdigest()


_RESULT = {True: "paid", False: "cancelled"}


def _notice(body: bytes) -> Notice:
    try:
        said = json.loads(body)
        event, key, amount, result = (str(said[name]) for name in ("event", "payment", "amount", "result"))
    except (ValueError, KeyError, TypeError) as error:
        raise Refused("this callback cannot be read", status=400) from error
    if not _AMOUNT.fullmatch(amount) or result not in _RESULT.values() or not 1 <= len(event) <= 80:
        raise Refused("this callback cannot be read", status=400)
    return Notice(event, key, Decimal(amount), result == "paid")
