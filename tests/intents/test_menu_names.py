"""What a menu calls a service is understood as that service: who hears a name says that name."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

import flows
from bot.app import LOCALES
from bot.contract.messages import Address, InboundMessage, Kind
from bot.contract.text import Text
from bot.locales import load
from intents.understand import Embedded

BOOK = flows.discover()
# What has no intent of its own is begun by its own words (`CUES`), on the phone as elsewhere.
MENU = [(flow, option.title) for option in BOOK.menu() if BOOK.flows[flow := option.payload.partition("=")[2]].intents]
NOW = datetime(2026, 11, 20, 9, 30, tzinfo=UTC)


@pytest.mark.parametrize("language", ["zh_Hans", "en"])
@pytest.mark.parametrize(("flow", "title"), MENU, ids=[flow for flow, _ in MENU])
def test_the_name_of_a_service_begins_it(flow: str, title: Text, language: str, interpreter: Embedded) -> None:
    catalogue = load(LOCALES, ["zh_Hans", "en"])[language]
    for heard in (False, True):
        name = catalogue.find(title, heard=heard)
        said = InboundMessage("m-1", Address("phone", "u"), Kind.TEXT, NOW, text=name)
        assert interpreter.understand(said).intent == flow, name
