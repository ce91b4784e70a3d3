"""What an open page of the desk is told to read again: who talks with the bot alone moves no list of who waits."""

from __future__ import annotations

from typing import Any

from backend.services import desk_news
from backend.services.desk_news import Seen
from tests.conftest import MakeResident


def test_lists_of_who_waits_are_read_again_for_them_alone(resident: MakeResident) -> None:
    one = resident()
    db = one.app.state.desk.db
    seen = Seen()

    def told() -> dict[str, Any]:
        nonlocal seen
        found = db.read_now(lambda c: desk_news.look(c, "sunshine", seen))
        news: dict[str, Any] = found.since(seen)
        seen = found
        return news

    told()
    assert told() == {}
    one.say("厨房水龙头漏水")
    assert told().keys() == {"talks"}
    one.say("是")
    assert told().keys() == {"talks", "cases"}
    one.say("转人工")
    assert {"talks", "queue"} <= told().keys()
    one.say("你好，有人吗")
    assert told().keys() == {"talks", "queue"}
    one.desk("take-over")
    assert "queue" in told()
    one.desk("messages", text="您好，我来看一下")
    assert "queue" in told()
    one.desk("hand-back", outcome="好了")
    assert "queue" in told()
    one.say("谢谢")
    assert told().keys() == {"talks"}
