"""What WeChat Pay and its merchant hold: keys, numbers, and the lines of a day's statement."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import cache
from pathlib import Path
from typing import Any

from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey, generate_private_key
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat, PublicFormat

MCHID, APPID, SERIAL = "1900000001", "wx0000000000000000", "5157F09EFDC096DE15EBE81A47057A7232F1B8E1"
V3_KEY, PLATFORM_ID = "linli-test-apiv3-key-32-letters!", "PUB_KEY_ID_0119000000012026010100000001"
_HEAD = (
    "\u4ea4\u6613\u65f6\u95f4,\u516c\u4f17\u8d26\u53f7ID,\u5546\u6237\u53f7,\u7279\u7ea6\u5546\u6237\u53f7,\u8bbe\u5907\u53f7,"
    "\u5fae\u4fe1\u8ba2\u5355\u53f7,\u5546\u6237\u8ba2\u5355\u53f7,\u7528\u6237\u6807\u8bc6,\u4ea4\u6613\u7c7b\u578b,"
    "\u4ea4\u6613\u72b6\u6001,\u4ed8\u6b3e\u94f6\u884c,\u8d27\u5e01\u79cd\u7c7b,\u5e94\u7ed3\u8ba2\u5355\u91d1\u989d,"
    "\u4ee3\u91d1\u5238\u91d1\u989d,\u5fae\u4fe1\u9000\u6b3e\u5355\u53f7,\u5546\u6237\u9000\u6b3e\u5355\u53f7,\u9000\u6b3e\u91d1\u989d,"
    "\u5145\u503c\u5238\u9000\u6b3e\u91d1\u989d,\u9000\u6b3e\u7c7b\u578b,\u9000\u6b3e\u72b6\u6001,\u5546\u54c1\u540d\u79f0,"
    "\u5546\u6237\u6570\u636e\u5305,\u624b\u7eed\u8d39,\u8d39\u7387,\u8ba2\u5355\u91d1\u989d,\u7533\u8bf7\u9000\u6b3e\u91d1\u989d,"
    "\u8d39\u7387\u5907\u6ce8"
)
_SUMS = (
    "\u603b\u4ea4\u6613\u5355\u6570,\u5e94\u7ed3\u8ba2\u5355\u603b\u91d1\u989d,\u9000\u6b3e\u603b\u91d1\u989d,"
    "\u5145\u503c\u5238\u9000\u6b3e\u603b\u91d1\u989d,\u624b\u7eed\u8d39\u603b\u91d1\u989d,\u8ba2\u5355\u603b\u91d1\u989d,"
    "\u7533\u8bf7\u9000\u6b3e\u603b\u91d1\u989d"
)


@cache
def keys() -> tuple[RSAPrivateKey, RSAPrivateKey]:
    """The merchant's and the platform's, made once: they take a second."""
    return generate_private_key(65537, 2048), generate_private_key(65537, 2048)


def pem(key: RSAPrivateKey) -> bytes:
    return key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())


def public_pem(key: RSAPrivateKey) -> bytes:
    return key.public_key().public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo)


def secrets_in(folder: Path, community: str = "SUNSHINE") -> dict[str, str]:
    """What the environment holds for a merchant, its files written down."""
    mine, theirs = keys()
    (folder / "key.pem").write_bytes(pem(mine))
    (folder / "platform.pem").write_bytes(public_pem(theirs))
    given = {"MCHID": MCHID, "APPID": APPID, "SERIAL": SERIAL, "V3_KEY": V3_KEY, "PLATFORM_ID": PLATFORM_ID}
    given |= {"KEY_FILE": str(folder / "key.pem"), "PLATFORM_FILE": str(folder / "platform.pem")}
    return {f"WECHATPAY_{community}_{name}": value for name, value in given.items()}


def paid_line(number: str, transaction: str, total: str, at: str = "2026-11-20 10:00:00", way: str = "NATIVE") -> str:
    head = [at.replace("T", " ")[:19], APPID, MCHID, "0", "", transaction, number, "oUser", way, "SUCCESS", "OTHERS"]
    return _row(
        [*head, "CNY", total, "0.00", "0", "0", "0.00", "0.00", "", "", "-", "", "0.00", "0.60%", total, "0.00", ""]
    )


def _row(fields: list[str]) -> str:
    return ",".join(f"`{one}" for one in fields)


def order_line(number: str, order: Mapping[str, Any]) -> str:
    total = f"{order['said']['amount']['total'] / 100:.2f}"
    return paid_line(number, order["transaction"], total, order["at"], order["way"].upper())


def refund_line(number: str, one: Mapping[str, Any]) -> str:
    back = f"{one['amount']['refund'] / 100:.2f}"
    head = ["2026-11-20 11:00:00", APPID, MCHID, "0", "", one["transaction_id"], one["out_trade_no"], "-", "NATIVE"]
    tail = [one["refund_id"], number, back, "0.00", "ORIGINAL", one["status"], "-", "", "0.00", "0.60%"]
    return _row([*head, "REFUND", "OTHERS", "CNY", "0.00", "0.00", *tail, "0.00", back, ""])


def statement(lines: Sequence[str]) -> bytes:
    sums = ",".join([f"`{len(lines)}", *["`0.00"] * 6])
    return "\r\n".join([_HEAD, *lines, _SUMS, sums, ""]).encode()
