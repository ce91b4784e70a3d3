"""Which addresses outside may be called: never ours, never the neighbours', however they are spelled."""

from __future__ import annotations

import asyncio
import re
import socket
from ipaddress import IPv4Address, IPv6Address, ip_address, ip_network
from urllib.parse import urlsplit

from bot.contract.errors import Refused

_NUMERIC = re.compile(r"(0x[0-9a-f]*|[0-9]+)", re.IGNORECASE)
_HOST = re.compile(r"[a-z0-9]([a-z0-9_-]*[a-z0-9])?(\.[a-z0-9]([a-z0-9_-]*[a-z0-9])?)*\.?", re.IGNORECASE)
# IPv6 that only wraps an IPv4 address: the wrapped one decides.
_NAT64 = ip_network("64:ff9b::/96")
_6TO4 = ip_network("2002::/16")
LONGEST_URL = 500


def check_url(url: str, *, loopback: bool) -> tuple[str, int]:
    """Host and port of an address that may be written down; raises `Refused`.

    loopback: the demo's, where the receiver runs on the same machine and needs no certificate.
    """
    plain = url.isascii() and not any(char.isspace() or ord(char) < 33 for char in url) and "\\" not in url
    if not plain or len(url) > LONGEST_URL:
        raise _refused("an address in plain ASCII is needed, at most 500 characters long")
    try:
        parts = urlsplit(url)
        port = parts.port
    except ValueError as error:
        raise _refused("this is no address") from error
    if parts.scheme not in (("https", "http") if loopback else ("https",)):
        raise _refused("the address must begin with https://")
    if parts.username is not None or parts.password is not None or parts.fragment:
        raise _refused("no user, password or fragment may stand in the address")
    host = parts.hostname or ""
    _check_host(host, loopback=loopback)
    return host, port or (443 if parts.scheme == "https" else 80)


def _check_host(host: str, *, loopback: bool) -> None:
    literal = _literal(host)
    if literal is not None:
        if not allowed(literal, loopback=loopback):
            raise _refused("this address lies inside a private network")
        return
    if not _HOST.fullmatch(host):
        raise _refused("this is no host name")
    name = host.rstrip(".").lower()
    # "127.1", "2130706433" and "0177.0.0.1" are IPv4 to some resolvers: a name never ends in a number.
    if _NUMERIC.fullmatch(name.rsplit(".", 1)[-1]):
        raise _refused("this is neither a host name nor a plain IP address")
    if not loopback and (name == "localhost" or name.endswith((".localhost", ".local", ".internal"))):
        raise _refused("this name lies inside a private network")


def _literal(host: str) -> IPv4Address | IPv6Address | None:
    try:
        return ip_address(host)
    except ValueError:
        return None


def allowed(address: IPv4Address | IPv6Address, *, loopback: bool) -> bool:
    """Public addresses only; loopback: this machine's own too."""
    inner = _wrapped(address)
    if inner is not None:
        return allowed(inner, loopback=False)
    if address.is_loopback:
        return loopback
    if isinstance(address, IPv6Address) and address.is_site_local:
        return False
    return address.is_global and not address.is_multicast and not address.is_reserved


def _wrapped(address: IPv4Address | IPv6Address) -> IPv4Address | None:
    if isinstance(address, IPv4Address):
        return None
    if address.ipv4_mapped is not None:
        return address.ipv4_mapped
    if address in _NAT64 or (int(address) >> 32 == 0 and int(address) > 1):
        return IPv4Address(int(address) & 0xFFFFFFFF)
    if address in _6TO4:
        return IPv4Address(int(address) >> 80 & 0xFFFFFFFF)
    return address.teredo[1] if address.teredo is not None else None


async def resolve(host: str, port: int, *, loopback: bool) -> list[str]:
    """The addresses behind a name, all of them allowed; raises `Refused`, and `OSError` when there are none."""
    _check_host(host, loopback=loopback)
    found = await asyncio.get_running_loop().getaddrinfo(host, port, type=socket.SOCK_STREAM)
    addresses = list(dict.fromkeys(str(info[4][0]).partition("%")[0] for info in found))
    if not all(allowed(ip_address(address), loopback=loopback) for address in addresses):
        raise _refused("this name leads into a private network")
    return addresses


async def check(url: str, *, loopback: bool) -> None:
    """What is asked before an endpoint is written down; the same is asked again of each connection."""
    host, port = check_url(url, loopback=loopback)
    try:
        await resolve(host, port, loopback=loopback)
    except OSError as error:
        raise _refused(f"this host cannot be found: {host}") from error


def _refused(reason: str) -> Refused:
    return Refused(reason, pointer="/url")
