"""A community that takes money by WeChat Pay, with the vendor on loopback: what payers, vendor and staff do there."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from typing import Any

from sqlalchemy import Connection, select

from backend.models.online import refund
from backend.services import refunds
from backend.services.acting import Actor
from backend.services.refunds import Wanted
from tests.fakes.wechatpay import WechatPay
from tests.resident import Resident

NOW = "2026-11-20T09:30"
CALLBACK = "/payments/wechatpay/sunshine/callback"
DESKTOP = {"user-agent": "Mozilla/5.0 (X11; Linux x86_64)"}
PHONE = {"user-agent": "Mozilla/5.0 (Linux; Android 14) Chrome/116.0 Mobile"}
WHERE = re.compile(r"https://linli\.example/pay/(\w+)")


class Shop:
    """A community that takes money by WeChat Pay, and the vendor on loopback."""

    def __init__(self, one: Resident, fake: WechatPay) -> None:
        self.one, self.fake = one, fake

    def link(self, *said: str) -> str:
        answer = [self.one.say(each) for each in said or ("pay the property fee for October", "yes")][-1]
        found = WHERE.search(answer.text)
        assert found, answer.text
        return found[1]

    def page(self, key: str, **headers: str) -> Any:
        return self.one.request("GET", f"/pay/{key}", headers={**DESKTOP, "accept-language": "en", **headers})

    def press(self, key: str, agent: dict[str, str] = DESKTOP) -> Any:
        return self.one.request("POST", f"/pay/{key}", headers=agent)

    def ordered(self) -> str:
        """The number of the newest order at the vendor's."""
        return list(self.fake.orders)[-1]

    def call(self, inside: dict[str, Any], headers: dict[str, str] | None = None, **how: Any) -> Any:
        body = self.fake.notice(inside, **how)
        return self.tell(body, self.fake.signed(body) if headers is None else headers)

    def tell(self, body: bytes, headers: dict[str, str]) -> Any:
        return self.one.request("POST", CALLBACK, content=body, headers=headers)

    def run(self, work: Callable[[Connection], Any]) -> Any:
        return self.one.app.state.desk.db.submit(work).result()

    @property
    def cashier(self) -> Any:
        return self.one.app.state.money.cashiers["sunshine"]

    def do(self, waits: Any) -> Any:
        return self.one.loop.run_until_complete(waits)

    def payment(self) -> dict[str, Any]:
        return self.one.items("payments")[0]

    def pushes(self) -> list[str]:
        rows = self.one.request("GET", "/demo/outbox").json()["items"]
        return [json.dumps(row["body"], ensure_ascii=False) for row in rows if row["kind"] == "push"]

    def staff(self) -> list[dict[str, Any]]:
        rows = self.one.request("GET", "/demo/outbox").json()["items"]
        return [row["body"] for row in rows if row["kind"] == "staff"]

    def paid(self, *said: str) -> str:
        """The number of an order that has been paid."""
        self.press(self.link(*said))
        number = self.ordered()
        assert self.call(self.fake.pay(number)).status_code == 204
        return number

    def supervisor(self) -> Actor:
        clock = self.one.app.state.desk.clock
        return Actor("sunshine", 1, "supervisor", "Supervisor", "supervisor", clock.now(), clock.real())

    def ask(self, number: str, fen: int, nonce: str = "0" * 24, reason: str = "charged twice") -> str:
        who, wanted = self.supervisor(), Wanted(number, fen, reason, nonce)
        return str(self.run(lambda c: refunds.ask(c, who, wanted)))

    def refund(self, key: str) -> Any:
        return self.run(lambda c: c.execute(select(refund).where(refund.c.id == key)).one())
