"""The demo's telephone: strict, in both languages, and never there with a token that is a secret."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

import pytest

from bot.contract.channel import Account
from channels.twilio import is_demo, lines
from tests.channels.drivers.phone import TOKEN, Vendor


@pytest.mark.parametrize(("language", "words"), [("zh_Hans", "热线试打"), ("en", "Try the hotline")])
def test_the_page_stands_in_each_language(at: Vendor, language: str, words: str) -> None:
    page = at.one.request("GET", f"/hotline?lang={language}")
    assert page.status_code == 200
    assert words in page.text
    assert "'unsafe-" not in page.headers["content-security-policy"]
    assert "script-src 'self'" in page.headers["content-security-policy"]
    assert f'data-token="{TOKEN}"' in page.text
    assert "<script>" not in page.text
    assert " style=" not in page.text


@pytest.mark.parametrize("name", ["hotline.js", "hotline.css"])
def test_its_parts_are_served_and_nothing_else(at: Vendor, name: str) -> None:
    assert at.one.request("GET", f"/hotline/{name}").status_code == 200
    for other in ("words.yml", "hotline.html", "..%2Fvoices.yml"):
        assert at.one.request("GET", f"/hotline/{other}").status_code == 404


def test_a_number_with_its_own_token_has_no_page() -> None:
    """Only the demo's token is public: a real one is never written into a page."""
    own, shared = (_ports(secrets) for secrets in ({"sid": f"AC{'1' * 32}", "token": "x", "number": "+8610000001"}, {}))
    assert [is_demo(line) for line in lines(own, "phone").values()] == [False]
    assert [is_demo(line) for line in lines(shared, "phone").values()] == [True]


def _ports(secrets: dict[str, str]) -> Any:
    """As much of the ports as is read."""
    account = Account("sunshine", {"en": "Sunshine Garden"}, {}, secrets=secrets)
    return SimpleNamespace(demo=True, api_base="", accounts={"demo": account})
