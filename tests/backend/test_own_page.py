"""The resident's own page: who gets in and for how long, what it shows and to whom, and what can be changed there."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any

import pytest
from sqlalchemy import func, select, update

from backend.models.money import payment
from backend.models.own_page import page_link, page_session
from backend.models.people import address
from backend.models.people import resident as people
from backend.models.sign_in import audit_entry
from backend.services import audit, health, own_page
from bot.contract.errors import Unavailable
from tests.browsing import Browser, link_in
from tests.clerk import Clerk
from tests.conftest import MakeResident
from tests.resident import Resident

NOW = "2026-11-20T09:30"
# What rests on no lock and no statement of its own is asked of one database only.
ON_SQLITE = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
SECRETS = ("李娜", "501", "R-2026", "¥")


@pytest.fixture
def house(resident: MakeResident) -> Resident:
    return resident(now=NOW)


@pytest.fixture
def at(house: Resident) -> Iterator[Browser]:
    browser = Browser(house)
    yield browser
    browser.close()


def _link(house: Resident, sender: str | None = None) -> str:
    return link_in(house.say("我的页面", sender).text)


def _rows(house: Resident, *columns: Any) -> list[Any]:
    db = house.app.state.desk.db
    return list(db.read_now(lambda c: c.execute(select(*columns)).all()))


def _stranger(house: Resident, sender: str) -> None:
    """This sender's account belongs to no home any more."""
    house.say("你好", sender)
    where = address.c.user == sender
    db = house.app.state.desk.db
    db.submit(lambda c: c.execute(update(address).where(where).values(resident_id=None, verified_at=None))).result()


def _bare(text: str) -> None:
    for secret in SECRETS:
        assert secret not in text


@ON_SQLITE
def test_a_link_that_is_only_looked_at_stays_good_and_shows_nothing(house: Resident, at: Browser) -> None:
    """Chat apps fetch what is sent through them; the page itself has no script and may not be framed or kept."""
    link = _link(house)
    for _ in range(5):
        answer = Browser(house).get(link)
        assert answer.status_code == 200
        _bare(answer.text)
    assert "<script" not in answer.text
    assert answer.headers["cache-control"] == "no-store"
    policy = answer.headers["content-security-policy"]
    assert "default-src 'none'" in policy
    assert "script-src" not in policy
    assert "frame-ancestors 'none'" in policy
    page = at.open(link)
    assert "李娜" in page.text
    assert "3栋2单元501" in page.text


def test_a_link_opens_one_browser_once(house: Resident, at: Browser) -> None:
    link = _link(house)
    at.open(link)
    cookie = next(iter(at.http.cookies.jar))
    assert (cookie.path, cookie.has_nonstandard_attr("HttpOnly")) == ("/my", True)
    assert cookie.get_nonstandard_attr("SameSite") == "lax"
    assert at.get(link).headers["location"] == "/my", "who opened it is led on"
    other = Browser(house)
    for answer in (other.get(link), other.post(link), other.get(link[:-2])):
        assert answer.status_code == 404
        _bare(answer.text)
        assert "我的页面" in answer.text
    assert other.get("/my").status_code == 401
    _bare(other.get("/my").text)
    assert "Your page was just opened" in str(house.request("GET", "/demo/outbox").json())


@ON_SQLITE
def test_only_the_newest_link_is_good_and_not_for_long(house: Resident) -> None:
    first, second = _link(house), _link(house)
    assert Browser(house).post(first).status_code == 404
    house.wait(minutes=16)
    assert Browser(house).post(second).status_code == 404
    assert _rows(house, func.count(page_session.c.id)) == [(0,)]


@ON_SQLITE
def test_a_page_that_is_not_looked_at_closes_by_itself(house: Resident) -> None:
    at = Browser(house)
    at.open(_link(house))
    cookies = at.http.cookies
    for minutes, status in ((25, 200), (25, 200), (31, 401)):
        house.wait(minutes=minutes)
        at = Browser(house)
        at.http.cookies = cookies
        assert at.get("/my").status_code == status


