"""Every recorded payload of WeChat becomes what its `.expect.yml` says."""

from __future__ import annotations

from dataclasses import asdict
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
import yaml

import channels
from bot.contract.errors import Refused, Unsupported
from channels.wechat.parse import Heard, parse

FIXTURES = sorted((Path(channels.__path__[0]) / "wechat" / "fixtures").glob("*.xml"))
NOW = datetime(2026, 11, 20, 1, 30, tzinfo=UTC)


def _name(seed: str, kind: str, owner: str) -> str:
    return f"{seed} {kind} {owner}"


@pytest.mark.parametrize("path", FIXTURES, ids=lambda path: path.stem)
def test_recorded_payload(path: Path) -> None:
    expected: dict[str, Any] = yaml.safe_load(path.with_suffix(".expect.yml").read_text(encoding="utf-8"))
    xml = path.read_text(encoding="utf-8")
    for name, error in (("refused", Refused), ("unsupported", Unsupported)):
        if name in expected:
            with pytest.raises(error) as raised:
                parse(xml, "demo", NOW, _name)
            assert expected[name] in (True, raised.value.args[0])
            return
    heard = parse(xml, "demo", NOW, _name)
    assert heard.who.user == "oLVPpjqs9BhvzwPj5A-vTYAX3GLc"
    _holds(heard, expected)


def _holds(heard: Heard, expected: dict[str, Any]) -> None:
    got = asdict(heard.message) if heard.message is not None else {}
    for name, value in expected.get("message", {}).items():
        assert (list(got[name]) if isinstance(got[name], tuple) else got[name]) == value, name
    assert (heard.message is None) == ("message" not in expected)
    assert (heard.command, heard.gone) == (expected.get("command", ""), expected.get("gone", False))
    assert dict(heard.agreed) == expected.get("agreed", {})
    assert [[one.vendor_id, one.state, one.reason] for one in heard.fates] == expected.get("fates", [])
    if "opening" in expected:
        assert heard.message is not None
        assert heard.message.opening is not None
        assert [heard.message.opening.count, heard.message.opening.seconds] == expected["opening"]
    if "place" in expected:
        assert heard.message is not None
        assert heard.message.place is not None
        place = heard.message.place
        assert [round(place.latitude, 4), round(place.longitude, 4), place.label] == expected["place"]
