"""Teaching by keys and by marking, and a screen that nobody is at, in a real browser."""

from __future__ import annotations

from typing import TYPE_CHECKING

from playwright.sync_api import expect

from tests.backend.console.conftest import Estate, Open, awake, stand_down
from tests.channels.web.conftest import PHONE

if TYPE_CHECKING:
    from playwright.sync_api import Page

COUNTED = """window.beeps = 0; const start = OscillatorNode.prototype.start;
OscillatorNode.prototype.start = function (...given) { window.beeps += 1; return start.apply(this, given); };"""


def _lesson(page: Page, words: str) -> str:
    """The selector of the card with this sentence."""
    card = page.locator(".lesson", has=page.locator(".said", has_text=words)).first
    card.wait_for()
    return f".lesson[data-id='{card.get_attribute('data-id')}']"


def test_a_sentence_is_marked_labelled_and_looked_at_by_another(estate: Estate, sign_in: Open) -> None:
    estate.say("teach-1", "zorp blim quax gate seven fneb")
    page = sign_in("agent", "teach")
    card = page.locator(_lesson(page, "zorp blim"))
    said = card.locator(".said")
    before = card.locator(".choices").bounding_box()
    said.focus()
    page.evaluate("() => document.activeElement.setSelectionRange(15, 25)")
    card.get_by_role("button", name="Where").wait_for()
    assert card.locator(".choices").bounding_box() == before, "nothing moves under the hand that marks"
    card.get_by_role("button", name="Where").click()
    expect(card.locator("[name=marks]")).to_have_value("15-25:location")
    expect(card.locator(".marks")).to_contain_text("gate seven = Where")
    estate.say("teach-2", "grumf yolp nazz urbel")
    page.evaluate("async () => (await import('/console/static/live.js')).all()")
    page.locator(".said", has_text="grumf yolp").wait_for()
    expect(card.locator("[name=marks]"), "news takes nobody's work away").to_have_value("15-25:location")
    said.focus()
    page.keyboard.press("0")
    card.wait_for(state="detached")
    other = sign_in("supervisor", "teach/review")
    row = other.locator("tr", has_text="zorp blim")
    expect(row).to_contain_text("gate seven = Where")
    row.get_by_role("button", name="Accept").click()
    other.locator("section", has_text="Accepted, for the next training").get_by_text("zorp blim").wait_for()
    page.goto(f"{estate.base}/console/teach/review")
    expect(page.get_by_role("button", name="Train and examine"), "an agent begins no training").to_have_count(0)


def test_keys_choose_a_guess_and_put_aside(estate: Estate, sign_in: Open) -> None:
    for n, words in enumerate(("vlim crodd hesp uiop", "glarb nuth wexo pilf")):
        estate.say(f"teach-key-{n}", words)
    page = sign_in("supervisor", "teach")
    for words, key in (("vlim crodd", "1"), ("glarb nuth", "x")):
        card = page.locator(_lesson(page, words))
        card.focus()
        page.keyboard.press(key)
        card.wait_for(state="detached")
    assert page.url.endswith("/console/teach"), "a number teaches here, it leads nowhere else"
    page.goto(f"{estate.base}/console/teach/review")
    expect(page.locator("tr", has_text="vlim crodd")).to_have_count(1)
    expect(page.locator("tr", has_text="glarb nuth")).to_have_count(0)


def test_teaching_fits_a_phone(estate: Estate, sign_in: Open) -> None:
    estate.say("teach-phone", "murp dask felv oond")
    page = sign_in("supervisor", "teach", PHONE)
    for path in ("teach", "teach/review"):
        page.goto(f"{estate.base}/console/{path}")
        assert page.evaluate("() => document.documentElement.scrollWidth - innerWidth") <= 0, path


def test_an_idle_screen_locks_and_still_rings(estate: Estate, sign_in: Open) -> None:
    page = sign_in("duty", "cases")
    page.context.add_init_script(COUNTED)
    page.clock.install()
    page.goto(f"{estate.base}/console/cases")
    awake(page)
    page.locator("h1").click()
    page.clock.run_for(14 * 60_000)
    assert page.url.endswith("/console/cases")
    page.clock.run_for(70_000)
    page.wait_for_url("**/console/lock**")
    awake(page)
    estate.say("idle-cry", "救命，我在卫生间摔倒了")
    page.locator(".banner[data-free]").first.wait_for()
    page.wait_for_function("() => window.beeps > 0")
    assert "3栋2单元501" not in page.content(), "a locked screen tells no place"
    page.fill("[name=password]", "linli-demo")
    page.get_by_role("button", name="Unlock").click()
    page.wait_for_url("**/console/cases")
    duty = sign_in("duty", "alarms")
    duty.locator(".sosbox a.b", has_text="Open").click()
    duty.wait_for_url("**/console/alarms/*")
    duty.get_by_role("button", name="I am going").last.click()
    stand_down(duty)
    duty.locator(".banner").wait_for(state="detached")
