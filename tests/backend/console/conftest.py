"""Clerks with browsers of their own at one served demo; what breaks in a page fails the test."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import httpx
import pytest

from bot.settings import Settings
from tests.bot.work.station import PATIENCE_SECONDS
from tests.channels.web.conftest import DESKTOP, axe, browser, tsc
from tests.clerk import PASSWORD
from tests.load.process import PRODUCT, Server, copy_model, served

if TYPE_CHECKING:
    from playwright.sync_api import Browser, BrowserContext, Page

__all__ = ["axe", "browser", "tsc"]
Open = Callable[..., "Page"]


@dataclass(frozen=True, slots=True)
class Estate:
    """A running demo and how a resident speaks to it."""

    base: str

    def say(self, sender: str, message: str) -> None:
        body = {"sender": sender, "message": message}
        httpx.post(f"{self.base}/webhooks/rest/webhook", json=body, timeout=30).raise_for_status()


def awake(page: Page) -> None:
    """The script of the page is at work."""
    page.locator("body[data-ready]").wait_for()


def stand_down(page: Page) -> None:
    """Close the alarm that this page shows: all tests of a process look at one estate, and one left open is theirs."""
    page.get_by_role("button", name="Close with an outcome").click()
    page.get_by_label("Outcome").select_option("helped")
    page.get_by_role("button", name="Close the alarm").click()
    # Whoever goes elsewhere at once would find it open still.
    page.get_by_role("button", name="Close with an outcome").wait_for(state="detached")


def ways(page: Page) -> float:
    """Milliseconds that a few ways from this page to the server and back take just now, where nothing is to be done:
    what the machine itself costs, which on a quiet one is next to nothing."""
    spent: float = page.evaluate(
        """async () => { const began = performance.now();
        for (let n = 0; n < 4; n++) await fetch("/healthz", { cache: "no-store" });
        return performance.now() - began; }"""
    )
    return spent


@pytest.fixture(scope="package")
def server(prepared: Settings, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    folder = tmp_path_factory.mktemp("console")
    copy_model(prepared.model_path, folder / "model")
    with served(PRODUCT, folder, "console.db") as started:
        yield started


@pytest.fixture(scope="package")
def estate(server: Server) -> Estate:
    return Estate(f"http://127.0.0.1:{server.port}")


@pytest.fixture
def sign_in(browser: Browser, estate: Estate) -> Iterator[Open]:
    """Open a page of the console as somebody, in a browser of their own."""
    contexts: list[BrowserContext] = []
    wrong: list[str] = []

    def make(login: str, path: str = "inbox", size: tuple[int, int] = DESKTOP, **given: Any) -> Page:
        given = {"locale": "en", **given}
        context = browser.new_context(viewport={"width": size[0], "height": size[1]}, **given)
        context.set_default_timeout(PATIENCE_SECONDS * 1000)
        contexts.append(context)
        page = context.new_page()
        page.on("pageerror", lambda error: wrong.append(str(error)))
        page.on("dialog", lambda dialog: wrong.append(f"dialog: {dialog.message}"))
        page.on("console", lambda m: wrong.append(m.text) if "Content Security Policy" in m.text else None)
        page.goto(f"{estate.base}/console?next=/console/{path}")
        page.fill("[name=login]", login)
        page.fill("[name=password]", PASSWORD)
        page.press("[name=password]", "Enter")
        page.wait_for_url(f"**/console/{path}")
        awake(page)
        return page

    yield make
    for context in contexts:
        context.close()
    assert wrong == []
