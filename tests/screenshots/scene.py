"""A day at the demo's desk, told over the doors that residents use: what the pictures show really happened."""

from __future__ import annotations

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
HELP = ("wang-602", "救命，我在卫生间摔倒了，站不起来")


def play(base: str) -> None:
    """Everything but the alarm."""
    with httpx.Client(base_url=base, timeout=30) as client:
        for sender, lines in TALKS:
            for line in lines:
                say(client, sender, line)


def cry(base: str) -> None:
    with httpx.Client(base_url=base, timeout=30) as client:
        say(client, *HELP)


def say(client: httpx.Client, sender: str, message: str) -> None:
    client.post("/webhooks/rest/webhook", json={"sender": sender, "message": message}).raise_for_status()
