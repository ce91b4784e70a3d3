"""WeChat Pay behind the port: a code on a screen, the sheet inside the app, a phone's browser, refunds, statements."""

from __future__ import annotations

import json
import secrets
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from datetime import date, datetime
from decimal import Decimal
from typing import Any
from urllib.parse import urlencode

from backend import providers
from backend.providers.payment import CURRENCY, INSIDE, NATIVE, PHONE, Notice, Order, Return, Returned, Traded
from backend.providers.wechatpay import statements
from backend.providers.wechatpay.account import Account
from backend.providers.wechatpay.calls import Calls, prove
from bot.contract.errors import Refused, Unavailable

PAID = "TRANSACTION.SUCCESS"
WORDS, WHY = 127, 80
_RETURNS = {"SUCCESS": "done", "CLOSED": "failed", "ABNORMAL": "failed", "PROCESSING": "under_way"}
_ANSWERS = {NATIVE: "code_url", INSIDE: "prepay_id", PHONE: "h5_url"}


class WechatPay:
    """`Merchant` of one community."""

    name = providers.WECHAT

    def __init__(self, account: Account, real: Callable[[], datetime]) -> None:
        self._account, self._calls = account, Calls(account, real)

    @property
    def number(self) -> str:
        return self._account.mchid

    @property
    def appid(self) -> str:
        return self._account.appid

    def link(self, base: str, payment: str) -> str:
        return f"{base.rstrip('/')}/pay/{payment}"

    async def order(self, order: Order) -> str:
        said: dict[str, Any] = {
            "appid": self._account.appid,
            "mchid": self._account.mchid,
            "description": order.words[:WORDS],
            "out_trade_no": order.number,
            "time_expire": order.until.replace(microsecond=0).isoformat(),
            "notify_url": self._account.notify,
            "amount": {"total": order.fen, "currency": CURRENCY},
        }
        if order.way == INSIDE:
            said["payer"] = {"openid": order.payer}
        if order.way == PHONE:
            said["scene_info"] = {"payer_client_ip": order.address, "h5_info": {"type": "Wap"}}
        found = await self._calls.ask("POST", f"/v3/pay/transactions/{order.way}", said)
        return _text(found, _ANSWERS[order.way])

    async def paid(self, number: str) -> Notice | None:
        mine = urlencode({"mchid": self._account.mchid})
        try:
            found = await self._calls.ask("GET", f"/v3/pay/transactions/out-trade-no/{number}?{mine}")
        except Refused as error:
            if error.status == 404:
                return None
            raise
        if found.get("trade_state") not in ("SUCCESS", "REFUND"):
            return None
        notice = self._notice("", found)
        return replace(notice, event=f"asked:{notice.transaction}")

    async def close(self, number: str) -> None:
        path = f"/v3/pay/transactions/out-trade-no/{number}/close"
        await self._calls.ask("POST", path, {"mchid": self._account.mchid})

    async def give_back(self, wanted: Return) -> Returned:
        said = {
            "out_trade_no": wanted.order,
            "out_refund_no": wanted.number,
            "reason": wanted.why[:WHY],
            "notify_url": self._account.notify,
            "amount": {"refund": wanted.fen, "total": wanted.whole, "currency": CURRENCY},
        }
        found = await self._calls.ask("POST", "/v3/refund/domestic/refunds", said)
        try:
            return _returned(f"asked:{found.get('refund_id')}", found, "status", "refund")
        except Refused as error:
            # They took it, and money may be on its way: it has not failed because we cannot read what they say of it.
            raise Unavailable("WeChat Pay's answer to a refund cannot be read", retry_after=60) from error

    async def statement(self, day: date) -> Sequence[Traded]:
        asked = urlencode({"bill_date": day.isoformat(), "bill_type": "ALL"})
        try:
            found = await self._calls.ask("GET", f"/v3/bill/tradebill?{asked}")
        except Refused as error:
            # Nothing was paid on that day: they make no file then.
            if "NO_STATEMENT_EXIST" in error.reason:
                return ()
            raise
        url, kind, digest = (_text(found, name) for name in ("download_url", "hash_type", "hash_value"))
        return statements.read(await self._calls.statement(url, kind, digest))

    def sheet(self, prepaid: str, real: datetime) -> Mapping[str, str]:
        stamp, nonce, package = str(int(real.timestamp())), secrets.token_hex(16), f"prepay_id={prepaid}"
        signed = self._account.sign(self._account.appid, stamp, nonce, package)
        return {
            "appId": self._account.appid,
            "timeStamp": stamp,
            "nonceStr": nonce,
            "package": package,
            "signType": "RSA",
            "paySign": signed,
        }

    async def end(self) -> None:
        await self._calls.end()

    def read(self, headers: Mapping[str, str], body: bytes, real: datetime) -> Notice | Returned:
        prove(self._account, headers, body, real)
        try:
            said = json.loads(body)
            event, kind, sealed = str(said["id"]), str(said["event_type"]), said["resource"]
            algorithm, nonce, text = (str(sealed[name]) for name in ("algorithm", "nonce", "ciphertext"))
            associated = str(sealed.get("associated_data") or "")
        except (ValueError, KeyError, TypeError, AttributeError) as error:
            raise Refused("this callback cannot be read", status=400) from error
        if algorithm != "AEAD_AES_256_GCM" or not 1 <= len(event) <= 64:
            raise Refused("this callback cannot be read", status=400)
        inside = _object(self._account.opened(nonce, associated, text))
        if kind == PAID:
            return self._notice(event, inside)
        if kind.startswith("REFUND."):
            self._mine(inside, app=False)
            return _returned(event, inside, "refund_status", "refund")
        raise Refused("nobody acts on this kind of callback", status=400)

    def _notice(self, event: str, found: Mapping[str, Any]) -> Notice:
        """Raises `Refused` for what was paid to somebody else, or to another app."""
        self._mine(found, app=True)
        amount = found.get("amount")
        total = amount.get("total") if isinstance(amount, dict) else None
        if not isinstance(total, int) or isinstance(total, bool) or not 0 <= total < 10**11:
            raise Refused("this callback cannot be read", status=400)
        currency = str(amount.get("currency", "")) if isinstance(amount, dict) else ""
        number, transaction = _text(found, "out_trade_no"), _text(found, "transaction_id")
        paid = found.get("trade_state") in ("SUCCESS", "REFUND")
        at = _time(str(found.get("success_time", "")))
        return Notice(event, number, Decimal(total).scaleb(-2), paid, currency[:16], transaction[:32], at)

    def _mine(self, found: Mapping[str, Any], *, app: bool) -> None:
        if found.get("mchid") != self._account.mchid or (app and found.get("appid") != self._account.appid):
            raise Refused("this is another merchant's, or another app's", status=422)


def _returned(event: str, found: Mapping[str, Any], state: str, amount: str) -> Returned:
    told = found.get("amount")
    fen = told.get(amount) if isinstance(told, dict) else None
    if not isinstance(fen, int) or isinstance(fen, bool) or found.get(state) not in _RETURNS:
        raise Refused("this callback cannot be read", status=400)
    return Returned(
        event[:64],
        _text(found, "out_refund_no"),
        fen,
        _RETURNS[str(found[state])],
        str(found.get("refund_id", ""))[:32],
    )


def _object(content: bytes) -> Mapping[str, Any]:
    try:
        found = json.loads(content)
    except ValueError as error:
        raise Refused("this callback cannot be read", status=400) from error
    if not isinstance(found, dict):
        raise Refused("this callback cannot be read", status=400)
    return found


def _text(found: Mapping[str, Any], name: str) -> str:
    value = found.get(name)
    if not isinstance(value, str) or not value:
        raise Refused(f"WeChat Pay: {name} is missing", status=400)
    return value


def _time(text: str) -> datetime | None:
    """None for what is no time with its zone: ours is taken then."""
    try:
        found = datetime.fromisoformat(text)
    except ValueError:
        return None
    return found if found.tzinfo is not None else None
