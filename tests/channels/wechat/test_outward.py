"""Out to WeChat: one token for all, what the window allows and what takes its place, its errors, pictures and menus."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from backend.services import deliveries, otherwise, outbox
from bot.contract.errors import LinliError, Refused, Unavailable
from bot.contract.joint import CLOSED
from bot.contract.messages import Address, Choice, Choices, Link, Media, OutboundMessage, Part, Words
from bot.contract.text import t
from bot.work.residents import Residents
from channels.wechat.render import render, size
from channels.wechat.send import Way
from tests.channels.drivers.driver import picture
from tests.channels.drivers.wechat import USER, Vendor
from tests.fakes.clock import Ahead
from tests.fakes.wechat import LONG

ME = Address("wechat", USER)
TEMPLATE = "tpl_progress_01"


def _way(at: Vendor) -> Any:
    return at.one.app.state.tools.senders["wechat"].way


def _send(at: Vendor, *parts: Part, last: bool = True) -> str | None:
    way = _way(at)
    sent: str | None = at.one.loop.run_until_complete(way.send(OutboundMessage(ME, parts, last=last), "k"))
    return sent


def _refused(at: Vendor, code: int) -> LinliError:
    at.fake.errors.append(code)
    with pytest.raises(LinliError) as raised:
        _send(at, Words("你好"))
    return raised.value


def test_one_token_is_got_by_one_and_used_by_all(at: Vendor) -> None:
    at.text("你好")
    others = [Way(_way(at)._ports, _way(at)._known) for _ in range(4)]

    async def together() -> None:
        one = OutboundMessage(ME, (Words("你好"),))
        await asyncio.gather(*(way.send(one, f"k{n}") for n, way in enumerate(others)))
        for way in others:
            await way.close()

    at.one.loop.run_until_complete(together())
    assert len(at.fake.named("stable_token")) == 1
    assert len(at.fake.said) == 4


def test_a_token_that_was_changed_is_got_anew_once(at: Vendor) -> None:
    at.text("你好")
    _send(at, Words("一"))
    at.fake.token = "2_" + "n" * 500
    _send(at, Words("二"))
    assert [one.text for one in at.fake.said] == ["一", "二"]
    assert at.fake.forced == 0


def test_a_token_that_stays_dead_costs_two_calls(at: Vendor) -> None:
    at.text("你好")
    at.fake.dead = 1_000
    with pytest.raises(Unavailable) as raised:
        _send(at, Words("你好"))
    assert raised.value.retry_after == 60
    assert len(at.fake.named("custom/send")) == 2
    assert at.fake.forced == 1
    at.text("谢谢")
    with pytest.raises(Unavailable):
        _send(at, Words("你好"))
    assert at.fake.forced == 1, "by force no sooner than a minute later"


@pytest.mark.parametrize(
    ("code", "kind", "status"),
    [
        *((45015, Refused, CLOSED), (45047, Refused, CLOSED), (43004, Refused, 410), (40003, Refused, 410)),
        *((45002, Refused, 422), (-1, Unavailable, 5), (45009, Unavailable, 3600), (40164, Unavailable, 60)),
    ],
)
def test_an_error_of_theirs_is_one_of_ours(at: Vendor, code: int, kind: type[LinliError], status: float) -> None:
    at.text("你好")
    error = _refused(at, code)
    assert isinstance(error, kind)
    found = error.status if isinstance(error, Refused) else error.retry_after  # type: ignore[attr-defined]  # the other kind
    assert found == status


def test_what_is_not_allowed_is_not_even_asked(at: Vendor) -> None:
    """Five for a message, the last of them for what matters most; then nothing, until they write again."""
    at.text("你好")
    for number in range(LONG - 1):
        _send(at, Words(f"第{number}条"), last=False)
    with pytest.raises(Refused) as shut:
        _send(at, Words("广告"), last=False)
    assert shut.value.status == CLOSED
    _send(at, Words("修好了"), last=True)
    with pytest.raises(Refused):
        _send(at, Words("还有"), last=True)
    assert [one.text for one in at.fake.said] == [*(f"第{n}条" for n in range(LONG - 1)), "修好了"]
    at.text("谢谢")
    _send(at, Words("不客气"))


def test_where_they_count_otherwise_they_are_right(at: Vendor) -> None:
    at.text("你好")
    at.fake.allowed[USER] = 0
    with pytest.raises(Refused):
        _send(at, Words("一"))
    calls = len(at.fake.named("custom/send"))
    with pytest.raises(Refused):
        _send(at, Words("二"))
    assert len(at.fake.named("custom/send")) == calls


def test_a_notice_that_was_agreed_to_takes_its_place(at: Vendor) -> None:
    at.text("你好")
    accepted = f"<List><TemplateId>{TEMPLATE}</TemplateId><SubscribeStatusString>accept</SubscribeStatusString></List>"
    assert at.event("subscribe_msg_popup_event", SubscribeMsgPopupEvent=accepted).text == "success"
    at.fake.agreed[USER] = 1
    at.fake.allowed[USER] = 0
    assert _send(at, Words("您的报修 R-0001 师傅已经出发，大约二十分钟后到您家门口，请留人。")) == "1001"
    told = at.fake.notices[0]
    assert told["template_id"] == TEMPLATE
    assert len(told["data"]["thing1"]["value"]) <= 20
    with pytest.raises(Refused):
        _send(at, Words("又一条"))


def test_a_push_waits_for_no_window_and_says_what_became_of_it(at: Vendor) -> None:
    """No window, no notice, no text messages: the row says why, and other residents' rows go on."""
    at.bind()
    at.fake.allowed[USER] = 0
    desk = at.one.app.state.desk
    real = desk.clock.real()
    talk = at.rows()[-1].conversation_id
    desk.db.submit(lambda c: outbox.push(c, talk, t("I have noted that."), "case:1", real, last=True)).result(10)
    at.deliver()
    row = at.rows("push")[-1]
    assert row.state == "dead"
    assert "45047" in row.last_error or "allows no message" in row.last_error


