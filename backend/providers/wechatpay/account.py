"""A merchant's account: its numbers and keys, from the environment, and what is signed, proved and opened with them."""

from __future__ import annotations

import base64
import binascii
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, TypeVar

from bot.contract.errors import Misconfigured, NotTheirs

API = "https://api.mch.weixin.qq.com"
ALGORITHM = "WECHATPAY2-SHA256-RSA2048"
_BLOCK = re.compile(r"-----BEGIN (CERTIFICATE|PUBLIC KEY)-----.+?-----END \1-----", re.DOTALL)
_FORMS: Mapping[str, tuple[str, str]] = {
    "mchid": (r"\d{8,12}", "the merchant's number, 8 to 12 digits"),
    "appid": (r"wx[0-9a-z]{10,30}", "the app id, wx…, that the merchant is bound to"),
    "serial": (r"[0-9A-Fa-f]{30,48}", "the serial number of the merchant's API certificate"),
    "v3_key": (r"[\x21-\x7e]{32}", "the APIv3 key, 32 characters"),
    "platform_id": (r"(PUB_KEY_ID_[0-9A-Za-z]{6,60})?", "PUB_KEY_ID_…, beside a public key of WeChat Pay's"),
}
FILES = ("key_file", "platform_file")
_T = TypeVar("_T")


@dataclass(frozen=True, slots=True)
class Account:
    """platform: WeChat Pay's own keys by their id, a certificate's serial number or `PUB_KEY_ID_…`; base: scheme and
    host that we ask; notify: where it calls back."""

    mchid: str
    appid: str
    serial: str
    base: str
    notify: str
    v3_key: bytes = field(repr=False)
    key: Any = field(repr=False)
    platform: Mapping[str, Any] = field(repr=False)

    def sign(self, *lines: str) -> str:
        from cryptography.hazmat.primitives.asymmetric.padding import PKCS1v15
        from cryptography.hazmat.primitives.hashes import SHA256

        text = "".join(f"{line}\n" for line in lines)
        return base64.b64encode(self.key.sign(text.encode(), PKCS1v15(), SHA256())).decode()

    def prove(self, serial: str, signature: str, stamp: str, nonce: str, body: bytes) -> None:
        """Raise `NotTheirs` unless WeChat Pay signed this. The clock is for whoever asks."""
        from cryptography.exceptions import InvalidSignature
        from cryptography.hazmat.primitives.asymmetric.padding import PKCS1v15
        from cryptography.hazmat.primitives.hashes import SHA256

        public = self.platform.get(serial.upper().lstrip("0"))
        if public is None:
            raise NotTheirs(f"signed with a key that we do not hold: {serial[:60] or 'none'}")
        try:
            given = base64.b64decode(signature, validate=True)
            text = f"{stamp}\n{nonce}\n".encode() + body + b"\n"
            public.verify(given, text, PKCS1v15(), SHA256())
        except (binascii.Error, InvalidSignature, ValueError) as error:
            raise NotTheirs("the signature does not prove that WeChat Pay sent this") from error

    def opened(self, nonce: str, associated: str, ciphertext: str) -> bytes:
        """Raises `NotTheirs` for what was not sealed with our key."""
        from cryptography.exceptions import InvalidTag
        from cryptography.hazmat.primitives.ciphers.aead import AESGCM

        try:
            sealed = base64.b64decode(ciphertext, validate=True)
            return AESGCM(self.v3_key).decrypt(nonce.encode(), sealed, associated.encode())
        except (binascii.Error, InvalidTag, ValueError) as error:
            raise NotTheirs("what came cannot be opened with our APIv3 key") from error


def account(secrets: Mapping[str, str], start: str, base: str, notify: str) -> Account:
    """start: how the variables' names begin. Raises `Misconfigured` with the one that is wrong or missing."""
    given = {name: secrets.get(name, "").strip() for name in (*_FORMS, *FILES)}
    for name, (form, expected) in _FORMS.items():
        if not re.fullmatch(form, given[name]):
            raise Misconfigured(f"{expected}: is expected", file=f"{start}_{name.upper()}")
    key = _read(given["key_file"], f"{start}_KEY_FILE", _private)
    named = given["platform_id"].upper()
    platform = _read(given["platform_file"], f"{start}_PLATFORM_FILE", lambda pem: _platform(pem, named))
    if not platform:
        said = "a certificate of WeChat Pay's, or its public key with …_PLATFORM_ID beside it, is expected"
        raise Misconfigured(said, file=f"{start}_PLATFORM_FILE")
    known = {name: given[name] for name in ("mchid", "appid", "serial")}
    return Account(
        **known,
        base=(base or API).rstrip("/"),
        notify=notify,
        v3_key=given["v3_key"].encode(),
        key=key,
        platform=platform,
    )


def _read(path: str, variable: str, load: Callable[[bytes], _T]) -> _T:
    from cryptography.exceptions import UnsupportedAlgorithm

    try:
        return load(Path(path).read_bytes())
    except (OSError, ValueError, TypeError, UnsupportedAlgorithm) as error:
        raise Misconfigured(f"a PEM file is expected: {type(error).__name__}", file=variable) from error


def _private(pem: bytes) -> Any:
    from cryptography.hazmat.primitives.serialization import load_pem_private_key

    return load_pem_private_key(pem, None)


def _platform(pem: bytes, named: str) -> dict[str, Any]:
    """Certificates by their serial numbers and one public key by its name: while a merchant changes over to the key,
    WeChat Pay signs with either."""
    from cryptography.hazmat.primitives.serialization import load_pem_public_key
    from cryptography.x509 import load_pem_x509_certificate

    found: dict[str, Any] = {}
    for block in _BLOCK.finditer(pem.decode("ascii")):
        text = block[0].encode()
        if block[1] == "CERTIFICATE":
            one = load_pem_x509_certificate(text)
            found[f"{one.serial_number:X}"] = one.public_key()
        elif named:
            found[named] = load_pem_public_key(text)
    return found
