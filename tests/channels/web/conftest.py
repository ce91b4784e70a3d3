"""A served demo and a real Chromium; whatever is missing for that is said in one line."""

from __future__ import annotations

import hashlib
import shutil
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import httpx
import pytest
import yaml

from bot.settings import Settings
from tests.bot.work.station import PATIENCE_SECONDS
from tests.load.process import PRODUCT, ROOT, copy_model, free_port, served
from tests.resident import DEMO_KEY

if TYPE_CHECKING:
    from playwright.sync_api import Browser, BrowserContext, Locator, Page

NODE = Path(__file__).resolve().parent / "node_modules"
SITE_SECRET = "the-host-site-signs-with-this-secret"  # noqa: S105 - a test's
DESKTOP, PHONE = (1366, 860), (390, 844)


@dataclass(frozen=True, slots=True)
class Site:
    """A running demo; `api` reads what integrators would."""

    base: str
    # Two ports for sites of others: the first is on the list of those that may show the chat.
    listed: int = 0
    foreign: int = 0

    def desk(self, conversation: str, what: str, **asked: str) -> None:
        """A person of the desk acts: take-over, messages, hand-back."""
        headers = {"Authorization": f"Bearer {DEMO_KEY}"}
        path = f"{self.base}/api/v1/conversations/{conversation}/{what}"
        answer = httpx.post(path, json={"staff": "agent", **asked}, headers=headers)
        assert answer.status_code == 200, answer.text

    def api(self, what: str, conversation: str) -> list[dict[str, Any]]:
        headers = {"Authorization": f"Bearer {DEMO_KEY}"}
        answer = httpx.get(f"{self.base}/api/v1/{what}", params={"conversation": conversation}, headers=headers)
        found: list[dict[str, Any]] = answer.json()["items"]
        return found


@dataclass(slots=True)
class Visitor:
    """Somebody at the chat page."""

    page: Page
    site: Site

    def deaf(self) -> None:
        """Without the stream of events, as behind a proxy that holds it back: what is new is fetched."""
        self.page.route("**/stream*", lambda route: route.abort())

    def open(self, language: str = "zh-Hans") -> None:
        self.page.goto(f"{self.site.base}/chat?lang={language}")
        if self.launch.is_visible():
            self.launch.click()
        self.page.locator(".choices button").first.wait_for()

    @property
    def launch(self) -> Locator:
        return self.page.locator("linli-chat .launch")

    @property
    def text(self) -> Locator:
        return self.page.locator("linli-chat textarea")

    @property
    def log(self) -> Locator:
        return self.page.locator("linli-chat .log")

    def say(self, text: str) -> None:
        """Type and send, then wait until the answer is there."""
        self.text.fill(text)
        self.text.press("Enter")
        self.answered()

    def answered(self) -> None:
        """The last line is the desk's, and nothing is on its way."""
        self.page.locator(".log .line:not(.mine):nth-last-child(2)").wait_for()
        self.page.locator(".line.waiting").wait_for(state="detached")

    def tap(self, title: str) -> None:
        self.page.locator(".choices button", has_text=title).first.click()
        self.answered()

    @property
    def sender(self) -> str:
        """As integrators see this conversation: never the token itself."""
        token = self.page.evaluate("localStorage.getItem('linli.sunshine.token')")
        return hashlib.sha256(token.encode()).hexdigest()[:40]

    def lines(self) -> list[str]:
        bubbles = self.page.locator(".log .bubble, .log .card").all()
        return [bubble.inner_text() for bubble in bubbles]


@pytest.fixture(scope="package")
def site(
    prepared: Settings, tmp_path_factory: pytest.TempPathFactory, request: pytest.FixtureRequest
) -> Iterator[Site]:
    """One for all of them; with --long it is two processes on PostgreSQL."""
    folder = tmp_path_factory.mktemp("site")
    copy_model(prepared.model_path, folder / "model")
    listed, foreign = free_port(), free_port()
    config = yaml.safe_load((ROOT / "config.yml").read_text(encoding="utf-8"))
    for channel in ("web", "socketio"):
        config["channels"][channel]["accounts"]["demo"]["origins"] = [f"http://127.0.0.1:{listed}"]
    (folder / "config.yml").write_text(yaml.safe_dump(config, allow_unicode=True), encoding="utf-8")
    given = str(folder / "config.yml")
    several, url = bool(request.config.getoption("--long")), ""
    if several:
        url = request.getfixturevalue("postgres").create(request.getfixturevalue("template"))
    module = (*PRODUCT, "--workers", "2") if several else PRODUCT
    secret = SITE_SECRET
    with served(module, folder, "site.db", url, LINLI_CONFIG=given, LINLI_WEB_DEMO_IDENTITY_SECRET=secret) as server:
        yield Site(f"http://127.0.0.1:{server.port}", listed, foreign)
    if several:
        request.getfixturevalue("postgres").drop(url)


# For one module at a time: the browser's loop occupies this thread, and no other test could run its own.
@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    try:
        from playwright.sync_api import expect, sync_playwright
    except ImportError:
        pytest.fail(
            "playwright is missing: .venv/bin/python -m pip install --require-hashes -r requirements.txt", False
        )
    path = next(filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))), None)
    if path is None:
        pytest.fail("Chromium is missing: apt-get install chromium fonts-noto-cjk", False)
    expect.set_options(timeout=PATIENCE_SECONDS * 1000)
    with sync_playwright() as started:
        opened = started.chromium.launch(executable_path=path, args=["--no-sandbox"])
        yield opened
        opened.close()


@pytest.fixture
def visit(browser: Browser, site: Site) -> Iterator[Any]:
    """Make visitors, each with a browser of their own; what breaks in the page fails the test."""
    contexts: list[BrowserContext] = []
    wrong: list[str] = []

    def make(size: tuple[int, int] = DESKTOP, **given: Any) -> Visitor:
        context = browser.new_context(viewport={"width": size[0], "height": size[1]}, **given)
        context.set_default_timeout(PATIENCE_SECONDS * 1000)
        contexts.append(context)
        page = context.new_page()
        page.on("pageerror", lambda error: wrong.append(str(error)))
        page.on("dialog", lambda dialog: wrong.append(f"dialog: {dialog.message}"))
        page.on("console", lambda m: wrong.append(m.text) if "Content Security Policy" in m.text else None)
        return Visitor(page, site)

    yield make
    for context in contexts:
        context.close()
    assert wrong == []


@pytest.fixture(scope="session")
def axe() -> str:
    path = NODE / "axe-core" / "axe.min.js"
    if not path.is_file():
        pytest.fail("axe-core is missing: npm ci --prefix tests/channels/web", False)
    return path.read_text(encoding="utf-8")


@pytest.fixture(scope="session")
def tsc() -> str:
    path = NODE / ".bin" / "tsc"
    if not path.exists():
        pytest.fail("the TypeScript checker is missing: npm ci --prefix tests/channels/web", False)
    return str(path)