def test_where_text_messages_are_on_one_takes_its_place(at: Vendor) -> None:
    at.bind()
    at.fake.allowed[USER] = 0
    desk, tools = at.one.app.state.desk, at.one.app.state.tools
    # Beside the hop that is asked for, it only matters that there is a way out for them.
    both = replace(tools, senders={**tools.senders, "sms": tools.senders["wechat"]})
    talk, real = at.rows()[-1].conversation_id, desk.clock.real()
    desk.db.submit(lambda c: outbox.push(c, talk, t("I have noted that."), "case:2", real, last=True)).result(10)
    carrier = Residents(both, tools.senders["wechat"])
    # As the delivery ledger hands it out.
    claimed = desk.db.submit(lambda c: deliveries.settle_and_claim(c, (), lambda _: 1, tools.node, real)).result(10)
    (due,) = claimed.due
    assert at.one.loop.run_until_complete(carrier.carry(due)) == otherwise.BY_TEXT
    sent = desk.db.read_now(lambda c: outbox.newest(c, 1))[0]
    assert (sent.channel, sent.body["say"], sent.state) == ("sms", due.body["say"], "due")
    assert sent.user.endswith("13800000501")


def test_choices_of_a_push_can_be_tapped_and_come_back(at: Vendor) -> None:
    at.text("你好")
    items = (Choice("修好了", "yes", "1"), Choice("没修好", "no=" + "很长" * 40, "2"))
    _send(at, Words("您的报修"), Choices("修好了吗？\n1. 修好了\n2. 没修好", items))
    said = at.fake.said[-1]
    assert said.kind == "msgmenu"
    assert list(said.items) == ["修好了", "没修好"]
    assert said.items["修好了"] == "yes"
    assert len(said.items["没修好"]) <= 64
    assert "1." not in said.text


def test_a_picture_is_uploaded_once_and_what_is_none_is_linked(at: Vendor) -> None:
    at.text("你好")
    way = Way(at.ports(public_url=at.fake.url), _way(at)._known)
    at.fake.files["picture.png"] = b"\x89PNG\r\n"
    shown = Media("image", f"{at.fake.url}/picture.svg", "通行码")

    async def twice() -> None:
        for key in ("a", "b"):
            await way.send(OutboundMessage(ME, (shown,)), key)
        await way.send(OutboundMessage(ME, (Media("image", "https://elsewhere.example/x.png", "图"),)), "c")
        await way.close()

    at.one.loop.run_until_complete(twice())
    assert len(at.fake.uploads) == 1
    assert [one.kind for one in at.fake.said] == ["image", "image", "text"]
    assert "https://elsewhere.example/x.png" in at.fake.said[-1].text


