"""What clerks do beside answering: name a colleague, send a file, file for somebody, call by hand, look back."""

from __future__ import annotations

import io
import re
from typing import Any

import httpx
import pytest
from PIL import Image

from backend.console import maps
from backend.services import conversations, health, inbox_list, windows
from bot.contract.messages import Address, Opening
from tests.clerk import ORIGIN, Clerk, Hands
from tests.conftest import MakeResident
from tests.resident import Resident

pytestmark = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
TOKEN = "t" * 40
EN = {"accept-language": "en"}
PDF = b"%PDF-1.4\n1 0 obj<</Type/Catalog>>endobj\ntrailer<</Root 1 0 R>>\n%%EOF\n"


@pytest.fixture
def house(resident: MakeResident) -> Resident:
    made = resident()
    made.restart(clock=Hands())
    return made


def _web(house: Resident, path: str, token: str = TOKEN, **body: Any) -> httpx.Response:
    method = "POST" if body or path in ("writing", "join") else "GET"
    more: dict[str, Any] = {"json": body} if body else {}
    headers = {"Authorization": f"Bearer {token}"}
    return house.request(method, f"/channels/web/sunshine/{path}", headers=headers, **more)


def _said(house: Resident, words: str, token: str = TOKEN) -> int:
    """Somebody in the web chat says this; returns their conversation."""
    _web(house, "messages", token, id=f"m-{abs(hash((words, token)))}", text=words)
    import hashlib

    user = hashlib.sha256(token.encode()).hexdigest()[:40]
    row = house.app.state.desk.db.read_now(lambda c: conversations.find(c, Address("web", user)))
    return int(row.id)


def _attach(clerk: Clerk, number: int, content: bytes, name: str) -> httpx.Response:
    headers = {"origin": ORIGIN, "x-linli": "1", "x-linli-token": clerk.token(), "x-linli-name": name}
    sent = clerk.http.post(f"/console/inbox/{number}/attach", content=content, headers=headers)
    return clerk.house.loop.run_until_complete(sent)


def _picture(kind: str = "PNG") -> bytes:
    out = io.BytesIO()
    Image.new("RGB", (4, 4), "red").save(out, kind)
    return out.getvalue()


def test_who_is_named_in_a_note_finds_it_until_they_have_looked(house: Resident) -> None:
    number = _said(house, "转人工")
    wang, li = Clerk(house, "agent"), Clerk(house, "supervisor")
    assert wang.post(f"/console/inbox/{number}/note", text="请看 @supervisor，@nobody").status_code == 204
    assert f'data-id="{number}"' in li.get("/console/inbox?view=named").text
    assert f'data-id="{number}"' not in wang.get("/console/inbox?view=named").text
    assert 'data-mentions="1"' in li.get("/console/live/banner").text
    assert "@ you" in li.get("/console/inbox?view=named", **EN).text
    assert li.post(f"/console/inbox/{number}/seen").status_code == 204
    page = li.get("/console/inbox?view=named", **EN).text
    assert f'data-id="{number}"' in page, "it stays in the list"
    assert "@ you" not in page
    assert 'data-mentions="0"' in li.get("/console/live/banner").text


def test_a_team_is_a_filter_and_somebody_to_pass_on_to(house: Resident) -> None:
    number = _said(house, "转人工")
    wang = Clerk(house, "agent")
    wang.post(f"/console/inbox/{number}/take")
    assert wang.post(f"/console/inbox/{number}/transfer", to="team:repairs").status_code == 204
    assert f'data-id="{number}"' in wang.get("/console/inbox?team=repairs").text
    assert f'data-id="{number}"' not in wang.get("/console/inbox?team=desk").text
    assert wang.post(f"/console/inbox/{number}/transfer", to="supervisor").status_code == 204
    assert f'data-id="{number}"' in Clerk(house, "supervisor").get("/console/inbox?view=mine").text


