"""What the environment must hold for a Telegram account, and what the demo's own is."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field

from bot.contract.channel import Account, Ports
from bot.contract.errors import Misconfigured

# The demo's, public on purpose: accepted in demo mode only.
_DEMO = {"demo": {"token": "42:linli-demo", "secret": "linli-demo-telegram"}}
_TOKEN = re.compile(r"\d+:[A-Za-z0-9_-]+")
_SECRET = re.compile(r"[A-Za-z0-9_-]{16,256}")


@dataclass(frozen=True, slots=True)
class Line:
    """One bot. live: whether anything may go out to Telegram, or to a server that stands in for it."""

    account: Account
    token: str = field(repr=False)
    secret: str = field(repr=False)
    live: bool


def lines(ports: Ports) -> Mapping[str, Line]:
    """Every account with its secrets; one that has none at all is closed: nothing comes in and nothing goes out.

    Raises `Misconfigured` with the variable that is wrong, or missing beside another.
    """
    found = ((name, _line(name, account, ports)) for name, account in ports.accounts.items())
    return {name: line for name, line in found if line is not None}


def _line(name: str, account: Account, ports: Ports) -> Line | None:
    known = _DEMO.get(name, {}) if ports.demo else {}
    token = account.secrets.get("token") or known.get("token", "")
    secret = account.secrets.get("secret") or known.get("secret", "")
    variable = f"LINLI_TELEGRAM_{name.upper().replace('-', '_')}"
    if not token and not secret:
        return None
    if not _TOKEN.fullmatch(token):
        raise Misconfigured("the bot's token, as @BotFather gave it, is expected", file=f"{variable}_TOKEN")
    if not _SECRET.fullmatch(secret):
        raise Misconfigured("16 to 256 of A-Z a-z 0-9 _ - are expected", file=f"{variable}_SECRET")
    own = "token" in account.secrets
    if not ports.demo and token == _DEMO["demo"]["token"]:
        raise Misconfigured("the demo's token is for demo mode only", file=f"{variable}_TOKEN")
    return Line(account, token, secret, live=not ports.demo or own or bool(ports.api_base))
