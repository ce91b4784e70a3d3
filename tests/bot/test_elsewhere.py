"""What was begun on one channel is offered on another one, to the same resident and to nobody else."""

from __future__ import annotations

import io
import itertools
from dataclasses import replace

from PIL import Image

from backend.media import Shelf
from backend.services import cases
from backend.services.conversations import Binding
from bot.contract.messages import Address, Attachment, Choices, InboundMessage, Kind, Words
from bot.desk import Desk
from bot.inbox import take
from tests.clerk import Clerk
from tests.conftest import MakeResident
from tests.resident import Resident

_IDS = itertools.count()


def _desk(one: Resident) -> Desk:
    desk: Desk = one.app.state.desk
    return desk


def _says(one: Resident, words: str, desk: Desk | None = None, user: str = "li-na", photo: str = "") -> str:
    """The same person, in the widget of the community's page."""
    desk = desk or _desk(one)
    message = InboundMessage(
        f"e-{next(_IDS)}",
        Address("web", user),
        Kind.IMAGE if photo else Kind.TEXT,
        desk.clock.now(),
        words,
        attachments=(Attachment("image", photo),) if photo else (),
    )
    replies = one.loop.run_until_complete(take(desk, message))
    parts = [part for reply in replies for part in reply.parts]
    return "\n".join(part.text for part in parts if isinstance(part, (Words, Choices)))


def test_a_hello_on_another_channel_offers_what_was_begun_and_a_yes_takes_it_along(resident: MakeResident) -> None:
    one = resident()
    one.say("我要约保洁")
    one.say("明天下午两点")
    assert "预约家政" in _says(one, "你好")
    assert "要几个小时" in _says(one, "好")
    assert one.tracker()["active_loop"]["name"] is None
    assert "合计" not in one.say("2小时").text


def test_it_is_not_taken_where_something_else_is_wanted(resident: MakeResident) -> None:
    one = resident()
    one.say("我要约保洁")
    assert "就这样提交" in _says(one, "厨房水龙头漏水")
    assert one.tracker()["active_loop"]["name"] == "book_housekeeping"


def test_a_door_that_takes_everybody_for_one_home_tells_another_sender_nothing(resident: MakeResident) -> None:
    one = resident()
    one.say("我要约保洁")
    assert "预约家政" not in _says(one, "你好", user="somebody").split("\n", 1)[0]
    assert "要几个小时" not in _says(one, "继续", user="somebody")
    assert one.tracker()["active_loop"]["name"] == "book_housekeeping"


def test_nobody_else_hears_of_it(resident: MakeResident) -> None:
    one = resident()
    one.say("我要约保洁")
    desk = _desk(one)
    (community,) = {binding.community for binding in desk.bindings.values()}
    unknown = replace(desk, bindings={**desk.bindings, ("web", "demo"): Binding(community, None)})
    assert "预约家政" not in _says(one, "你好", unknown).split("\n", 1)[0]
    assert one.tracker()["active_loop"]["name"] == "book_housekeeping"


def test_a_photo_sent_elsewhere_joins_what_was_filed_and_the_desk_sees_it(resident: MakeResident) -> None:
    """Reported on one channel, the photo sent alone on another: asked once, since it is another talk."""
    one = resident()
    one.say("厨房水龙头漏水")
    one.say("是")
    number = one.items("cases")[0]["number"]
    out = io.BytesIO()
    Image.new("RGB", (40, 30), "red").save(out, "PNG")
    key = Shelf(one.settings.media_path).keep(out.getvalue(), "li-na").key
    assert "是哪一件的" in _says(one, "", photo=key)
    assert number in _says(one, "1")
    clerk = Clerk(one, "agent")
    path = f"/console/cases/{number}/photos/{key}"
    assert path in clerk.get(f"/console/cases/{number}").text
    assert clerk.get(path).status_code == 200
    assert "是新的问题" not in _says(one, "", photo=""), "nothing is asked any more"


def test_a_repair_that_was_begun_elsewhere_gets_its_photo_here(resident: MakeResident) -> None:
    """Start on the phone, add the photo in the chat."""
    one = resident()
    one.say("厨房水龙头漏水")
    assert "报修" in _says(one, "你好")
    assert "就这样提交" in _says(one, "好")
    assert "就这样提交" in _says(one, "", photo="leak.jpg")
    assert "单号" in _says(one, "是")
    desk = _desk(one)
    talk = desk.db.read_now(lambda c: desk.memory.peek(c, Address("web", "li-na")))
    assert talk is not None
    (case,) = desk.db.read_now(lambda c: cases.of_conversation(c, talk.id, None, 5))
    assert case.slots["photo"] == "leak.jpg"
    assert one.tracker()["active_loop"]["name"] is None
