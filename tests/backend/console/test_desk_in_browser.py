"""What happens between two people at their screens: signs of writing, files, names, calls filed, alarms."""

from __future__ import annotations

import time
from collections.abc import Iterator
from typing import TYPE_CHECKING

import pytest
from playwright.sync_api import expect

from tests.backend.console.conftest import Estate, Open, awake, stand_down
from tests.backend.console.test_in_browser import PAYLOADS, serious
from tests.bot.work.station import PATIENCE_SECONDS
from tests.channels.web.conftest import PHONE
from tests.clerk import PASSWORD

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page

BAD_NAME = "<img src=x onerror=window.ran=1>.pdf"
PDF = b"%PDF-1.4\n1 0 obj<</Type/Catalog>>endobj\ntrailer<</Root 1 0 R>>\n%%EOF\n"


@pytest.fixture
def chat(browser: Browser, estate: Estate) -> Iterator[Page]:
    """A resident with the chat page open, in English."""
    context = browser.new_context(locale="en", viewport={"width": 1280, "height": 800})
    context.set_default_timeout(PATIENCE_SECONDS * 1000)
    page = context.new_page()
    page.goto(f"{estate.base}/chat")
    yield page
    context.close()


def _say(chat: Page, words: str) -> None:
    chat.locator("linli-chat textarea").fill(words)
    chat.keyboard.press("Enter")
    chat.locator("linli-chat .line.mine:not(.waiting)", has_text=words).wait_for()


def _taken(sign_in: Open) -> Page:
    """The newest conversation of the web chat, taken over."""
    page = sign_in("agent", "inbox?view=waiting")
    page.goto(page.url.split("?")[0] + "?view=waiting&channel=web")
    page.locator(".item").last.click()
    page.wait_for_url("**/inbox/*")
    awake(page)
    page.get_by_role("button", name="Take over").click()
    page.get_by_role("button", name="Back to the bot").wait_for()
    return page


def test_each_sees_the_other_write_and_a_file_arrives(chat: Page, sign_in: Open) -> None:
    _say(chat, "please let me speak to a person")
    desk = _taken(sign_in)
    chat.locator("linli-chat header p", has_text="You are talking with").wait_for()
    desk.locator("#words").type("let me see")
    chat.locator("linli-chat .typing:not([hidden])").wait_for()
    chat.locator("linli-chat textarea").type("than")
    desk.locator("[data-writes]:not([hidden])").wait_for()
    desk.set_input_files("#attach", {"name": BAD_NAME, "mimeType": "application/pdf", "buffer": PDF})
    desk.locator(".line.staff a", has_text=BAD_NAME).wait_for()
    expect(desk.locator("#words"), "a file does not touch what is being written").to_have_value("let me see")
    with chat.expect_download() as kept:
        chat.locator("linli-chat button.go", has_text=BAD_NAME).click()
    assert kept.value.path().read_bytes() == PDF
    desk.set_input_files("#attach", {"name": "x.exe", "mimeType": "application/pdf", "buffer": b"MZ program"})
    desk.locator("#toast", has_text="PDF files are taken").wait_for()
    for page in (desk, chat):
        assert page.evaluate("() => window.ran") is None


def test_a_colleague_is_named_with_an_at_and_finds_it(chat: Page, sign_in: Open) -> None:
    _say(chat, "I want to talk to somebody, a person please")
    desk = _taken(sign_in)
    desk.locator("h2").first.click()
    desk.keyboard.press("n")
    desk.locator(".composer.private").wait_for()
    desk.locator("#words").type("please look @sup")
    desk.keyboard.press("Enter")
    expect(desk.locator("#words")).to_have_value("please look @supervisor ")
    desk.locator("#words").fill("please look @supervisor " + " ".join(PAYLOADS))
    desk.keyboard.press("Control+Enter")
    desk.locator(".line.note", has_text="please look").wait_for()
    other = sign_in("supervisor", "inbox?view=named")
    other.wait_for_function("() => document.title.startsWith('(')")
    expect(other.locator(".item", has_text="@ you")).to_have_count(1)
    other.locator(".item").first.click()
    other.locator(".line.note", has_text="please look").wait_for()
    awake(other)
    assert other.evaluate("() => window.ran") is None
    expect(other.locator("main script, main iframe, main object, main embed, main base, main style")).to_have_count(0)
    other.goto(other.url.split("/inbox/")[0] + "/inbox?view=named")
    other.locator(".item").wait_for()
    other.wait_for_function("() => !document.body.textContent.includes('@ you')")


