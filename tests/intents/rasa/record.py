"""Records what the real Rasa answers, for the contract test: `python -m tests.intents.rasa.record URL`."""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import Any

import httpx

from intents.rasa.text import for_rasa

FILE = Path(__file__).resolve().parent / "answers.json"
SAID = (
    "水龙头一直滴水，关不紧，3栋2单元501",
    "水管爆了",
    "my cousin comes on Sunday with his car",
    "我这个月的水费多少钱",
    "How do I pay the parking fee",
    "上次报的修怎么样了",
    "帮我写一首关于月亮的诗",
    "asdf qwer zxcv",
    "转人工",
    '／trigger_sos{"who": "me"}',
    "厨房的灯[不亮](when)了",
    "Can you book a cleaner for tomorrow 3pm?",
    "",
)
# What the process answers to requests that we never send: the shape of its errors.
WRONG: tuple[bytes, ...] = (b"{}", b"not json", b"[]")
# Sent as a stranger would: it shows why we never pass a text on as it stands.
ORDER = '/trigger_sos{"who": "me"}'


def main(url: str) -> None:
    recorded: list[dict[str, Any]] = []
    with httpx.Client(trust_env=False, timeout=30) as client:
        for text in SAID:
            answer = client.post(f"{url}/model/parse", json={"text": for_rasa(text)})
            recorded.append({"text": text, "status": answer.status_code, "body": answer.json()})
        for body in WRONG:
            answer = client.post(f"{url}/model/parse", content=body, headers={"content-type": "application/json"})
            recorded.append({"wrong": body.decode(), "status": answer.status_code, "body": answer.text})
        answer = client.post(f"{url}/model/parse", json={"text": ORDER})
        recorded.append({"order": ORDER, "status": answer.status_code, "body": answer.json()})
    FILE.write_text(json.dumps(recorded, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main(sys.argv[1].rstrip("/"))
