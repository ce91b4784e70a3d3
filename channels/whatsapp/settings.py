"""What the environment must hold for a WhatsApp number."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from bot.contract.channel import Ports
from bot.contract.errors import Misconfigured

NAMES = ("number_id", "token", "app_secret", "verify_token")


@dataclass(frozen=True, slots=True)
class Number:
    """number_id: what the API calls the number; token: to speak; app_secret: signs what comes in;
    verify_token: chosen by us, said by them once when the webhook is set up."""

    number_id: str
    token: str = field(repr=False)
    app_secret: str = field(repr=False)
    verify_token: str = field(repr=False)


def numbers(ports: Ports) -> Mapping[str, Number]:
    """Every account with its secrets; one that has none is closed. Raises `Misconfigured` for half of them."""
    found: dict[str, Number] = {}
    for name, account in ports.accounts.items():
        given = [account.secrets.get(one, "") for one in NAMES]
        start = f"LINLI_WHATSAPP_{name.upper().replace('-', '_')}"
        if not any(given):
            continue
        missing = next((one for one, value in zip(NAMES, given, strict=True) if not value), None)
        if missing is not None:
            raise Misconfigured("is needed beside the others", file=f"{start}_{missing.upper()}")
        found[name] = Number(*given)
    return found