def test_a_call_is_filed_with_the_keyboard_alone(chat: Page, sign_in: Open) -> None:
    desk = sign_in("agent", "cases")
    desk.locator("h1").first.click()
    began = time.perf_counter()
    desk.keyboard.press("b")
    desk.wait_for_url("**/console/report")
    awake(desk)
    desk.keyboard.type("the kitchen tap drips <img src=x onerror=window.ran=1>")
    desk.keyboard.press("Tab")
    desk.keyboard.type("5-1-302")
    desk.keyboard.press("Control+Enter")
    link = desk.locator("[data-link]")
    link.wait_for()
    print(f"filed by keyboard within {time.perf_counter() - began:.1f} s")
    number = desk.locator("#reported a.num").inner_text()
    assert desk.locator(".qr").evaluate("(one) => one.decode().then(() => one.naturalWidth)") > 0
    expect(desk.locator("[name=words]")).to_have_value("")
    assert desk.evaluate("() => window.ran") is None
    chat.goto(link.input_value())
    chat.locator("linli-chat .line", has_text=number).first.wait_for()
    chat.wait_for_url("**/chat?community=sunshine")
    assert chat.evaluate("() => window.ran") is None


def test_a_lost_line_is_shown_as_long_as_it_lasts(sign_in: Open) -> None:
    page = sign_in("duty", "alarms")
    expect(page.locator("#lost")).to_be_hidden()
    page.route("**/console/live", lambda route: route.abort())
    page.reload()
    page.locator("#lost:not([hidden])").wait_for()
    page.unroute("**/console/live")
    page.locator("#lost").wait_for(state="hidden")


def test_an_alarm_is_worked_through_at_one_screen(estate: Estate, sign_in: Open, axe: str) -> None:
    duty = sign_in("duty", "alarms", bypass_csp=True, reduced_motion="reduce")
    duty.get_by_role("button", name="Test the sound").click()
    duty.locator("[data-awake]").wait_for(state="attached")
    estate.say("ladder", "救命，我在卫生间摔倒了")
    duty.locator(".sosbox a.b", has_text="Open").first.click()
    duty.wait_for_url("**/console/alarms/*")
    awake(duty)
    key = duty.url.rsplit("/", 1)[1]
    duty.locator(".rungs li", has_text="Every open console").wait_for()
    found = serious(duty, axe, "alarm")
    row = duty.locator(".rungs li", has_text="值班一号")
    row.get_by_role("button", name="Call by hand").click()
    expect(row.locator("a")).to_have_attribute("href", "tel:13700000001")
    row.get_by_role("button", name="Write down").click()
    row.locator(".pill", has_text="answered").wait_for()
    duty.get_by_role("button", name="Show notes on health").click()
    duty.locator("[data-notes]", has_text="对青霉素过敏").wait_for()
    duty.get_by_role("button", name="I follow from afar").click()
    duty.get_by_text("From afar: 周强").wait_for()
    duty.locator("#alarm [name=minutes]").select_option("5")
    duty.locator("#alarm").get_by_role("button", name="I am going").click()
    duty.locator("#alarm", has_text="Nobody else is called until").wait_for()
    duty.get_by_role("button", name="Somebody is with them").click()
    stand_down(duty)
    duty.locator(".banner").wait_for(state="detached")
    for path in (f"alarms/{key}/report", "alarms/figures", "report", "inbox?view=named"):
        duty.goto(f"{estate.base}/console/{path}")
        found += serious(duty, axe, path)
    assert found == []
    phone = sign_in("duty", "report", PHONE)
    for path in (f"alarms/{key}", "alarms/figures", "report"):
        phone.goto(f"{estate.base}/console/{path}")
        wide = phone.evaluate(
            "() => { const main = document.querySelector('main'); return main.scrollWidth - main.clientWidth; }"
        )
        assert wide <= 0, (path, wide)