@ON_SQLITE
def test_nobody_sees_what_is_another_ones(house: Resident, at: Browser) -> None:
    house.say("水管漏水")
    house.say("是")
    at.open(_link(house))
    assert "水管漏水" in at.get("/my").text
    _stranger(house, "wang")
    other = Browser(house)
    seen = other.open(_link(house, "wang")).text
    _bare(seen)
    assert "水管漏水" not in seen
    assert "我们还不知道您住哪一户" in seen
    number = re.search(r"R-\d{8}-\d{4}", at.get("/my").text)
    assert number is not None
    token = other.form("close")["csrf"]
    stolen = other.post("/my/withdraw", csrf=token, number=number[0])
    assert stolen.status_code == 409
    begun = at.post("/my/pay", **at.form("pay")).headers["location"]
    assert "¥" in at.get(begun).text
    assert other.get(begun).status_code == 404
    bill = next(name for name in at.form("pay") if name.startswith("bill-"))
    assert other.post("/my/pay", csrf=token, **{bill: "on"}).status_code == 409


@ON_SQLITE
def test_an_account_taken_from_the_home_shows_nothing_a_moment_later(house: Resident, at: Browser) -> None:
    at.open(_link(house))
    link = _link(house)
    _stranger(house, "li-na")
    assert at.get("/my").status_code == 401
    assert Browser(house).post(link).status_code == 404


@ON_SQLITE
def test_a_form_of_another_site_changes_nothing(house: Resident, at: Browser) -> None:
    at.open(_link(house))
    form = at.form("manner")
    wrong = (
        at.post("/my/manner", **{**form, "csrf": "guess", "language": "en"}),
        at.post("/my/manner", **{name: value for name, value in form.items() if name != "csrf"}),
        at.post("/my/manner", origin="https://evil.example", **{**form, "language": "en"}),
        at.post("/my/manner", origin="null", **{**form, "language": "en"}),
    )
    assert [answer.status_code for answer in wrong] == [403] * 4
    link = _link(house, "mei")
    assert Browser(house).post(link, origin="https://evil.example").status_code == 403
    assert 'lang="zh-Hans"' in at.get("/my").text
    assert at.post("/my/manner", csrf=form["csrf"], language="kl", slow="no").status_code == 422
    for path in ("/my/manner", "/my/close-all", "/my/pay", "/my/pass"):
        assert at.get(path).status_code in (404, 405)


@ON_SQLITE
def test_language_and_pace_are_kept_for_the_next_word(house: Resident, at: Browser) -> None:
    at.open(_link(house))
    page = at.press("manner", language="en", slow="yes")
    assert "from now on" in page.text
    assert 'class="large"' in page.text
    assert house.say("水管漏水").text.startswith("Repair")
    assert (True,) in _rows(house, people.c.slow)


def test_bills_are_paid_by_what_is_ticked_and_by_our_own_sum(house: Resident, at: Browser) -> None:
    at.open(_link(house))
    form = at.form("pay")
    bills = [name for name in form if name.startswith("bill-")]
    assert len(bills) > 1
    some = {"csrf": form["csrf"], bills[0]: "on"}
    first, again = (at.post("/my/pay", **some).headers["location"] for _ in range(2))
    assert first == again, "the same wish is the same payment"
    page = at.get(first).text
    link = re.search(r'href="[^"]*(/demo/pay/\w+)"', page)
    assert link is not None
    assert house.request("GET", link[1]).status_code == 200
    assert at.post("/my/pay", csrf=form["csrf"]).status_code == 409
    assert at.post("/my/pay", csrf=form["csrf"], **{"bill-01ARZ3NDEKTSV4RRFFQ69G5FAV": "on"}).status_code == 409
    assert [row[0] for row in _rows(house, payment.c.state)].count("pending") == 1
    assert at.get("/my/pay/01ARZ3NDEKTSV4RRFFQ69G5FAV").status_code == 404


def test_a_case_and_a_pass_are_taken_back(house: Resident, at: Browser) -> None:
    house.say("水管漏水")
    house.say("是")
    house.say("张伟明天下午三点来")
    house.say("是")
    at.open(_link(house))
    assert re.search(r"\d{4} \d{4}", at.get("/my").text)
    assert "/pass/" in at.get("/my").text
    assert "已经撤回了" in at.press("withdraw").text
    assert "开不了门了" in at.press("revoke").text
    page = at.get("/my").text
    assert "您已撤销" in page
    assert 'action="/my/withdraw"' not in page
    assert "/pass/" not in page


