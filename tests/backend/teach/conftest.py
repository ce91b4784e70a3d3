"""A house of one's own for every test of teaching, with a model that it may exchange."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from bot.settings import Settings
from tests.clerk import Hands
from tests.conftest import MakeResident
from tests.resident import Resident


@pytest.fixture
def fresh(prepared: Settings, tmp_path: Path) -> Settings:
    """SQLite alone, as nothing here differs; a model of one's own, since publishing puts another in its place."""
    copied = shutil.copy(prepared.database_url.removeprefix("sqlite:///"), tmp_path / "linli.db")
    shutil.copytree(prepared.model_path, tmp_path / "model")
    places = {"media_path": tmp_path / "media", "model_path": tmp_path / "model", "taught_path": tmp_path / "taught"}
    return prepared.model_copy(update={"database_url": f"sqlite:///{copied}", **places})


@pytest.fixture
def house(resident: MakeResident) -> Resident:
    made = resident()
    made.restart(clock=Hands())
    return made
