"""Under what was filed a button asks for one message later; only a yes of theirs that we asked for counts."""

from __future__ import annotations

import re
from typing import Any

import pytest
from sqlalchemy import select

from backend.models.windows import reply_window
from backend.services import outbox
from bot.contract.text import t
from tests.channels.drivers.wechat import USER, Vendor


def _filed(at: Vendor) -> str:
    """A repair from its words to its number; all that the last answer says."""
    at.bind()
    at.text("厨房水龙头漏水，随时可以来修")
    return at.passive(at.text("是"))


def _link(shown: str) -> str:
    found = re.search(r"http\S+/mp/subscribemsg\S+", shown)
    assert found is not None, shown
    return found[0]


def _back(at: Vendor, path: str, query: dict[str, str]) -> Any:
    return at.one.request("GET", path.removeprefix("http://linli"), params=query)


def _agreed(at: Vendor) -> dict[str, int]:
    rows = at.one.app.state.desk.db.read_now(lambda c: c.execute(select(reply_window.c.agreed)).scalars().all())
    return {name: count for row in rows for name, count in row.items()}


def _push(at: Vendor, once: str) -> None:
    desk, talk = at.one.app.state.desk, at.rows()[-1].conversation_id
    at.fake.allowed[USER] = 0
    text = t("I have noted that.")
    desk.db.submit(lambda c: outbox.push(c, talk, text, once, desk.clock.real(), last=True)).result(10)
    at.deliver()


def test_a_yes_under_what_was_filed_brings_one_message_after_the_window(at: Vendor) -> None:
    shown = _filed(at)
    assert "有进展" in shown
    back = _back(at, *at.fake.once.asked(_link(shown), USER))
    assert back.status_code == 200
    assert "script" not in back.text
    assert list(_agreed(at).values()) == [1]
    _push(at, "case:1")
    (sent,) = at.fake.once.sent
    assert sent["touser"] == USER
    assert "已经记下" in sent["data"]["content"]["value"]
    _push(at, "case:2")
    assert len(at.fake.once.sent) == 1, "one yes is one message"
    assert at.rows("push")[-1].state == "dead"


def test_no_is_an_answer_too(at: Vendor) -> None:
    back = _back(at, *at.fake.once.asked(_link(_filed(at)), USER, agrees=False))
    assert back.status_code == 200
    assert not _agreed(at)


@pytest.mark.parametrize(
    "change",
    [
        {"openid": "oSomebodyElse"},
        {"reserved": "1x" + "0" * 64},
        {"reserved": ""},
        {"scene": "9999"},
        {"template_id": "x"},
    ],
    ids=lambda change: next(iter(change)),
)
def test_a_yes_that_nobody_gave_is_turned_away(change: dict[str, str], at: Vendor) -> None:
    path, query = at.fake.once.asked(_link(_filed(at)), USER)
    assert _back(at, path, {**query, **change}).status_code == 403
    assert not _agreed(at)


def test_where_wechat_knows_of_no_yes_the_next_way_is_taken(at: Vendor) -> None:
    path, query = at.fake.once.asked(_link(_filed(at)), USER)
    _back(at, path, query)
    at.fake.once.yes.clear()
    _push(at, "case:1")
    row = at.rows("push")[-1]
    assert row.state == "dead"
    assert not _agreed(at)
    at.text("谢谢")
    assert at.passive(at.text("你好")), "and they are still there to be written to"


def test_a_yes_still_stands_after_a_fault_that_passes(at: Vendor, monkeypatch: pytest.MonkeyPatch) -> None:
    path, query = at.fake.once.asked(_link(_filed(at)), USER)
    _back(at, path, query)
    # Their "system busy".
    monkeypatch.setattr(type(at.fake.once), "send", lambda *_: -1)
    _push(at, "case:1")
    assert at.rows("push")[-1].state == "due"
    assert list(_agreed(at).values()) == [1]


def test_who_has_said_yes_often_enough_is_not_asked_again(at: Vendor) -> None:
    path, query = at.fake.once.asked(_link(_filed(at)), USER)
    _back(at, path, query)
    for number in range(2):
        at.text(f"{number + 5}号楼门口的路灯不亮")
        path, query = at.fake.once.asked(_link(at.passive(at.text("是"))), USER)
        _back(at, path, query)
    at.text("9号楼门口的路灯不亮")
    assert "subscribemsg" not in at.passive(at.text("是"))


def test_a_yes_that_wechat_tells_again_counts_once(at: Vendor) -> None:
    """It hears no answer in time, and asks again: by sender, second and kind it is the same."""
    at.text("你好")
    yes = "<List><TemplateId>tpl_progress_01</TemplateId><SubscribeStatusString>accept</SubscribeStatusString></List>"
    for when in (1795138201, 1795138201, 1795138260, 1795138260):
        assert at.event("subscribe_msg_popup_event", at=when, SubscribeMsgPopupEvent=yes).text == "success"
    assert _agreed(at) == {"tpl_progress_01": 2}
