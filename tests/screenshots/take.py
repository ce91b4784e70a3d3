"""Serves a demo, plays a day in it, and takes a picture of every page of the console in every language and light."""

from __future__ import annotations

import shutil
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

from PIL import Image
from playwright.sync_api import Browser, Page, ViewportSize, sync_playwright

from bot import configure as configuration
from bot.settings import ROOT
from tests.load.process import PRODUCT, copy_model, served
from tests.screenshots import scene

FOLDER = ROOT / "data" / "screenshots"
# The README's own, kept in the repository: `make screenshots README=yes`.
KEPT = Path(__file__).resolve().parent / "readme"
FOR_README = {"zh-Hans-light-talk": "talk.png", "en-dark-alarm": "alarm.png"}
README_WIDTH, COLOURS = 1080, 96
DESKTOP, PHONE = ViewportSize(width=1440, height=900), ViewportSize(width=390, height=844)
FIRST = ("inbox", "inbox?view=bot", "cases", "cases?shape=table", "texts", "account", "alarms", "report", "teach")
PASSWORD = "linli-demo"  # noqa: S105 - the demo's, printed in the README


def main() -> int:
    given = [one for one in sys.argv[1:] if not one.startswith("--")]
    folder = Path(given[0]) if given else FOLDER
    folder.mkdir(parents=True, exist_ok=True)
    chromium = next(filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))), None)
    with tempfile.TemporaryDirectory() as held, sync_playwright() as started:
        place = Path(held)
        copy_model(configuration.load({}).model_path, place / "model")
        with served(PRODUCT, place, "pictures.db") as server:
            base = f"http://127.0.0.1:{server.port}"
            scene.connect(base)
            scene.play(base)
            scene.label(base)
            browser = started.chromium.launch(executable_path=chromium, args=["--no-sandbox"])
            for name, page in _pages(browser, base):
                page.screenshot(path=folder / f"{name}.png")
                print(folder / f"{name}.png")
            browser.close()
    if "--readme" in sys.argv:
        _keep(folder)
    return 0


def _keep(folder: Path) -> None:
    """Smaller and in few colours: a clone should not pay for pictures."""
    KEPT.mkdir(exist_ok=True)
    for name, kept in FOR_README.items():
        with Image.open(folder / f"{name}.png") as picture:
            height = round(picture.height * README_WIDTH / picture.width)
            small = picture.convert("RGB").resize((README_WIDTH, height), Image.Resampling.LANCZOS)
            small.quantize(COLOURS).save(KEPT / kept, optimize=True)


def _pages(browser: Browser, base: str) -> Iterator[tuple[str, Page]]:
    """Each page when it stands still; alarms come last, since their banner is on every page from then on."""
    for language in ("zh-Hans", "en"):
        for theme in ("light", "dark"):
            page = _desk(browser, base, "supervisor", language, theme, DESKTOP)
            for path in FIRST:
                yield f"{language}-{theme}-{_name(path)}", _at(page, f"{base}/console/{path}")
            yield f"{language}-{theme}-talk", _talk(page, base)
            page.goto(f"{base}/console/cases")
            page.locator(".ticket").first.click()
            yield f"{language}-{theme}-case", _still(page)
            for path in ("calls", "homes", "homes/1", "buildings", "duty", "teams", "providers", "screens"):
                yield f"{language}-{theme}-{_name(path)}", _at(page, f"{base}/console/{path}")
            yield f"{language}-{theme}-teach", _at(page, f"{base}/console/teach")
            yield f"{language}-{theme}-teach-review", _at(page, f"{base}/console/teach/review")
            page.context.close()
        page = _desk(browser, base, "admin", language, "light", DESKTOP)
        for path in ("staff", "webhooks"):
            yield f"{language}-{path}", _at(page, f"{base}/console/{path}")
        page.context.close()
        page = _desk(browser, base, "auditor", language, "light", DESKTOP)
        yield f"{language}-audit", _at(page, f"{base}/console/audit")
        page.context.close()
        page = _desk(browser, base, "agent", language, "light", PHONE)
        yield f"{language}-phone-inbox", _at(page, f"{base}/console/inbox?view=bot")
        yield f"{language}-phone-teach", _at(page, f"{base}/console/teach")
        yield f"{language}-phone-talk", _talk(page, base)
        page.context.close()
    scene.cry(base)
    for language in ("zh-Hans", "en"):
        page = browser.new_page(viewport=DESKTOP, locale=language)
        yield f"{language}-sign-in", _at(page, f"{base}/console")
        page.close()
        for theme in ("light", "dark"):
            page = _desk(browser, base, "duty", language, theme, DESKTOP)
            yield f"{language}-{theme}-sos", _at(page, f"{base}/console/alarms")
            page.locator(".sosbox a.b", has_text="Open" if language == "en" else "打开").first.click()
            yield f"{language}-{theme}-alarm", _still(page)
            if theme == "light":
                report = page.context.new_page()
                yield f"{language}-alarm-report", _at(report, f"{page.url}/report")
                report.close()
            yield f"{language}-{theme}-figures", _at(page, f"{base}/console/alarms/figures")
            yield f"{language}-{theme}-sos-inbox", _at(page, f"{base}/console/inbox")
            if theme == "dark":
                yield f"{language}-screen", _screen(browser, base, language)
            page.locator("details.me summary").click()
            yield f"{language}-{theme}-menu", _still(page)
            page.locator("form[action='/console/lock'] button").click()
            page.wait_for_url("**/console/lock*")
            yield f"{language}-{theme}-lock", _still(page)
            page.context.close()


def _desk(browser: Browser, base: str, login: str, language: str, theme: str, size: ViewportSize) -> Page:
    context = browser.new_context(viewport=size, locale=language, color_scheme=theme)  # type: ignore[arg-type] # light or dark
    page = context.new_page()
    page.goto(f"{base}/console")
    page.fill("[name=login]", login)
    page.fill("[name=password]", PASSWORD)
    page.press("[name=password]", "Enter")
    page.wait_for_url("**/console/*")
    return page


def _screen(browser: Browser, base: str, language: str) -> Page:
    """What hangs in the duty room, made so by somebody who is signed out by it."""
    page = _desk(browser, base, "duty", language, "dark", DESKTOP)
    page.goto(f"{base}/console/screens")
    page.fill("main [name=name]", "门岗" if language == "zh-Hans" else "Gatehouse")
    page.locator("form[action='/console/screens'] button").click()
    page.wait_for_url("**/screen")
    return _still(page)


def _at(page: Page, url: str) -> Page:
    page.goto(url)
    return _still(page)


def _talk(page: Page, base: str) -> Page:
    page.goto(f"{base}/console/inbox?view=waiting")
    page.locator(".item").first.click()
    page.wait_for_selector("#talk")
    return _still(page)


def _still(page: Page) -> Page:
    page.wait_for_load_state("load")
    page.wait_for_timeout(300)
    return page


def _name(path: str) -> str:
    return path.replace("?", "-").replace("=", "-").replace("/", "-")


if __name__ == "__main__":
    sys.exit(main())