def test_a_picture_that_wechat_has_thrown_away_is_uploaded_anew(at: Vendor) -> None:
    """After its three days, and before them too."""
    at.text("你好")
    clock = Ahead(at.ports().clock, timedelta())
    way = Way(at.ports(public_url=at.fake.url, clock=clock), _way(at)._known)
    at.fake.files["picture.png"] = b"\x89PNG\r\n"
    shown = Media("image", f"{at.fake.url}/picture.png", "通行码")
    uploads = []

    async def later() -> None:
        for key, ahead in (("a", 0), ("b", 60), ("c", 75)):
            clock.by = timedelta(hours=ahead)
            await way.send(OutboundMessage(ME, (shown,)), key)
            uploads.append(len(at.fake.uploads))
        at.fake.uploads.clear()
        await way.send(OutboundMessage(ME, (shown,)), "d")
        uploads.append(len(at.fake.uploads))
        await way.close()

    at.one.loop.run_until_complete(later())
    assert uploads == [1, 1, 2, 1]
    assert [one.kind for one in at.fake.said] == ["image"] * 4


def test_what_a_resident_sent_is_fetched_or_is_gone(at: Vendor) -> None:
    at.fake.files["m1"] = picture()
    assert at.one.loop.run_until_complete(_way(at).fetch("demo", "m1")) == picture()
    with pytest.raises(Refused):
        at.one.loop.run_until_complete(_way(at).fetch("demo", "gone"))


def test_the_menu_is_published_in_both_languages(at: Vendor) -> None:
    at.one.loop.run_until_complete(_way(at).publish("demo"))
    buttons = at.fake.menus[0]["button"]
    assert [one["name"] for one in buttons] == ["办事", "查询", "English"]
    keys = [below["key"] for one in buttons for below in one["sub_button"]]
    assert "zh_Hans:repair" in keys
    assert "en:repair" in keys
    assert at.one.loop.run_until_complete(_way(at).scene("demo", "LL-7KQM-XW34", 600)).startswith("http")


def test_each_choice_is_named_once_however_many_there_are() -> None:
    few = Choices("对吗？\n1. 是\n2. 不是", (Choice("是", "yes", "1"), Choice("不是", "no", "2")))
    names = ("报修", "访客", "缴费", "家政", "看病", "订餐", "投诉", "挂失", "场地", "更多")
    row = "；".join(f"{place} {name}" for place, name in enumerate(names, 1))
    many = Choices(f"您要办什么？\n{row}", tuple(Choice(n, n, str(p)) for p, n in enumerate(names, 1)))
    for part in (few, many):
        shown = render((part,), frozenset(), pushed=False, pictures=False)[0].text
        assert shown == part.text
        tapped = render((part,), frozenset(), pushed=True, pictures=False)[0]
        assert tapped.text == part.text.split("\n", 1)[0]
        assert len(tapped.items) == len(part.items)
    bare = Choices("对吗？", few.items)
    assert render((bare,), frozenset(), pushed=False, pictures=False)[0].text == few.text


def test_texts_are_cut_at_characters_and_links_go_where_they_may() -> None:
    long = "水管漏水了，" * 200 + "😀" * 600
    bubbles = render((Words(long),), frozenset(), pushed=True, pictures=False)
    assert all(0 < size(one.text) <= 2048 for one in bubbles)
    assert "".join(one.text for one in bubbles) == long
    hosts = frozenset({"estate.example"})
    ours, others = Link("付款", "https://estate.example/pay/1"), Link("点我", "https://bad.example/")
    shown = render((ours, others), hosts, pushed=False, pictures=False)[0].text
    assert '<a href="https://estate.example/pay/1">付款</a>' in shown
    assert "<a href" not in shown.replace('<a href="https://estate.example', "")


def test_choices_too_long_to_be_tapped_are_numbered() -> None:
    many = tuple(Choice("很长的选项" * 30, f"p{number}", str(number)) for number in range(1, 10))
    shown = render((Choices("请选择", many),), frozenset(), pushed=True, pictures=False)
    assert not any(one.items for one in shown)
    assert all(len(one.text.encode()) <= 2048 for one in shown)
    assert all(f"{number}. " in "\n".join(one.text for one in shown) for number in range(1, 10))
