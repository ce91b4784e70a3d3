"""Field people without an account: a link for one case and one phone, what it shows, what it does, how it ends."""

from __future__ import annotations

import io
import os
import re
from typing import Any

import httpx
import pytest
from PIL import Image
from sqlalchemy import select, update

from backend.models.fieldwork import case_visit, field_link
from backend.models.talk import outbox
from backend.models.work import case
from tests.clerk import ORIGIN, Clerk, Hands
from tests.resident import Resident

EN = {"accept-language": "en"}
ONE = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)


@pytest.fixture
def house(house: Resident) -> Resident:
    """With a repair, told in words that would run if anything did."""
    house.say("厨房水龙头漏水 <script>window.ran=1</script>，明天下午三点来")
    house.say("是")
    return house


class Phone:
    """A worker's phone: a browser without an account."""

    def __init__(self, house: Resident) -> None:
        self.house = house
        transport = httpx.ASGITransport(house.app, raise_app_exceptions=False)
        self.http = httpx.AsyncClient(transport=transport, base_url=ORIGIN, headers=EN)

    def get(self, path: str) -> httpx.Response:
        return self.house.loop.run_until_complete(self.http.get(path))

    def post(self, path: str, **form: str) -> httpx.Response:
        return self.house.loop.run_until_complete(self.http.post(path, data=form, headers={"origin": ORIGIN}))

    def send(self, path: str, content: bytes, kind: str = "image/jpeg") -> httpx.Response:
        headers = {"origin": ORIGIN, "content-type": kind}
        return self.house.loop.run_until_complete(self.http.post(path, content=content, headers=headers))


def _number(house: Resident) -> str:
    return str(house.items("cases")[0]["number"])


def _row(house: Resident) -> Any:
    number = _number(house)
    return house.app.state.desk.db.read_now(lambda c: c.execute(select(case).where(case.c.number == number)).one())


def _link(house: Resident, clerk: Clerk, **more: str) -> str:
    """The newest link of the case, as the desk's page shows it."""
    number = _number(house)
    assert clerk.post(f"/console/cases/{number}/link", **({"who": "刘师傅", "hours": "24"} | more)).status_code == 204
    found = re.search(r"/field/[\w-]{20,}", clerk.get(f"/console/cases/{number}").text)
    assert found is not None
    return found.group()


def _told(house: Resident) -> str:
    rows = select(outbox.c.body).where(outbox.c.kind == "push").order_by(outbox.c.id)
    return str(house.app.state.desk.db.read_now(lambda c: c.execute(rows).scalars().all()))


def test_from_the_link_to_the_end_of_the_work(house: Resident) -> None:
    clerk, phone = Clerk(house, "agent"), Phone(house)
    link = _link(house, clerk)
    assert _row(house).state == "assigned"
    closed = phone.get(link).text
    assert "Open it on this phone" in closed
    assert "漏水" not in closed, "a preview of the link neither shows nor uses it up"
    assert phone.post(f"{link}/step", what="arrived").status_code == 403
    assert phone.post(f"{link}/open").status_code == 303
    page = phone.get(link).text
    assert "漏水" in page
    assert "<script>window" not in page
    for hidden in ("13800000501", "138****", "李娜", "Show the number"):
        assert hidden not in page, "only what the work needs"
    assert phone.post(f"{link}/step", what="on_way").status_code == 303
    assert phone.post(f"{link}/step", what="on_way").status_code == 303, "pressed twice, told once"
    assert _told(house).count("is on the way to you") == 1
    assert phone.post(f"{link}/step", what="no_access", words="").status_code == 422
    assert phone.post(f"{link}/step", what="no_access", words="没人开门").status_code == 303
    assert _row(house).state == "no_access"
    assert "没人开门" in _told(house)
    assert phone.post(f"{link}/step", what="arrived").status_code == 303
    assert phone.post(f"{link}/cost", name="4分角阀", quantity="2").status_code == 303
    assert phone.post(f"{link}/cost", name="4分角阀", quantity="two").status_code == 422
    assert "Reported as done" in phone.post(f"{link}/step", what="done", words="换了阀").text
    assert _row(house).state == "fixed"
    visits = house.app.state.desk.db.read_now(
        lambda c: c.execute(select(case_visit.c.outcome).order_by(case_visit.c.id)).scalars().all()
    )
    assert visits == ["no_access", "done"]
    assert phone.get(link).status_code == 404, "it is not needed any more"
    assert "4分角阀" in clerk.get(f"/console/cases/{_number(house)}").text
    house.say("修好了")
    said = house.say("是的")
    assert _row(house).state == "closed", said.text