def test_a_file_reaches_the_resident_and_nobody_else(house: Resident) -> None:
    number, clerk = _said(house, "转人工"), Clerk(house, "agent")
    assert _attach(clerk, number, _picture(), "a.png").status_code == 409, "take it over first"
    clerk.post(f"/console/inbox/{number}/take")
    assert _attach(clerk, number, _picture(), "%E5%9B%BE.png").status_code == 204
    assert _attach(clerk, number, PDF, "<script>window.ran=1</script>.pdf").status_code == 204
    parts = [part for line in _web(house, "history").json()["lines"] for part in line["parts"]]
    photo, paper = (next(one for one in parts if one["type"] == kind) for kind in ("photo", "file"))
    assert photo["alt"] == "图.png"
    got = _web(house, f"photos/{photo['key']}")
    assert (got.status_code, got.headers["content-type"]) == (200, "image/png")
    got = _web(house, f"photos/{paper['key']}")
    assert (got.content, got.headers["content-disposition"]) == (PDF, "attachment")
    assert _web(house, f"photos/{photo['key']}", "u" * 40).status_code == 404
    shown = clerk.get(f"/console/inbox/{number}/photos/{paper['key']}")
    assert shown.headers["content-disposition"].startswith("attachment")
    assert "sandbox" in shown.headers["content-security-policy"]
    page = clerk.get(f"/console/inbox/{number}").text
    assert "<script>window.ran" not in page
    assert "&lt;script&gt;window.ran=1" in page


@pytest.mark.parametrize(
    ("content", "status"),
    [
        (b"MZ\x90\x00 a program", 415),
        (b"<svg onload=alert(1)>", 415),
        (b"%PDF-1.4 cut off", 415),
        (PDF.replace(b"/Type/Catalog", b"/OpenAction<</S/JavaScript/JS(app.alert(1))>>"), 415),
        (b"\x89PNG\r\n\x1a\n no picture", 415),
        (b"", 415),
        (b"\xff\xd8\xff" + b"0" * 8_000_001, 413),
    ],
)
def test_what_is_no_picture_and_no_paper_is_refused(content: bytes, status: int, house: Resident) -> None:
    number, clerk = _said(house, "转人工"), Clerk(house, "agent")
    clerk.post(f"/console/inbox/{number}/take")
    assert _attach(clerk, number, content, "bill.pdf").status_code == status
    assert not [part for line in _web(house, "history").json()["lines"] for part in line["parts"] if "key" in part]


def test_a_channel_that_carries_no_files_says_so(house: Resident) -> None:
    house.say("转人工")
    row = house.app.state.desk.db.read_now(lambda c: conversations.find(c, Address("rest", house.sender)))
    clerk = Clerk(house, "agent")
    clerk.post(f"/console/inbox/{row.id}/take")
    refused = _attach(clerk, row.id, _picture(), "a.png")
    assert (refused.status_code, "网页" in refused.json()["detail"]) == (409, True)


def test_the_desk_sees_what_a_vendor_still_lets_through(house: Resident) -> None:
    number, clerk, desk = _said(house, "转人工"), Clerk(house, "agent"), house.app.state.desk
    clerk.post(f"/console/inbox/{number}/take")
    who = desk.db.read_now(lambda c: inbox_list.one(c, "sunshine", number))
    there, real = Address(who.channel, who.sender, who.account), desk.clock.real()

    def page() -> str:
        return clerk.get(f"/console/inbox/{number}", **EN).text

    assert "delivers" not in page(), "where nobody counts, nothing is said of it"
    desk.db.submit(lambda c: windows.opened(c, there, Opening(5, 172_800), real)).result(10)
    assert "delivers 5 more, until" in page()
    desk.db.submit(lambda c: windows.closed(c, there, 0)).result(10)
    desk.db.submit(lambda c: windows.agreed(c, there, {"a-template": True})).result(10)
    assert "delivers nothing before they write again" in page()
    assert "1 short notices are welcome besides" in page()


