"""Outside services behind ports: one small module per provider, found by the name in config.yml."""

from __future__ import annotations

from backend.providers.demo_payment import DemoPayment
from backend.providers.payment import PaymentProvider

WECHAT = "wechatpay"
NAMES = frozenset({"demo", WECHAT})
_OWN: dict[str, PaymentProvider] = {"demo": DemoPayment()}


def find(name: str) -> PaymentProvider | None:
    """The payment provider of this name that needs no account of a community's own; None for any other."""
    return _OWN.get(name)


def link(name: str, base: str, payment: str) -> str | None:
    """Where a payment is made; None where a community takes none online."""
    if name == WECHAT:
        return f"{base.rstrip('/')}/pay/{payment}"
    found = find(name)
    return found.link(base, payment) if found is not None else None