def test_what_was_agreed_to_is_taken_back(house: Resident, at: Browser) -> None:
    at.open(_link(house))
    db, real = house.app.state.desk.db, datetime(2026, 11, 20, tzinfo=UTC)
    (me,) = {row[0] for row in _rows(house, page_session.c.resident_id)}
    db.submit(lambda c: health.put(c, "sunshine", me, "糖尿病", real, "spoken", "desk")).result()
    page = at.get("/my").text
    assert "健康备注" in page
    assert "糖尿病" not in page, "words on health are for people on duty"
    assert "健康备注已经删除" in at.press("health").text
    assert db.read_now(lambda c: health.of(c, "sunshine", [me])) == []


def test_accounts_and_browsers_are_taken_away(house: Resident, at: Browser) -> None:
    house.say("你好", "xiao-li")
    at.open(_link(house))
    second = Browser(house)
    second.open(_link(house, "xiao-li"))
    theirs = [key for (key, user) in _rows(house, address.c.id, address.c.user) if user == "xiao-li"]
    assert "不再属于您家了" in at.press("unbind", account=str(theirs[0])).text
    assert second.get("/my").status_code == 401
    assert at.post("/my/unbind", csrf=at.form("close")["csrf"], account="999999").status_code == 409
    assert "看不到您的页面了" in at.press("close").text
    assert at.get("/my").status_code == 401


@ON_SQLITE
def test_a_page_is_closed_by_a_word_in_the_chat(house: Resident, at: Browser) -> None:
    at.open(_link(house))
    unused = _link(house)
    assert "所有地方" in house.say("关闭我的页面").text
    assert at.get("/my").status_code == 401
    assert Browser(house).post(unused).status_code == 404


def test_what_happens_is_audited_and_nobody_is_named(house: Resident, at: Browser) -> None:
    at.open(_link(house))
    at.press("manner", language="en", slow="no")
    at.press("close-all")
    rows = _rows(house, audit_entry.c.what, audit_entry.c.who, audit_entry.c.subject)
    mine = [row for row in rows if str(row[0]).startswith("page.")]
    assert [row[0] for row in mine] == ["page.opened", "page.manner", "page.closed"]
    assert all("李娜" not in str(row) for row in mine)
    assert house.app.state.desk.db.read_now(audit.verify)[2] is None


def test_what_is_over_is_swept(house: Resident, at: Browser) -> None:
    at.open(_link(house))
    _link(house)
    house.wait(minutes=60 * 9)
    desk = house.app.state.desk
    desk.db.submit(lambda c: own_page.sweep(c, desk.clock.real())).result()
    assert _rows(house, func.count(page_session.c.id)) == [(0,)]
    assert _rows(house, func.count(page_link.c.id)) == [(0,)]


@ON_SQLITE
def test_the_desk_reads_the_talk_and_not_the_link(house: Resident) -> None:
    link = _link(house)
    clerk = Clerk(house, "agent")
    ((number,),) = _rows(house, page_link.c.conversation_id)
    shown = clerk.get(f"/console/inbox/{number}").text
    assert "/my/in/…" in shown
    assert link not in shown


@ON_SQLITE
def test_while_the_storage_is_away_it_says_so_in_words(
    house: Resident, at: Browser, monkeypatch: pytest.MonkeyPatch
) -> None:
    at.open(_link(house))

    async def away(*_: Any, **__: Any) -> Any:
        raise Unavailable("the storage is away")

    monkeypatch.setattr(house.app.state.desk.db.part, "read", away)
    answer = at.get("/my")
    assert (answer.status_code, answer.headers["content-type"]) == (503, "text/html; charset=utf-8")
    assert "请" in answer.text
    _bare(answer.text)


@ON_SQLITE
def test_words_of_an_attacker_stay_words(house: Resident, at: Browser) -> None:
    house.say("水管漏水")
    house.say("补充一句：<script>alert(1)</script>")
    house.say("是")
    page = at.open(_link(house)).text
    assert "<script" not in page
    assert "&lt;script&gt;" in page
    for path in (
        "/my/in/" + "a" * 3000,
        "/my/in/%00",
        "/my/in/../../etc",
        "/my/app/wechat/demo",
        "/my/back/x/y?code=1",
    ):
        assert at.get(path).status_code in (403, 404)
