"""Work on cases in real browsers: the worker's phone, the photo that is painted over, the mistake beside its field."""

from __future__ import annotations

import os
from pathlib import Path

from PIL import Image
from playwright.sync_api import expect

from tests.backend.console.conftest import Estate, Open, awake
from tests.backend.console.test_in_browser import PAYLOADS, serious
from tests.channels.web.conftest import PHONE


def test_a_photo_from_the_worker_is_blacked_out_at_the_desk(
    estate: Estate, sign_in: Open, axe: str, tmp_path: Path
) -> None:
    """A link made at the desk, opened on a phone with words that would be code; a large photo travels small."""
    estate.say("field", f"the tap in my kitchen drips {PAYLOADS[1]} tomorrow at 3 pm")
    estate.say("field", "yes")
    page = sign_in("agent", "cases", bypass_csp=True)
    page.goto(f"{estate.base}/console/cases?shape=table&kind=repair")
    page.locator("#list td a").last.click()
    page.wait_for_url("**/console/cases/R-*")
    awake(page)
    page.locator("form[action$='/link'] [name=who]").fill(PAYLOADS[0])
    page.get_by_role("button", name="Make a link").click()
    link = page.locator("code").inner_text()
    phone = page.context.browser.new_context(  # type: ignore[union-attr] # every context has its browser
        viewport={"width": PHONE[0], "height": PHONE[1]}, locale="en", bypass_csp=True
    ).new_page()
    phone.goto(f"{estate.base}/field/{link.rsplit('/', 1)[1]}")
    phone.get_by_role("button", name="Open it on this phone").click()
    phone.get_by_role("button", name="I have arrived").click()
    phone.get_by_role("button", name="It is done").wait_for()
    assert phone.evaluate("() => window.ran") is None
    assert phone.evaluate("() => document.documentElement.scrollWidth - innerWidth") <= 0
    assert serious(phone, axe, "field") == []
    large, size = tmp_path / "a.jpg", (1900, 1600)
    pixels = os.urandom(size[0] * size[1] * 3)
    Image.frombytes("RGB", size, pixels).save(large, "JPEG", quality=100, subsampling=0)
    assert large.stat().st_size > 8_000_000
    phone.locator("[data-photo]").set_input_files(large)
    phone.locator(".shots img").wait_for()
    phone.context.close()
    page.locator("[data-redact]").click()
    picture = page.locator("[data-paint] img")
    page.wait_for_function("() => document.querySelector('[data-paint] img').naturalWidth > 1")
    place = picture.bounding_box()
    assert place is not None
    page.mouse.move(place["x"] + 40, place["y"] + 40)
    page.mouse.down()
    page.mouse.move(place["x"] + 160, place["y"] + 120)
    page.mouse.up()
    page.locator("#redact button.go").click()
    page.get_by_text("blacked out", exact=True).wait_for()
    assert page.evaluate("() => window.ran") is None


def test_a_mistake_stands_beside_its_field(estate: Estate, sign_in: Open) -> None:
    page = sign_in("agent", "homes")
    page.goto(f"{estate.base}/console/homes/1")
    awake(page)
    form = page.locator("form[action$='/residents']").first
    form.locator("[name=name]").fill("New Person")
    form.locator("[name=birth_year]").fill("48")
    form.get_by_role("button", name="Add").click()
    form.locator("[name=birth_year] + .err").wait_for()
    expect(form.locator("[name=name]")).to_have_value("New Person")
    expect(form.locator("[name=birth_year]")).to_be_focused()