@ONE
def test_a_link_is_good_on_one_phone_for_some_hours_and_until_it_is_ended(house: Resident, hands: Hands) -> None:
    clerk, first, second = Clerk(house, "agent"), Phone(house), Phone(house)
    link = _link(house, clerk)
    assert first.post(f"{link}/open").status_code == 303
    assert second.post(f"{link}/open").status_code == 403
    seen = second.get(link)
    assert (seen.status_code, "漏水" in seen.text) == (403, False)
    assert second.post(f"{link}/step", what="done").status_code == 403
    key = house.app.state.desk.db.read_now(lambda c: c.execute(select(field_link.c.id)).scalar_one())
    path = f"/console/cases/{_number(house)}/links/{key}"
    assert clerk.post(path).status_code == 204
    assert clerk.post(path).status_code == 404
    for got in (first.get(link), first.post(f"{link}/step", what="on_way"), first.post(f"{link}/open")):
        assert got.status_code == 404
    other = _link(house, clerk, hours="4")
    assert first.post(f"{other}/open").status_code == 303
    hands.pass_(hours=4)
    assert first.get(other).status_code == 404
    assert "is on the way" not in _told(house)
    log = Clerk(house, "auditor").get("/console/audit?what=link").text
    for what in ("link.made", "link.opened", "link.revoked"):
        assert what in log
    assert other.removeprefix("/field/") not in log


@ONE
def test_forged_links_look_like_old_ones(house: Resident) -> None:
    phone, good = Phone(house), _link(house, Clerk(house, "agent"))
    turned = good[:-1] + ("A" if good[-1] != "A" else "B")
    for forged in (
        turned,
        "/field/x",
        f"/field/{'a' * 27}",
        f"{good}x",
        "/field/%00",
        f"/field/{'é' * 9}",
    ):
        for got in (phone.get(forged), phone.post(f"{forged}/open"), phone.post(f"{forged}/step", what="done")):
            assert got.status_code == 404, forged
    assert phone.http.cookies.jar._cookies == {}  # type: ignore[attr-defined] # nothing was handed out


@ONE
def test_what_a_stranger_sends_is_refused(house: Resident) -> None:
    clerk, phone = Clerk(house, "agent"), Phone(house)
    link = _link(house, clerk)
    assert clerk.post(f"/console/cases/{_number(house)}/link", who="", hours="24").json()["pointer"] == "/who"
    assert clerk.post(f"/console/cases/{_number(house)}/link", who="x", hours="9999").json()["pointer"] == "/hours"
    foreign = {"origin": "https://evil.example"}
    got = house.loop.run_until_complete(phone.http.post(f"{link}/open", headers=foreign))
    assert got.status_code == 403
    assert phone.post(f"{link}/open").status_code == 303
    assert phone.post(f"{link}/step", what="closed").status_code == 422
    assert phone.post(f"{link}/step", what="done", state="closed").status_code == 422
    assert _row(house).state == "assigned"


def _jpeg(edge: int = 600) -> bytes:
    out = io.BytesIO()
    Image.new("RGB", (edge, edge), "teal").save(out, "JPEG")
    return out.getvalue()


@ONE
def test_photos_are_pictures_and_not_too_large(house: Resident) -> None:
    clerk, phone = Clerk(house, "agent"), Phone(house)
    link = _link(house, clerk)
    assert phone.send(f"{link}/photo", _jpeg()).status_code == 403, "not before it is opened"
    phone.post(f"{link}/open")
    assert phone.send(f"{link}/photo", b"<svg onload=alert(1)>").status_code == 415
    assert phone.send(f"{link}/photo", os.urandom(20_000_000)).status_code == 413
    assert phone.send(f"{link}/photo", _jpeg()).status_code == 204
    number = _number(house)
    found = re.search(rf"/console/cases/{number}/photos/([\w.-]+)", clerk.get(f"/console/cases/{number}").text)
    assert found is not None
    assert clerk.get(found.group()).headers["content-type"] == "image/jpeg"
    assert phone.get(f"{link}/photos/{found.group(1)}").status_code == 200
    assert Phone(house).get(f"{link}/photos/{found.group(1)}").status_code == 403
    assert phone.get(f"{link}/photos/{'0' * 16}-{'0' * 40}.jpg").status_code == 404


@ONE
def test_the_residents_number_only_where_the_desk_allowed_it(house: Resident) -> None:
    clerk, phone = Clerk(house, "agent"), Phone(house)
    plain, open_ = _link(house, clerk), _link(house, clerk, phone="yes")
    for link in (plain, open_):
        phone.post(f"{link}/open")
    assert phone.post(f"{plain}/phone").status_code == 403
    assert phone.post(f"{open_}/phone").json() == {"phone": "13800000501"}
    log = Clerk(house, "auditor").get("/console/audit?what=phone").text
    assert "field:刘师傅" in log
    assert "13800000501" not in log


@ONE
def test_the_sheet_bears_the_code_of_the_link(house: Resident) -> None:
    clerk, number = Clerk(house, "agent"), _number(house)
    assert "data:image/svg" not in clerk.get(f"/console/cases/{number}/print").text
    _link(house, clerk)
    assert "data:image/svg" in clerk.get(f"/console/cases/{number}/print").text
    done = update(case).where(case.c.number == number).values(state="closed")
    house.app.state.desk.db.submit(lambda c: c.execute(done)).result()
    refused = clerk.post(f"/console/cases/{number}/link", who="刘", hours="24")
    assert refused.status_code == 409
