"""Addresses that webhooks may not be sent to, in every spelling that leads inside; and the few that they may."""

from __future__ import annotations

import asyncio
import socket
from typing import Any

import pytest

from backend import outward
from bot.contract.errors import Refused

INSIDE = (
    "https://127.0.0.1/",
    "https://127.1/",
    "https://127.0.1/",
    "https://2130706433/",
    "https://0177.0.0.1/",
    "https://0x7f.0.0.1/",
    "https://0x7f000001/",
    "https://0177.0.0.01/",
    "https://0/",
    "https://0.0.0.0/",
    "https://127.0.0.1./",
    "https://[::1]/",
    "https://[::]/",
    "https://[::ffff:127.0.0.1]/",
    "https://[::ffff:10.0.0.1]/",
    "https://[::ffff:7f00:1]/",
    "https://[::127.0.0.1]/",
    "https://[64:ff9b::7f00:1]/",
    "https://[64:ff9b::a00:1]/",
    "https://[2002:7f00:1::]/",
    "https://[fe80::1]/",
    "https://[fd00::1]/",
    "https://[fec0::1]/",
    "https://[ff02::1]/",
    "https://10.0.0.1/",
    "https://172.16.0.1/",
    "https://192.168.1.1/",
    "https://169.254.169.254/latest/meta-data/",
    "https://100.64.0.1/",
    "https://192.0.2.1/",
    "https://198.18.0.1/",
    "https://224.0.0.1/",
    "https://255.255.255.255/",
    "https://localhost/",
    "https://LOCALHOST./",
    "https://a.localhost/",
    "https://printer.local/",
    "https://metadata.google.internal/",
    "https://user:pass@93.184.216.34/",
    "https://93.184.216.34@127.0.0.1/",
    "http://93.184.216.34/",
    "ftp://93.184.216.34/",
    "https:///nowhere",
    "https://",
    "//93.184.216.34/",
    "https://93.184.216.34:99999/",
    "https://93.184.216.34\\@127.0.0.1/",
    "https://127.0.0.1%2f@93.184.216.34/",
    "https://exa mple.com/",
    "https://\uff11\uff12\uff17.0.0.1/",
    "https://ex\u00e4mple.com/",
    "https://[::1/",
    "https://a..b/",
    "https://-a.example/",
    "https://93.184.216.34/#x",
    "file:///etc/passwd",
    "gopher://127.0.0.1/",
    "https://" + "a" * 600 + ".example/",
    "https://0x7f.1/",
    "https://example.0x10/",
    "https://1.2.3.4.5/",
    "https://example.com.127/",
)


@pytest.mark.parametrize("url", INSIDE)
def test_what_leads_inside_is_refused(url: str) -> None:
    with pytest.raises(Refused) as refused:
        asyncio.run(outward.check(url, loopback=False))
    assert refused.value.pointer == "/url"


@pytest.mark.parametrize(
    "url", ["https://93.184.216.34/hook?x=1", "https://[2606:2800:220:1:248:1893:25c8:1946]:8443/"]
)
def test_public_addresses_are_taken(url: str) -> None:
    asyncio.run(outward.check(url, loopback=False))


def test_the_demo_may_call_this_machine_and_nothing_else_inside() -> None:
    for url in ("http://127.0.0.1:9/x", "http://localhost:9/", "http://[::1]:9/"):
        asyncio.run(outward.check(url, loopback=True))
    for url in ("http://10.0.0.1/", "http://169.254.169.254/", "http://2130706433/", "http://[::ffff:127.0.0.1]/"):
        with pytest.raises(Refused):
            asyncio.run(outward.check(url, loopback=True))


def _names(*addresses: str) -> Any:
    def found(*args: object, **more: object) -> list[Any]:
        return [(socket.AF_INET, socket.SOCK_STREAM, 6, "", (address, 443)) for address in addresses]

    return found


@pytest.mark.parametrize("addresses", [("127.0.0.1",), ("93.184.216.34", "10.0.0.7"), ("169.254.169.254",)])
def test_a_name_that_leads_inside_is_refused_each_time(addresses: tuple[str, ...]) -> None:
    """The system's resolver is the vendor here: what it answers today it may answer otherwise tomorrow."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(socket, "getaddrinfo", _names("93.184.216.34"))
        asyncio.run(outward.check("https://rebinding.example/", loopback=False))
        patch.setattr(socket, "getaddrinfo", _names(*addresses))
        with pytest.raises(Refused, match="private network"):
            asyncio.run(outward.resolve("rebinding.example", 443, loopback=False))
