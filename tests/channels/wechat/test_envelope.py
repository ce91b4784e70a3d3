"""WeChat's signatures and encryption: the published vectors, and whoever tries without the key."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime

import pytest

from bot.contract.channel import Account
from bot.contract.errors import NotTheirs, Refused
from channels.wechat import envelope
from channels.wechat.settings import Door

KEY = "kWxPEV2UEDyxWpmPdKC3F4dgPDmOvfKX1HGnEUDS1aR"
APPID = "wx49f0ab532d5d035a"
DOOR = Door(Account("sunshine", {}, {}), APPID, "123456", KEY, "", "", "", live=False, hosts=frozenset())
# As the vendor's documents and three other libraries have them.
ECHO_QUERY = {"timestamp": "1411443780", "nonce": "437374425", "encrypt_type": "aes"}
ECHO = "4ByGGj+sVCYcvGeQYhaKIk1o0pQRNbRjxybjTGblXrBaXlTXeOo1+bXFXDQQb1o6co6Yh9Bv41n7hOchLF6p+Q=="
ECHO_SIGNATURE = "dd6b9c95b495b3f7e2901bfbc76c664930ffdb96"


def test_the_plain_vector() -> None:
    assert envelope.signature("test", "1410685589", "test") == "f21891de399b4e33a1a93c9a7b8a8fffb5a443ff"


def test_the_encrypted_vector_is_signed_and_opened() -> None:
    assert envelope.signature(DOOR.token, "1411443780", "437374425", ECHO) == ECHO_SIGNATURE
    query = {**ECHO_QUERY, "msg_signature": ECHO_SIGNATURE}
    found = envelope.cipher(DOOR).decrypt_message(
        {"Encrypt": ECHO}, query["msg_signature"], query["timestamp"], query["nonce"]
    )
    assert found == "5927782489442352469"


def _sealed(door: Door = DOOR, xml: str = "<xml><A>1</A></xml>") -> tuple[dict[str, str], bytes]:
    whole = envelope.cipher(door).encrypt_message(xml, "77", "1795138200")
    sealed = envelope._sealed_part(whole)
    signed = envelope.signature(DOOR.token, "1795138200", "77", sealed)
    query = {"timestamp": "1795138200", "nonce": "77", "encrypt_type": "aes", "msg_signature": signed}
    return query, whole.encode()


def test_what_we_seal_we_open_again() -> None:
    query, body = _sealed(xml="<xml><Content><![CDATA[漏水 😀]]></Content></xml>")
    letter = envelope.opened(DOOR, query, body)
    assert letter.sealed
    assert "漏水 😀" in letter.xml


def test_in_the_compatible_mode_the_plain_copy_is_not_looked_at() -> None:
    query, body = _sealed()
    both = body.replace(b"<xml>", b"<xml><Content>forged</Content>", 1)
    assert "forged" not in envelope.opened(DOOR, query, both).xml


@pytest.mark.parametrize("token", ["", "linli"])
def test_an_unset_token_never_opens_the_door(token: str) -> None:
    """Signed with the empty token, as everybody could."""
    query = {"timestamp": "1", "nonce": "2", "signature": envelope.signature("", "1", "2")}
    with pytest.raises(NotTheirs):
        envelope.proved(replace(DOOR, token=token), query)


def test_another_account_and_another_signature_are_turned_away() -> None:
    query, body = _sealed(replace(DOOR, appid="wxffffffffffffffff"))
    with pytest.raises(NotTheirs):
        envelope.opened(DOOR, query, body)
    query, body = _sealed()
    with pytest.raises(NotTheirs):
        envelope.opened(DOOR, {**query, "msg_signature": "0" * 40}, body)


@pytest.mark.parametrize("garbage", ["", "AAAA", "not base64!", "A" * 64, "汉字"])
def test_garbage_that_is_rightly_signed_is_no_letter(garbage: str) -> None:
    signed = envelope.signature(DOOR.token, "1", "2", garbage)
    query = {"timestamp": "1", "nonce": "2", "encrypt_type": "aes", "msg_signature": signed}
    with pytest.raises((Refused, NotTheirs)):
        envelope.opened(DOOR, query, f"<xml><Encrypt><![CDATA[{garbage}]]></Encrypt></xml>".encode())


def test_where_only_what_is_encrypted_is_taken() -> None:
    plain = b"<xml><A>1</A></xml>"
    assert envelope.opened(DOOR, {}, plain).xml == plain.decode()
    with pytest.raises(NotTheirs):
        envelope.opened(replace(DOOR, account=replace(DOOR.account, mode="safe")), {}, plain)


@pytest.mark.parametrize(
    "body",
    [
        b'<!DOCTYPE x [<!ENTITY a "b">]><xml><A>&a;</A></xml>',
        b'<?xml version="1.0"?><!DOCTYPE x [<!ENTITY a SYSTEM "file:///etc/passwd">]><xml><A>&a;</A></xml>',
        b"<html></html>",
        b"\xff\xfe<xml>",
    ],
)
def test_no_entities_and_no_other_root(body: bytes) -> None:
    with pytest.raises(Refused):
        envelope.opened(DOOR, {}, body)


@pytest.mark.parametrize(("minutes", "taken"), [(0, True), (4, True), (-4, True), (10, False), (-10, False)])
def test_a_request_is_fresh_for_minutes(minutes: int, taken: bool) -> None:
    real = datetime(2026, 11, 20, 1, 30, tzinfo=UTC)
    query = {"timestamp": str(int(real.timestamp()) + 60 * minutes)}
    if taken:
        envelope.fresh(query, real)
    else:
        with pytest.raises(NotTheirs):
            envelope.fresh(query, real)
    for none in ({}, {"timestamp": "soon"}, {"timestamp": "9" * 400}):
        with pytest.raises(NotTheirs):
            envelope.fresh(none, real)
