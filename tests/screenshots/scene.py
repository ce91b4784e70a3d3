"""A day at the demo's desk, told over the doors that residents use: what the pictures show really happened."""

from __future__ import annotations

import re

import httpx

TALKS: tuple[tuple[str, tuple[str, ...]], ...] = (
    ("zhang-wei", ("厨房水龙头漏水，明天下午三点来", "是")),
    ("li-na", ("我要预约保洁，后天上午", "三个小时")),
    ("chen-xiuying", ("明天我女儿来看我，帮我登记一下访客",)),
    ("wang-jianguo", ("你们物业费怎么算的，我要找人工", "请转人工")),
    ("david", ("the corridor lamp on floor 6 is broken", "yes")),
    ("zhao-min", ("我的快递丢了，没人管，我要投诉", "转人工")),
    ("emma", ("please let me speak to a person",)),
)
# What the bot does not understand, for the page that teaches it.
ODD: tuple[tuple[str, str], ...] = (
    ("odd-1", "单元门口那个小喇叭一直嗡嗡叫"),
    ("odd-2", "单元门口那个小喇叭一直嗡嗡叫个不停"),
    ("odd-3", "今天股票怎么样"),
    ("odd-4", "那个啥能不能给弄弄"),
    ("odd-5", "can somebody see to the whatsit by the ramp"),
    ("odd-6", "zebra crossing lights of the moon please"),
)
HELP = ("wang-602", "救命，我在卫生间摔倒了，站不起来")


def play(base: str) -> None:
    """Everything but the alarm."""
    with httpx.Client(base_url=base, timeout=30) as client:
        for sender, lines in TALKS:
            for line in lines:
                say(client, sender, line)
        for sender, line in ODD:
            say(client, sender, line)


def connect(base: str) -> None:
    """Another system is told of cases, at an address where nobody answers."""
    told = {"url": "http://127.0.0.1:9/linli", "events": ["case.*", "alarm.raised"]}
    with httpx.Client(base_url=base, timeout=30, headers={"Authorization": "Bearer linli-demo-key"}) as client:
        client.post("/api/v1/webhooks", json=told).raise_for_status()


def cry(base: str) -> None:
    with httpx.Client(base_url=base, timeout=30) as client:
        say(client, *HELP)


def say(client: httpx.Client, sender: str, message: str) -> None:
    client.post("/webhooks/rest/webhook", json={"sender": sender, "message": message}).raise_for_status()


def label(base: str) -> None:
    """A clerk labels one of the sentences, so that there is something to be looked at by another."""
    with httpx.Client(base_url=base, timeout=30) as client:
        form = {"login": "agent", "password": "linli-demo"}
        client.post("/console/sign-in", data=form, headers={"origin": base})
        token = re.search(r'data-token="(\w+)"', client.get("/console/account").text)
        found = re.search(
            r'/console/teach/(\d+)/label.*?name="ids" value="([\d,]+)"', client.get("/console/teach").text
        )
        if token is None or found is None:
            raise RuntimeError("there is nothing to teach")
        headers = {"origin": base, "x-linli": "1", "x-linli-token": token[1]}
        sent = {"ids": found[2], "intent": "report_repair"}
        client.post(f"/console/teach/{found[1]}/label", data=sent, headers=headers).raise_for_status()
