"""Every flow is walked on the telephone by digits alone; a step without keys fails the build, a long way too."""

from __future__ import annotations

import re

import pytest

import flows
from bot.contract.breath import LONGEST, seconds
from tests.channels.drivers.phone import Vendor
from tests.channels.phone.walker import CHOICES, FIXED, MOST, MOST_SPOKEN, Walk

BOOK = flows.discover()
# Nobody hears it as a number.
LONG_NUMBER = re.compile(r"[A-Z]-\d{8}-\d{4}|\d{10}")
OFFERED = [option.payload.partition("=")[2] for option in BOOK.menu()]


@pytest.mark.parametrize("language", ["zh_Hans", "en"])
@pytest.mark.parametrize("flow", OFFERED)
def test_by_digits_alone(at: Vendor, flow: str, language: str) -> None:
    walk = Walk(at, BOOK)
    walk.begin(language)
    walk.choose(flow)
    walk.to_the_end(flow)
    assert len(walk.presses) <= MOST, "\n".join(walk.story)
    _for_ears(walk)


@pytest.mark.parametrize("language", ["zh_Hans", "en"])
@pytest.mark.parametrize("flow", OFFERED)
def test_by_words_alone(at: Vendor, flow: str, language: str) -> None:
    walk = Walk(at, BOOK, spoken=True)
    walk.begin(language)
    walk.choose(flow)
    walk.to_the_end(flow)
    assert len(walk.presses) <= MOST_SPOKEN, "\n".join(walk.story)
    _for_ears(walk)


def _for_ears(walk: Walk) -> None:
    """No prompt is longer than one remembers, and none names more than four choices beside the keys of every call."""
    longest = max(walk.prompts, key=seconds)
    assert seconds(longest) <= LONGEST, f"{seconds(longest):.1f} s: {longest}"
    assert not [one for one in walk.prompts if LONG_NUMBER.search(one)]
    assert walk.ears == {"dtmf speech"}, "each step takes words and keys"
    assert not [one for one in walk.prompts if "http" in one or "://" in one]
    for keys in walk.offers:
        assert len(keys - FIXED) <= CHOICES, keys


def test_no_service_is_left_out_of_the_menu() -> None:
    """What is no small talk is offered by keys; danger has its own key, and three are begun in words."""
    # Who shall not come in has a name: whoever has only keys is connected to a person by 0.
    # A call is bound to no home, so there is nothing to unbind by keys; an alarm is answered by the code that was sent.
    spoken = {"trigger_sos", "act_for", "lost_found", "small_talk", "unbind", "answer_alarm", "keep_out"}
    # A paper, and what the desk arranges, is wished in words, or after its rule was read out; whoever has only keys is
    # connected by 0.
    spoken |= {"apply_affair", "arrange_errand", "request_service"}
    assert {flow.name for flow in BOOK.flows.values() if not flow.aside} - set(OFFERED) <= spoken


def test_a_step_without_keys_is_noticed(at: Vendor, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("tests.channels.phone.walker.TYPED", {})
    walk = Walk(at, BOOK)
    walk.begin("en")
    walk.choose("book_housekeeping")
    with pytest.raises(AssertionError, match="takes no keys"):
        walk.to_the_end("book_housekeeping")