def test_who_writes_is_told_for_a_moment_and_stored_nowhere(house: Resident) -> None:
    number, clerk = _said(house, "转人工"), Clerk(house, "agent")
    clerk.post(f"/console/inbox/{number}/writing")
    assert "writing" not in _web(house, "history").json(), "whoever does not have it is not seen to write"
    clerk.post(f"/console/inbox/{number}/take")
    clerk.post(f"/console/inbox/{number}/writing")
    assert _web(house, "history").json()["writing"] is True
    heard: list[str] = []
    bell = house.app.state.desk.db.bell
    bell.overhear(heard.append, on=True)
    assert _web(house, "writing").status_code == 204
    assert heard == [f"answering:sunshine:{number}"]
    _said(house, "你好", "v" * 40)
    assert _web(house, "writing", "v" * 40).status_code == 204
    assert len(heard) == 1, "the bot is told of nobody"


def test_a_call_becomes_a_case_and_the_link_puts_the_resident_into_it(house: Resident) -> None:
    clerk = Clerk(house, "agent")
    form = {"words": "厨房水管漏水", "where": "5-1-302", "kind": "repair", "category": "water", "way": "phone"}
    assert clerk.post("/console/report", **{**form, "where": "99-1-302"}).status_code == 422
    assert clerk.post("/console/report", **{**form, "words": ""}).status_code == 422
    assert clerk.post("/console/report", **{**form, "category": "magic"}).status_code == 422
    answer = clerk.post("/console/report", **form)
    assert answer.status_code == 200, answer.text
    assert "data:image/svg+xml" in answer.text
    number = re.search(r"R-\d{8}-\d{4}", answer.text)
    token = re.search(r"#case=([\w-]+)", answer.text)
    assert number
    assert token
    page = clerk.get(f"/console/cases/{number[0]}").text
    for words in ("5栋1单元302", "厨房水管漏水", "王海", "陈秀英"):
        assert words in page, words
    assert _web(house, "join", case="x" * 24).status_code == 409, "nobody speaks there yet"
    _said(house, "你好")
    assert _web(house, "join", case="x" * 24).status_code == 404
    assert _web(house, "join", case=token[1]).status_code == 204
    told = str(_web(house, "history").json())
    assert number[0] in told
    assert "厨房水管漏水" in told
    assert number[0] in str(_web(house, "messages", id="m-progress", text=f"{number[0]} 进度怎么样").json())
    _said(house, "你好", "w" * 40)
    refused = _web(house, "join", "w" * 40, case=token[1])
    assert refused.status_code == 409, "a private case is the first one's who opens the link"
    assert "厨房" not in str(_web(house, "history", "w" * 40).json())
    log = Clerk(house, "auditor").get("/console/audit?what=case.filed").text
    assert number[0] in log


def test_ready_texts_are_filled_in_and_the_fitting_ones_come_first(house: Resident) -> None:
    _said(house, "厨房水龙头漏水，明天下午三点来")
    number = _said(house, "是")
    page = Clerk(house, "agent").get(f"/console/inbox/{number}").text
    offered = re.findall(r'data-shortcut="(\w+)" data-text="([^"]*)"', page)
    assert {name for name, _ in offered[:2]} == {"coming", "photo"}, "those of repairs"
    (words,) = [words for name, words in offered if name == "number"]
    assert re.search(r"您的单号是 R-\d{8}-\d{4}，", words), words


def _alarm(house: Resident) -> str:
    house.say("救命，我在卫生间摔倒了")
    return str(house.items("alarms")[0]["id"])


def test_numbers_of_an_alarm_are_shown_after_it_was_written_down(house: Resident) -> None:
    key, agent = _alarm(house), Clerk(house, "agent")
    assert "13800000501" not in agent.get(f"/console/alarms/{key}").text
    assert agent.post(f"/console/alarms/{key}/number", step="caller").json() == {"phone": "13800000501"}
    assert agent.post(f"/console/alarms/{key}/number", step="999999").status_code == 404
    assert agent.post(f"/console/alarms/{key}/reached", step="999999", state="answered").status_code == 404
    assert agent.post(f"/console/alarms/{key}/reached", step="1", state="rang").status_code == 422
    assert f"alarm {key}" in Clerk(house, "auditor").get("/console/audit?what=phone").text


