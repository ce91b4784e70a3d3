"""Outside services behind ports: one small module per provider, found by the name in config.yml."""

from __future__ import annotations

from backend.providers.demo_payment import DemoPayment
from backend.providers.payment import PaymentProvider

_PAYMENT: dict[str, PaymentProvider] = {"demo": DemoPayment()}


def find(name: str) -> PaymentProvider | None:
    """The payment provider of this name, None for one that is not there."""
    return _PAYMENT.get(name)
