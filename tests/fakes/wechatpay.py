"""WeChat Pay v3 on loopback, as strict as its documents say: each request's signature, every field, every amount."""

from __future__ import annotations

import base64
import hashlib
import json
import re
import secrets
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from http.server import BaseHTTPRequestHandler
from typing import Any
from urllib.parse import parse_qs, urlsplit

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.padding import PKCS1v15
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256

from backend import instant
from tests.fakes.listening import Listening
from tests.fakes.wechatpay_papers import (
    APPID,
    MCHID,
    PLATFORM_ID,
    SERIAL,
    V3_KEY,
    keys,
    order_line,
    refund_line,
    statement,
)

_AUTHORIZATION = re.compile(r'WECHATPAY2-SHA256-RSA2048 ((?:\w+="[^"]*",?)+)')
_NUMBER, _OPENID = re.compile(r"[0-9A-Za-z_\-|*@]{6,32}"), re.compile(r"[\w-]{6,128}")


class Wrong(Exception):
    """status and code of their error."""

    def __init__(self, status: int, code: str, message: str) -> None:
        super().__init__(message)
        self.status, self.code, self.message = status, code, message


@dataclass
class WechatPay(Listening):
    """orders, refunds: what was taken, by our numbers; away: answers with an error of theirs; now: their clock."""

    orders: dict[str, dict[str, Any]] = field(default_factory=dict)
    refunds: dict[str, dict[str, Any]] = field(default_factory=dict)
    asked: list[str] = field(default_factory=list)
    nonces: set[str] = field(default_factory=set)
    files: dict[str, bytes] = field(default_factory=dict)
    poor: bool = False
    away: bool = False

    def __post_init__(self) -> None:
        self.listen(_handler(self))

    def anew(self) -> None:
        self.orders, self.refunds, self.asked, self.files = {}, {}, [], {}
        self.poor = self.away = False

    # What people and the vendor do.

    def pay(self, number: str, openid: str = "oUser-of-a-phone", at: datetime | None = None) -> dict[str, Any]:
        """Somebody pays this order; returns what the vendor now says of it."""
        order = self.orders[number]
        assert order["state"] == "NOTPAY", order["state"]
        paid = sum("transaction" in one for one in self.orders.values())
        order |= {"state": "SUCCESS", "transaction": f"42000000{paid + 1:020d}", "payer": openid}
        order["at"] = (at or instant.now()).replace(microsecond=0).isoformat()
        return self.told(number)

    def told(self, number: str) -> dict[str, Any]:
        order = self.orders[number]
        said: dict[str, Any] = {"appid": APPID, "mchid": MCHID, "out_trade_no": number, "trade_state": order["state"]}
        if "transaction" not in order:
            return said
        total = order["said"]["amount"]["total"]
        amount = {"total": total, "payer_total": total, "currency": "CNY", "payer_currency": "CNY"}
        more = {"transaction_id": order["transaction"], "trade_type": order["way"].upper(), "bank_type": "OTHERS"}
        return {**said, **more, "success_time": order["at"], "payer": {"openid": order["payer"]}, "amount": amount}

    def end_refund(self, number: str, state: str = "SUCCESS") -> dict[str, Any]:
        one = self.refunds[number]
        one["status"] = state
        amount = {**one["amount"], "payer_total": one["amount"]["total"], "payer_refund": one["amount"]["refund"]}
        said = {"mchid": MCHID, "out_trade_no": one["out_trade_no"], "transaction_id": one["transaction_id"]}
        said |= {"refund_id": one["refund_id"], "out_refund_no": number, "refund_status": state}
        return {**said, "user_received_account": "-", "amount": amount}

    def notice(
        self, inside: Mapping[str, Any], kind: str = "TRANSACTION.SUCCESS", event: str = "", key: str = V3_KEY
    ) -> bytes:
        """A callback's body, sealed as they seal it."""
        nonce, associated = secrets.token_hex(6), "transaction" if kind.startswith("T") else "refund"
        sealed = AESGCM(key.encode()).encrypt(nonce.encode(), json.dumps(inside).encode(), associated.encode())
        resource = {"algorithm": "AEAD_AES_256_GCM", "original_type": associated, "associated_data": associated}
        resource |= {"nonce": nonce, "ciphertext": base64.b64encode(sealed).decode()}
        said = {"id": event or f"EV-{secrets.token_hex(12)}", "create_time": "2026-11-20T10:00:00+08:00"}
        return json.dumps(
            {**said, "event_type": kind, "resource_type": "encrypt-resource", "summary": "-", "resource": resource}
        ).encode()

    def signed(self, body: bytes, shift: float = 0, serial: str = PLATFORM_ID) -> dict[str, str]:
        """The headers by which they prove that they said it."""
        stamp, nonce = str(int(instant.now().timestamp() + shift)), secrets.token_hex(16)
        text = f"{stamp}\n{nonce}\n".encode() + body + b"\n"
        mark = keys()[1].sign(text, PKCS1v15(), SHA256())
        return {
            "Wechatpay-Timestamp": stamp,
            "Wechatpay-Nonce": nonce,
            "Wechatpay-Serial": serial,
            "Wechatpay-Signature": base64.b64encode(mark).decode(),
            "Wechatpay-Signature-Type": "WECHATPAY2-SHA256-RSA2048",
        }

    def book(self, more: tuple[str, ...] = (), without: frozenset[str] = frozenset()) -> None:
        """Make the statement of all that was paid and given back; more: lines of others; without: what they lost."""
        lines = [order_line(number, one) for number, one in self.orders.items() if "transaction" in one]
        lines += [refund_line(number, one) for number, one in self.refunds.items() if one["status"] != "CLOSED"]
        lines = [one for one in lines if not any(f"`{number}," in one for number in without)] + list(more)
        self.files["day"] = statement(lines)

    # What the vendor answers.

    def answer(self, method: str, path: str, body: bytes) -> tuple[int, bytes]:
        parts = urlsplit(path)
        if self.away:
            raise Wrong(500, "SYSTEM_ERROR", "try again")
        if method == "POST" and (found := re.fullmatch(r"/v3/pay/transactions/(native|jsapi|h5)", parts.path)):
            return 200, json.dumps(self._order(found[1], json.loads(body))).encode()
        if found := re.fullmatch(r"/v3/pay/transactions/out-trade-no/([^/]+)(/close)?", parts.path):
            return self._of_order(method, found[1], found[2], parts.query, body)
        if (method, parts.path) == ("POST", "/v3/refund/domestic/refunds"):
            return 200, json.dumps(self._refund(json.loads(body))).encode()
        if (method, parts.path) == ("GET", "/v3/bill/tradebill"):
            return 200, json.dumps(self._bill(parse_qs(parts.query))).encode()
        raise Wrong(404, "NOT_FOUND", "no such interface")

    def _order(self, way: str, said: dict[str, Any]) -> dict[str, str]:
        _order_fields(way, said)
        number = said["out_trade_no"]
        known = self.orders.get(number)
        if known is not None and known["state"] in ("SUCCESS", "REFUND"):
            raise Wrong(400, "ORDERPAID", "paid already")
        if known is not None and known["state"] == "CLOSED":
            raise Wrong(400, "ORDER_CLOSED", "closed already")
        if known is not None and (known["way"], known["said"]) != (way, said):
            raise Wrong(400, "INVALID_REQUEST", "the same number with other parameters")
        self.orders[number] = {"way": way, "said": said, "state": "NOTPAY"}
        token = secrets.token_hex(5)
        return {
            "native": {"code_url": f"weixin://wxpay/bizpayurl?pr={token}"},
            "jsapi": {"prepay_id": f"wx{token}"},
            "h5": {"h5_url": f"https://wx.tenpay.com/cgi-bin/mmpayweb-bin/checkmweb?prepay_id=wx{token}&package=1"},
        }[way]

    def _of_order(self, method: str, number: str, close: str | None, query: str, body: bytes) -> tuple[int, bytes]:
        mchid = json.loads(body).get("mchid") if close else parse_qs(query).get("mchid", [""])[0]
        if mchid != MCHID:
            raise Wrong(400, "PARAM_ERROR", "mchid")
        order = self.orders.get(number)
        if order is None:
            raise Wrong(404, "ORDER_NOT_EXIST", "no such order")
        if method == "POST" and close:
            if order["state"] in ("SUCCESS", "REFUND"):
                raise Wrong(400, "ORDERPAID", "paid already")
            order["state"] = "CLOSED"
            return 204, b""
        return 200, json.dumps(self.told(number)).encode()

    def _refund(self, said: dict[str, Any]) -> dict[str, Any]:
        number, amount = said.get("out_refund_no", ""), said.get("amount", {})
        if said.keys() - {"out_trade_no", "out_refund_no", "reason", "notify_url", "amount"} or not number:
            raise Wrong(400, "PARAM_ERROR", "fields")
        if amount.keys() != {"refund", "total", "currency"} or amount["currency"] != "CNY" or amount["refund"] < 1:
            raise Wrong(400, "PARAM_ERROR", "amount")
        order = self.orders.get(said["out_trade_no"])
        if order is None or "transaction" not in order:
            raise Wrong(404, "RESOURCE_NOT_EXISTS", "no such paid order")
        if amount["total"] != order["said"]["amount"]["total"]:
            raise Wrong(400, "INVALID_REQUEST", "the total is another one")
        known = self.refunds.get(number)
        if known is not None and known["amount"] != amount:
            raise Wrong(400, "INVALID_REQUEST", "the same number with another amount")
        if known is None:
            mine = [one for one in self.refunds.values() if one["out_trade_no"] == said["out_trade_no"]]
            if sum(one["amount"]["refund"] for one in mine) + amount["refund"] > amount["total"]:
                raise Wrong(400, "INVALID_REQUEST", "more than can be given back")
            if self.poor:
                raise Wrong(403, "NOT_ENOUGH", "the merchant's balance does not suffice")
            more = {"transaction_id": order["transaction"], "refund_id": f"503000{len(self.refunds) + 1:022d}"}
            known = self.refunds[number] = {**said, **more, "status": "PROCESSING"}
        shown = ("refund_id", "out_refund_no", "transaction_id", "out_trade_no", "status", "amount")
        return {name: known[name] for name in shown} | {"channel": "ORIGINAL", "user_received_account": "-"}

    def _bill(self, query: dict[str, list[str]]) -> dict[str, str]:
        if not re.fullmatch(r"\d{4}-\d\d-\d\d", query.get("bill_date", [""])[0]):
            raise Wrong(400, "PARAM_ERROR", "bill_date")
        if "day" not in self.files:
            raise Wrong(400, "NO_STATEMENT_EXIST", "no statement of that day")
        digest = hashlib.sha1(self.files["day"]).hexdigest()  # noqa: S324 - theirs
        return {"hash_type": "SHA1", "hash_value": digest, "download_url": f"{self.url}/v3/billdownload/file?token=day"}

    def theirs(self, method: str, path: str, body: bytes, headers: Mapping[str, str]) -> None:
        """Raises `Wrong` unless the merchant signed exactly this, now, once."""
        found = _AUTHORIZATION.fullmatch(headers.get("authorization", ""))
        said = dict(re.findall(r'(\w+)="([^"]*)"', found[1])) if found else {}
        if said.keys() != {"mchid", "nonce_str", "signature", "timestamp", "serial_no"}:
            raise Wrong(401, "SIGN_ERROR", "Authorization")
        if (said["mchid"], said["serial_no"]) != (MCHID, SERIAL) or said["nonce_str"] in self.nonces:
            raise Wrong(401, "SIGN_ERROR", "mchid, serial_no or nonce_str")
        if abs(instant.now().timestamp() - int(said["timestamp"])) > 300:
            raise Wrong(401, "SIGN_ERROR", "timestamp")
        text = "\n".join([method, path, said["timestamp"], said["nonce_str"], body.decode(), ""])
        try:
            mark = base64.b64decode(said["signature"])
            keys()[0].public_key().verify(mark, text.encode(), PKCS1v15(), SHA256())
        except InvalidSignature:
            raise Wrong(401, "SIGN_ERROR", "signature") from None
        if not headers.get("accept") or not headers.get("user-agent"):
            raise Wrong(400, "PARAM_ERROR", "Accept and User-Agent are expected")
        self.nonces.add(said["nonce_str"])


