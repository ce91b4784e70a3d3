"""What the environment must hold for a WeChat account, what the demo's own is, and what kinds of account there are."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from urllib.parse import urlsplit

from bot.contract.channel import Account, Ports
from bot.contract.errors import Misconfigured

CHANNEL = "wechat"
# `mode` in config.yml: what is not encrypted is not taken.
SAFE = "safe"


@dataclass(frozen=True, slots=True)
class AccountKind:
    """A kind of account as data: where its API is, and what its calls are called. open: where its users' browsers are
    asked who they are; asks: where they are asked whether one message is welcome; brief, long: the windows that a tap
    and a message open, in seconds, with how many messages of ours they allow."""

    api: str
    stable: str = "cgi-bin/stable_token"
    say: str = "cgi-bin/message/custom/send"
    notify: str = "cgi-bin/message/subscribe/bizsend"
    once: str = "cgi-bin/message/template/subscribe"
    asks: str = "https://mp.weixin.qq.com"
    upload: str = "cgi-bin/media/upload"
    fetch: str = "cgi-bin/media/get"
    menu: str = "cgi-bin/menu/create"
    scene: str = "cgi-bin/qrcode/create"
    open: str = "https://open.weixin.qq.com"
    authorize: str = "connect/oauth2/authorize"
    whois: str = "sns/oauth2/access_token"
    long: tuple[int, int] = (5, 48 * 3600)
    brief: tuple[int, int] = (3, 60)


OFFICIAL = AccountKind("https://api.weixin.qq.com")

# The demo's, public on purpose: accepted in demo mode only.
_DEMO = {
    "appid": "wx0000000000000000",
    "token": "linli-demo-wechat",
    "aes_key": "abcdefghijklmnopqrstuvwxyz0123456789ABCDEFG",
    "secret": "linli-demo",
}
_FORMS = {
    "appid": (re.compile(r"wx[0-9a-f]{16}"), "the AppID is expected, as wx0123456789abcdef"),
    "token": (re.compile(r"[A-Za-z0-9-]{3,64}"), "3 to 64 letters and digits are expected, as in WeChat's settings"),
    "aes_key": (re.compile(r"(?:[A-Za-z0-9]{43})?"), "the EncodingAESKey is expected, 43 letters and digits"),
    "secret": (re.compile(r"[A-Za-z0-9-]{0,64}"), "the AppSecret is expected"),
    "once": (re.compile(r"(?:[A-Za-z0-9_-]{10,48})?"), "the id of a one-time subscription template is expected"),
    "template": (re.compile(r"(?:[A-Za-z0-9_-]{10,60}:[a-z_]{3,30}\d{0,2})?"), "<template id>:<field> is expected"),
}


@dataclass(frozen=True, slots=True)
class Door:
    """One account. token: signs what comes in; aes_key: empty where nothing is encrypted; secret: to speak first, empty
    where the account can only answer; once: the template of one message that a button asks for; template, field: of the
    notice outside the window; live: something may go out; hosts: what may be linked to."""

    account: Account
    appid: str
    token: str = field(repr=False)
    aes_key: str = field(repr=False)
    secret: str = field(repr=False)
    template: str
    field: str
    live: bool
    hosts: frozenset[str]
    once: str = ""
    kind: AccountKind = OFFICIAL

    @property
    def safe(self) -> bool:
        return self.account.mode == SAFE


def doors(ports: Ports) -> Mapping[str, Door]:
    """Every account with its secrets; one that has none is closed. Raises `Misconfigured` with the variable."""
    found = ((name, _door(name, account, ports)) for name, account in ports.accounts.items())
    return {name: door for name, door in found if door is not None}


def _door(name: str, account: Account, ports: Ports) -> Door | None:
    known = _DEMO if ports.demo and name == "demo" else {}
    variable = f"LINLI_WECHAT_{name.upper().replace('-', '_')}"
    given = {one: account.secrets.get(one) or known.get(one, "") for one in _FORMS}
    if not any(given.values()):
        return None
    for one, (form, wanted) in _FORMS.items():
        if not form.fullmatch(given[one]):
            raise Misconfigured(wanted, file=f"{variable}_{one.upper()}")
    if not ports.demo and given["token"] == _DEMO["token"]:
        raise Misconfigured("the demo's token is for demo mode only", file=f"{variable}_TOKEN")
    if account.mode == SAFE and not given["aes_key"]:
        raise Misconfigured("is needed where config.yml says `mode: safe`", file=f"{variable}_AES_KEY")
    template, _, at = given.pop("template").partition(":")
    own = "secret" in account.secrets
    live = bool(given["secret"]) and (not ports.demo or own or bool(ports.api_base))
    sites = (ports.public_url, *account.origins, *((OFFICIAL.asks,) if given["once"] else ()))
    hosts = frozenset(host for one in sites if one.startswith("https://") and (host := urlsplit(one).hostname))
    names = (given["appid"], given["token"], given["aes_key"], given["secret"])
    return Door(account, *names, template, at, live, hosts, given["once"])