def test_an_alarm_arrives_while_somebody_gives_their_password(estate: Estate, sign_in: Open) -> None:
    wall, boss = sign_in("duty", "screens"), sign_in("supervisor", "screens")
    wall.clock.install()
    wall.fill("main [name=name]", "Lobby")
    wall.get_by_role("button", name="Set up and sign out here").click()
    wall.wait_for_url("**/screen")
    awake(wall)
    estate.say("wall-1", "救命，我在卫生间摔倒了")
    wall.locator("summary").click()
    wall.locator("[name=login]").press_sequentially("age")
    estate.say("wall-2", "救命，我在楼道里摔倒了")
    expect(wall.locator(".alarm[data-free]")).to_have_count(2)
    wall.keyboard.type("nt")
    expect(wall.locator("details[open] [name=login]")).to_have_value("agent")
    wall.clock.fast_forward("01:05")
    expect(wall.locator("details[open]")).to_have_count(0)
    wall.locator("summary").first.click()
    expect(wall.locator("details[open] [name=login]")).to_have_value("")
    for _ in range(2):
        boss.goto(f"{estate.base}/console/alarms")
        boss.locator(".sosbox a.b", has_text="Open").first.click()
        boss.wait_for_url("**/console/alarms/*")
        awake(boss)
        stand_down(boss)
    expect(wall.locator("main")).to_contain_text("No alarm is open")
    boss.goto(f"{estate.base}/console/screens")
    boss.get_by_role("button", name="Switch off").click()
    wall.get_by_text("This browser is no duty screen").wait_for()


def test_a_browser_becomes_a_duty_screen_and_hears_an_alarm(estate: Estate, sign_in: Open, axe: str) -> None:
    wall, boss = sign_in("duty", "screens", bypass_csp=True, reduced_motion="reduce"), sign_in("supervisor", "screens")
    wall.fill("main [name=name]", "Gatehouse")
    wall.get_by_role("button", name="Set up and sign out here").click()
    wall.wait_for_url("**/screen")
    awake(wall)
    wall.get_by_role("button", name="Test the sound").click()
    expect(wall.locator("#sounds")).to_be_visible()
    expect(wall.locator("#silent")).to_be_hidden()
    expect(wall.locator("main")).to_contain_text("No alarm is open")
    found = serious(wall, axe, "screen")
    estate.say("wall", "救命，我在卫生间摔倒了")
    wall.locator(".alarm[data-free]").wait_for()
    found += serious(wall, axe, "screen with an alarm")
    wall.locator("summary").click()
    wall.fill("[name=login]", "agent")
    wall.fill("[name=password]", PASSWORD)
    wall.get_by_role("button", name="Take charge").click()
    wall.locator(".alarm.held").wait_for()
    assert found == []
    boss.goto(f"{estate.base}/console/alarms")
    boss.locator(".sosbox a.b", has_text="Open").first.click()
    boss.wait_for_url("**/console/alarms/*")
    awake(boss)
    stand_down(boss)
    expect(wall.locator("main")).to_contain_text("No alarm is open")
    boss.goto(f"{estate.base}/console/screens")
    expect(boss.locator("main")).to_contain_text("on, would sound")
    boss.get_by_role("button", name="Switch off").click()
    wall.get_by_text("This browser is no duty screen").wait_for()
