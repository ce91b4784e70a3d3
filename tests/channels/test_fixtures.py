"""Every recorded payload of every channel becomes what its `.expect.yml` says: nothing else is promised of a parse."""

from __future__ import annotations

import importlib
from dataclasses import asdict
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
import yaml

import channels

FOLDER = Path(channels.__path__[0])
NOW = datetime(2026, 11, 20, 1, 30, tzinfo=UTC)
FIXTURES = sorted(FOLDER.glob("*/fixtures/*.json"))


@pytest.mark.parametrize("path", FIXTURES, ids=lambda p: f"{p.parent.parent.name}/{p.stem}")
def test_recorded_payload(path: Path) -> None:
    parse = importlib.import_module(f"channels.{path.parent.parent.name}.parse").parse
    got = asdict(parse(path.read_bytes(), NOW))
    expected: dict[str, Any] = yaml.safe_load(path.with_suffix(".expect.yml").read_text(encoding="utf-8"))
    for name, value in expected.items():
        found = list(got[name]) if isinstance(got[name], tuple) else got[name]
        assert found == value, name


def test_every_fixture_says_what_it_must_become() -> None:
    assert FIXTURES
    assert all(path.with_suffix(".expect.yml").exists() for path in FIXTURES)
