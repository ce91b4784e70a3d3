"""The resident's own page while the storage is away: words for whoever looks, and nothing of anybody."""

from __future__ import annotations

from typing import Any

import pytest

from bot.contract.errors import Unavailable
from tests.browsing import Browser, link_in
from tests.conftest import MakeResident


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_while_the_storage_is_away_it_says_so_in_words(resident: MakeResident, monkeypatch: pytest.MonkeyPatch) -> None:
    house = resident()
    at = Browser(house)
    at.open(link_in(house.say("我的页面").text))

    async def away(*_: Any, **__: Any) -> Any:
        raise Unavailable("the storage is away")

    monkeypatch.setattr(house.app.state.desk.db.part, "read", away)
    answer = at.get("/my")
    assert (answer.status_code, answer.headers["content-type"]) == (503, "text/html; charset=utf-8")
    assert "打不开" in answer.text
    assert "501" not in answer.text
    at.close()
