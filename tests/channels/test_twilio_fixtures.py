"""Every recorded request of the hotline and of text messages becomes what its `.expect.yml` says."""

from __future__ import annotations

import json
from dataclasses import asdict
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
import yaml
from starlette.datastructures import FormData

import channels
from bot.contract.messages import InboundMessage
from channels.phone import parse as voice
from channels.sms import parse as text

FOLDER = Path(channels.__path__[0])
NOW = datetime(2026, 11, 20, 1, 30, tzinfo=UTC)
FIXTURES = [*sorted(FOLDER.glob("phone/fixtures/*.json")), *sorted(FOLDER.glob("sms/fixtures/*.json"))]


def _name(seed: str, kind: str, owner: str) -> str:
    return f"{owner}/{seed}"


def _read(path: Path) -> InboundMessage:
    data = json.loads(path.read_text(encoding="utf-8"))
    form = FormData(list(data["form"].items()))
    if path.parent.parent.name == "sms":
        return text.parse(form, "demo", NOW)
    return voice.parse(form, "demo", voice.place_of(data["query"], ("zh_Hans", "en")), NOW, _name)


@pytest.mark.parametrize("path", FIXTURES, ids=lambda p: f"{p.parent.parent.name}/{p.stem}")
def test_recorded_request(path: Path) -> None:
    got = asdict(_read(path))
    expected: dict[str, Any] = yaml.safe_load(path.with_suffix(".expect.yml").read_text(encoding="utf-8"))
    for name, value in expected.items():
        assert (list(got[name]) if isinstance(value, list) else got[name]) == value, name


def test_both_have_some() -> None:
    assert {path.parent.parent.name for path in FIXTURES} == {"phone", "sms"}