def _order_fields(way: str, said: dict[str, Any]) -> None:
    needs = {"appid", "mchid", "description", "out_trade_no", "notify_url", "amount"}
    needs |= {"jsapi": {"payer"}, "h5": {"scene_info"}}.get(way, set())
    if said.keys() - needs - {"time_expire", "attach"} or needs - said.keys():
        raise Wrong(400, "PARAM_ERROR", f"fields: {sorted(said.keys() ^ needs)}")
    if (said["appid"], said["mchid"]) != (APPID, MCHID):
        raise Wrong(400, "APPID_MCHID_NOT_MATCH", "appid and mchid")
    amount = said["amount"]
    if amount.keys() != {"total", "currency"} or type(amount["total"]) is not int or amount["total"] < 1:
        raise Wrong(400, "PARAM_ERROR", "amount.total")
    if amount["currency"] != "CNY" or not _NUMBER.fullmatch(said["out_trade_no"]):
        raise Wrong(400, "PARAM_ERROR", "currency or out_trade_no")
    notify = urlsplit(said["notify_url"])
    if notify.scheme != "https" or notify.query or not 1 <= len(said["description"]) <= 127:
        raise Wrong(400, "PARAM_ERROR", "notify_url or description")
    until = datetime.fromisoformat(said["time_expire"]) if "time_expire" in said else None
    if until is not None and (until.tzinfo is None or until < instant.now() + timedelta(minutes=1)):
        raise Wrong(400, "PARAM_ERROR", "time_expire")
    if way == "jsapi" and not _OPENID.fullmatch(said["payer"].get("openid", "")):
        raise Wrong(400, "PARAM_ERROR", "payer.openid")
    if way == "h5" and not (said["scene_info"].get("payer_client_ip") and said["scene_info"]["h5_info"]["type"]):
        raise Wrong(400, "PARAM_ERROR", "scene_info")


def _handler(fake: WechatPay) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_POST(self) -> None:
            self._meet("POST")

        def do_GET(self) -> None:
            self._meet("GET")

        def _meet(self, method: str) -> None:
            body = self.rfile.read(int(self.headers.get("content-length", "0")))
            headers = {name.lower(): value for name, value in self.headers.items()}
            fake.asked.append(f"{method} {self.path}")
            try:
                fake.theirs(method, self.path, body, headers)
                if self.path.startswith("/v3/billdownload/file"):
                    self._say(200, fake.files["day"], {"content-type": "text/plain"})
                    return
                status, content = fake.answer(method, self.path, body)
            except Wrong as error:
                status = error.status
                content = json.dumps({"code": error.code, "message": error.message}).encode()
            self._say(status, content, {"content-type": "application/json", **fake.signed(content)})

        def _say(self, status: int, content: bytes, headers: Mapping[str, str]) -> None:
            self.send_response(status)
            for name, value in headers.items():
                self.send_header(name, value)
            self.send_header("content-length", str(len(content)))
            self.end_headers()
            self.wfile.write(content)

        def log_message(self, *_: Any) -> None:
            return

    return Handler
