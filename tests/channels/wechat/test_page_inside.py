"""The resident's page inside WeChat: who looks is asked of WeChat, and a forwarded link is worth nothing."""

from __future__ import annotations

from urllib.parse import parse_qs, urlsplit

import httpx
import pytest

from bot.contract.channel import Introduces
from channels.wechat.settings import OFFICIAL
from tests.browsing import ORIGIN, Browser, link_in
from tests.channels.drivers.wechat import USER, Vendor

INSIDE = "Mozilla/5.0 (Linux; Android 14) AppleWebKit/537.36 Chrome/116.0 Mobile MicroMessenger/8.0.49 WeChat/arm64"
OTHER = "oLVPpjqs9BhvzwPj5A-another1"
REFUSED = ("3栋2单元501", "我的事项")


def _link(at: Vendor) -> str:
    return link_in(at.hear(at.text("我的页面"))[0].text)


def _browser(at: Vendor, agent: str = INSIDE) -> Browser:
    return Browser(at.one, **{"user-agent": agent})


def _sent(at: Vendor, answer: httpx.Response, user: str) -> str:
    """What WeChat's browser does with it: where it is sent back to, as whoever holds the phone."""
    at.fake.looking = user
    assert answer.status_code == 303
    told = httpx.get(answer.headers["location"], timeout=10)
    assert told.status_code == 302, told.text
    return str(told.headers["location"]).removeprefix(ORIGIN)


def test_a_link_opens_by_the_openid_and_without_a_word(at: Vendor) -> None:
    at.bind()
    link, browser = _link(at), _browser(at)
    gate = browser.get(link)
    assert f"form-action 'self' {at.fake.url}" in gate.headers["content-security-policy"]
    answer = browser.post(link)
    asked = urlsplit(answer.headers["location"])
    assert parse_qs(asked.query)["redirect_uri"] == ["http://linli/my/back/wechat/demo"]
    assert (asked.path, asked.fragment) == (f"/{OFFICIAL.authorize}", "wechat_redirect")
    said = len(at.fake.said)
    came = browser.get(_sent(at, answer, USER))
    assert came.headers["location"] == "/my"
    assert "3栋2单元501" in browser.get("/my").text
    assert len(at.fake.said) == said, "WeChat has told who it is: no message of the five is spent on it"
    assert browser.post(link).status_code == 404, "used up"


def test_a_forwarded_link_is_worth_nothing_and_stays_good(at: Vendor) -> None:
    at.bind()
    link, friend = _link(at), _browser(at)
    refused = friend.get(_sent(at, friend.post(link), OTHER))
    assert refused.status_code == 403
    assert "给别人的" in refused.text
    assert not any(words in refused.text for words in REFUSED)
    assert friend.get("/my").status_code == 401
    for agent in ("", "Mozilla/5.0 (Windows NT 10.0) Chrome/140.0"):
        outside = _browser(at, agent).post(link)
        assert (outside.status_code, "收到链接的应用" in outside.text) == (403, True)
    mine = _browser(at)
    assert mine.get(_sent(at, mine.post(link), USER)).headers["location"] == "/my"


def test_the_way_back_belongs_to_the_browser_that_went(at: Vendor) -> None:
    """A code and a state that somebody else began, that were invented, or that were used before open nothing."""
    at.bind()
    mine, thief = _browser(at), _browser(at)
    back = _sent(at, mine.post(_link(at)), USER)
    assert thief.get(back).status_code == 403
    assert thief.get("/my/back/wechat/demo?code=1&state=").status_code == 403
    assert mine.get(back.replace("code=", "code=x")).status_code == 422, "a code that says nothing"
    assert mine.get(back).status_code == 303
    assert mine.get(back).status_code == 403, "once"


def test_from_the_menu_no_link_is_needed(at: Vendor) -> None:
    at.bind()
    mine = _browser(at)
    mine.get(_sent(at, mine.get("/my/app/wechat/demo"), USER))
    assert "3栋2单元501" in mine.get("/my").text
    never = _browser(at)
    assert never.get(_sent(at, never.get("/my/app/wechat/demo"), OTHER)).status_code == 404
    assert _browser(at, "curl").get("/my/app/wechat/demo").status_code == 403
    assert _browser(at).get("/my/app/wechat/nobody").status_code == 404


@pytest.mark.parametrize("error", [-1, 40164, 40029])
def test_wechat_away_or_unwilling_is_told_in_words(at: Vendor, error: int) -> None:
    at.bind()
    link, mine = _link(at), _browser(at)
    back = _sent(at, mine.post(link), USER)
    at.fake.errors.append(error)
    answer = mine.get(back)
    assert answer.status_code in (503, 422)
    assert "<h1>" in answer.text
    assert mine.get(_sent(at, mine.post(link), USER)).status_code == 303, "the link was not used up"


def test_the_way_out_says_of_itself_that_it_can(at: Vendor) -> None:
    way = at.one.app.state.tools.senders["wechat"].way
    assert isinstance(way, Introduces)
    assert way.visited == at.fake.url
    assert not way.introduces("nobody")