def test_notes_on_health_are_sealed_and_for_whoever_is_on_duty(house: Resident) -> None:
    key, duty = _alarm(house), Clerk(house, "duty")
    page = duty.get(f"/console/alarms/{key}", **EN).text
    assert "Show notes on health" in page
    assert "青霉素" not in page
    for login in ("agent", "supervisor", "admin", "auditor"):
        other = Clerk(house, login)
        assert other.post(f"/console/alarms/{key}/health").status_code == 403, login
        assert "Show notes on health" not in other.get(f"/console/alarms/{key}", **EN).text
    assert duty.post(f"/console/alarms/{key}/health").json() == {"notes": [["李娜", "对青霉素过敏"]]}
    assert f"alarm {key}" in Clerk(house, "auditor").get("/console/audit?what=health").text

    def sealed(connection: Any) -> list[str]:
        return list(connection.exec_driver_sql("SELECT sealed FROM health_note").scalars())

    assert not [one for one in house.app.state.desk.db.read_now(sealed) if "青霉素" in one]
    assert not house.app.state.desk.db.read_now(lambda c: health.has_any(c, "moon", list(range(100))))


def test_the_report_tells_the_whole_alarm(house: Resident) -> None:
    key, duty = _alarm(house), Clerk(house, "duty")
    duty.post(f"/console/alarms/{key}/take", minutes="3")
    duty.post(f"/console/alarms/{key}/dialled", number="120")
    duty.post(f"/console/alarms/{key}/arrived")
    duty.post(f"/console/alarms/{key}/close", outcome="helped", text="<b>能走了</b>")
    page = duty.get(f"/console/alarms/{key}/report", **EN).text
    for words in ("我在卫生间摔倒了", "周强", "120 called by 周强", "Helped on the spot", "&lt;b&gt;能走了", "+00:00"):
        assert words in page, words


@pytest.mark.parametrize(
    ("provider", "point", "begins"),
    [
        ("", None, ""),
        ("openstreetmap", None, "https://www.openstreetmap.org/search?query=%E9%98%B3%E5%85%89"),
        ("openstreetmap", (31.2, 121.5), "https://www.openstreetmap.org/?mlat=31.200000&mlon=121.500000#map=18/"),
        ("amap", None, "https://uri.amap.com/search?keyword=%E9%98%B3%E5%85%89"),
        ("amap", (31.2, 121.5), "https://uri.amap.com/marker?position=121.500000,31.200000&name="),
        ("elsewhere", (31.2, 121.5), ""),
    ],
)
def test_the_map_is_a_link_of_the_settings_choice(
    provider: str, point: tuple[float, float] | None, begins: str, database_url: str
) -> None:
    link = maps.link(provider, point, "阳光", "3栋<script>")
    assert link.startswith(begins)
    assert "<" not in link
    assert bool(link) == bool(begins)


def test_a_place_that_was_shared_is_where_the_map_opens(house: Resident) -> None:
    from sqlalchemy import insert

    from backend.models.talk import message

    key, clock = _alarm(house), house.app.state.desk.clock
    row = house.app.state.desk.db.read_now(lambda c: conversations.find(c, Address("rest", house.sender)))
    shared = {"conversation_id": row.id, "external_id": "loc", "seq": 99, "kind": "location", "text": ""}
    shared |= {"payload": {"place": [31.25, 121.5, ""]}, "received_at": clock.now()}
    house.app.state.desk.db.submit(lambda c: c.execute(insert(message).values(**shared))).result()
    page = Clerk(house, "duty").get(f"/console/alarms/{key}").text
    assert "mlat=31.250000&amp;mlon=121.500000" in page
