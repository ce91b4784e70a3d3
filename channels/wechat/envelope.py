"""Who may speak and what they say: WeChat's signatures, their age, and the encrypted form."""

from __future__ import annotations

import hashlib
import hmac
import re
import struct
from collections import OrderedDict
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING
from xml.parsers.expat import ExpatError

from bot.contract.errors import NotTheirs, Refused
from bot.contract.messages import Signed
from channels.wechat.settings import Door

if TYPE_CHECKING:
    from wechatpy.crypto import WeChatCrypto

# A request is signed when it is sent: whatever is older was kept by somebody, or a clock is wrong.
FRESH_SECONDS = 300
# A definition of entities can only stand before the root.
_PLAIN_ROOT = re.compile(r"\s*(?:<\?xml[^>]*\?>\s*)?<xml[\s>]")
REMEMBERED = 20_000
Query = Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Letter:
    """xml: the message itself; sealed: it came encrypted, and the answer goes back so."""

    xml: str
    sealed: bool


def signature(*words: str) -> str:
    return hashlib.sha1("".join(sorted(words)).encode("utf-8", "surrogatepass")).hexdigest()  # noqa: S324 - WeChat's own


def is_sealed(query: Query) -> bool:
    return query.get("encrypt_type") == "aes"


def proved(door: Door, query: Query) -> None:
    """Raises `NotTheirs` unless the query is signed with the account's token."""
    _must_be(query.get("signature", ""), door, query.get("timestamp", ""), query.get("nonce", ""))


def fresh(query: Query, real: datetime) -> None:
    stamp = query.get("timestamp", "")
    if not (stamp.isascii() and stamp.isdecimal() and len(stamp) <= 12):
        raise NotTheirs("the request bears no time")
    if abs(real.timestamp() - int(stamp)) > FRESH_SECONDS:
        raise NotTheirs("the request is minutes old, or one of the two clocks is wrong")


def opened(door: Door, query: Query, body: bytes) -> Letter:
    """Raises `NotTheirs` for what is not sealed with the account's key, `Refused` (400) for what is no letter."""
    text = _text(body)
    if not is_sealed(query):
        if door.safe:
            raise NotTheirs("this account takes only what is encrypted")
        return Letter(text, sealed=False)
    if not door.aes_key:
        raise NotTheirs("this account has no key to open what is encrypted")
    sealed = _sealed_part(text)
    _must_be(query.get("msg_signature", ""), door, query.get("timestamp", ""), query.get("nonce", ""), sealed)
    return Letter(_decrypted(door, query, sealed), sealed=True)


def _must_be(given: str, door: Door, *words: str) -> None:
    # An empty token would let everybody sign.
    right = signature(door.token, *words) if door.token and all(words) else ""
    if not right or not hmac.compare_digest(given.encode("utf-8", "surrogatepass"), right.encode()):
        raise NotTheirs("the signature is missing or wrong")


def _text(body: bytes) -> str:
    try:
        text = body.decode("utf-8")
    except UnicodeDecodeError as error:
        raise Refused("the body is not UTF-8", status=400) from error
    if not _PLAIN_ROOT.match(text):
        raise Refused("the body is no message of WeChat's", status=400)
    return text


def _sealed_part(text: str) -> str:
    """In the compatible mode the same stands beside it in plain; that copy is not looked at."""
    import xmltodict

    try:
        sealed = xmltodict.parse(text)["xml"]["Encrypt"]
    except (ExpatError, ValueError, KeyError, TypeError) as error:
        raise Refused(f"nothing encrypted is in it: {type(error).__name__}", status=400) from error
    if not isinstance(sealed, str):
        raise Refused("nothing encrypted is in it", status=400)
    return sealed


def _decrypted(door: Door, query: Query, sealed: str) -> str:
    from wechatpy.exceptions import InvalidAppIdException, InvalidSignatureException

    crypto = cipher(door)
    try:
        xml: str = crypto.decrypt_message(
            {"Encrypt": sealed}, query["msg_signature"], query["timestamp"], query["nonce"]
        )
    except (InvalidAppIdException, InvalidSignatureException) as error:
        raise NotTheirs("encrypted for another account") from error
    except (ValueError, IndexError, struct.error) as error:
        raise Refused(f"cannot be decrypted: {type(error).__name__}", status=400) from error
    return _text(xml.encode())


def cipher(door: Door) -> WeChatCrypto:
    from wechatpy.crypto import WeChatCrypto

    return WeChatCrypto(door.token, door.aes_key, door.appid)


def signed(query: Query, xml: str) -> Signed:
    return Signed(query["signature"], hashlib.blake2b(xml.encode(), digest_size=12).hexdigest())


class Seen:
    """Which message each signature came with here: in plain it does not cover the body, and could be used for another.
    What came to another process is known where the message is written down."""

    def __init__(self) -> None:
        self._seen: OrderedDict[str, str] = OrderedDict()

    def once(self, signed: Signed) -> None:
        """Raises `NotTheirs` for a signature that came with another message before."""
        if self._seen.get(signed.signature, signed.message) != signed.message:
            raise NotTheirs("this signature came with another message")

    def keep(self, signed: Signed) -> None:
        """It was taken: what is turned away further in spoils no signature for the message that it belongs to."""
        self._seen[signed.signature] = signed.message
        while len(self._seen) > REMEMBERED:
            self._seen.popitem(last=False)
