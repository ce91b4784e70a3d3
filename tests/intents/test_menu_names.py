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
MENU = [(option.payload.partition("=")[2], option.title) for option in BOOK.menu()]
NOW = datetime(2026, 11, 20, 9, 30, tzinfo=UTC)


@pytest.mark.parametrize("language", ["zh_Hans", "en"])
@pytest.mark.parametrize(("flow", "title"), MENU, ids=[flow for flow, _ in MENU])
def test_the_name_of_a_service_begins_it(flow: str, title: Text, language: str, interpreter: Embedded) -> None:
    catalogue = load(LOCALES, ["zh_Hans", "en"])[language]
    for heard in (False, True):
        name = catalogue.find(title, heard=heard)
        said = InboundMessage("m-1", Address("phone", "u"), Kind.TEXT, NOW, text=name)
        found = interpreter.understand(said)
        begins = BOOK.for_cue(found.extra) or BOOK.for_intent(found.intent)
        assert begins is not None, name
        assert begins.name == flow, name
