"""A backup goes from either database into either: rows, counts, and the ids that come next."""

from __future__ import annotations

from pathlib import Path

import pytest

from backend.archive import carry
from backend.archive.pack import pack
from backend.archive.unpack import unpack
from backend.db import Database, parse_url
from bot.clock import SystemClock
from bot.contract.errors import Misconfigured
from bot.settings import Settings
from intents.understand import Embedded
from tests.conftest import MakeResident
from tests.resident import Resident


def _say(what: str, done: int, whole: int) -> None:
    return None


def test_a_backup_goes_from_either_database_into_either(
    resident: MakeResident, fresh: Settings, interpreter: Embedded, empty_url: str, tmp_path: Path
) -> None:
    started = Database(parse_url(fresh.database_url))
    demo = started.read_now(carry.counts)["case"]
    started.close()
    one = resident()
    one.say("厨房水龙头漏水")
    one.say("是")
    one.say("救命，我摔倒了起不来")
    real = SystemClock(fresh.zone).real()
    made = pack(parse_url(fresh.database_url), fresh.media_path, tmp_path / "kept.tar.gz", real, _say)
    with (tmp_path / "kept.tar.gz").open("rb") as file:
        unpack(file, "kept", parse_url(empty_url), tmp_path / "there", _say, force=False)
    db = Database(parse_url(empty_url))
    there = db.read_now(carry.counts)
    db.close()
    assert {name: there[name] for name in made.tables if name in there} == {
        name: count for name, count in made.tables.items() if name in there
    }
    assert there["case"] == demo + 1
    assert there["alarm"] == 1
    with (tmp_path / "kept.tar.gz").open("rb") as file, pytest.raises(Misconfigured, match="--force"):
        unpack(file, "kept", parse_url(empty_url), tmp_path / "there", _say, force=False)
    other = Resident(fresh.model_copy(update={"database_url": empty_url}), interpreter, "somebody-new")
    other.say("家里水管爆了，满地是水")
    assert len(other.items("cases")) == 1
    other.close()
