"""Everything that is tried where a talk stands, with the oracle that judges it."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import partial
from itertools import combinations
from typing import Any

from bot.contract.messages import Address, Kind
from bot.engine.decision import CONFIRM
from tests.faults.walker import Walker
from tests.flows.disturbed import oracles
from tests.flows.disturbed.house import House, Way, open_of, plain, said, told, ways

# What is tried, told in a line, and the verdict: what was wrong, or None.
Try = tuple[str, Callable[[], str | None]]
WORDLESS = (Kind.STICKER, Kind.VOICE, Kind.LOCATION, Kind.IMAGE)


def at_a_question(house: House, talk: Walker, way: Way, heard: dict[str, Any]) -> Iterator[Try]:
    top = open_of(talk.now)
    yield from _corrections(house, talk, way, heard)
    for words in heard["asks"]:
        yield f"asked: {words}", partial(oracles.asked, house, talk, words)
    yield from _besides(house, talk, way, heard)
    for words in heard["cancels"]:
        yield f"cancel: {words}", partial(oracles.called_off, house, talk, words, heard["kept"])
    for words in heard["noise"]:
        yield f"noise: {words}", partial(oracles.hummed, house, talk, words)
    for kind in WORDLESS:
        yield f"noise: {kind}", partial(oracles.hummed, house, talk, "", kind)
    yield from _turns(talk, way, heard)
    for words in heard["danger"]:
        yield f"danger: {words}", partial(oracles.cried, talk, words, heard["told_sos"], heard["resume"])
    if top.flow not in heard["short_lived"]:
        yield "after six hours", partial(oracles.away, house, talk, way, heard["hello"], heard["yes"])
    yield "after three days", partial(oracles.let_go, house, talk, heard["hello"], heard["kept"])
    yield "elsewhere", partial(oracles.elsewhere, house, talk, heard["hello"], heard["yes"])
    if top.awaiting == CONFIRM:
        for words in heard["yeses"]:
            yield f"yes: {words}", partial(oracles.agreed, house, talk, words)
        for words in heard["noes"]:
            yield f"no: {words}", partial(oracles.not_agreed, house, talk, words, heard["kept"])


def _corrections(house: House, talk: Walker, way: Way, heard: dict[str, Any]) -> Iterator[Try]:
    """Every earlier answer, taken back by name and by meaning."""
    top = open_of(talk.now)
    for slot, other in way.others.items():
        if slot not in top.slots:
            continue
        right, old = _given(house, way, slot, other), str(way.answers.get(slot, ""))
        if right is None or plain(right) == told(top)[slot]:
            continue
        forms = (*heard["corrections"], *(heard["puts_right"] if top.awaiting == CONFIRM else ()))
        for form in forms:
            if "{old}" in form and not old:
                continue
            words = form.format(right=other, old=old, label=heard["labels"].get(slot, slot))
            yield f"corrected: {words}", partial(oracles.corrected, house, talk, way, words, slot, right)


def _given(house: House, way: Way, slot: str, other: str) -> object:
    """The value that these words give where they answer the question itself; None where it is not asked for."""
    alone = house.walker(Address("rest", "alone", "demo"))
    with house.fork(alone):
        alone.say(said(way.language)["hello"])
        alone.say(way.open)
        for _ in range(8):
            top = alone.now.top
            if top is None or top.awaiting == CONFIRM:
                return None
            if top.awaiting == slot:
                after = alone.say(other).after.top
                return after.slots.get(slot) if after is not None else None
            alone.say(house.answer(alone, way))
    return None


def _besides(house: House, talk: Walker, way: Way, heard: dict[str, Any]) -> Iterator[Try]:
    """A second request, and a third on top of it."""
    known = {other.flow: other for other in ways() if other.language == way.language}
    others = [(known[flow], words) for flow, words in heard["besides"].items() if flow != way.flow]
    for one in others:
        yield f"besides: {one[1]}", partial(oracles.both_done, house, talk, way, [one])
    for pair in combinations(others, 2):
        words = " + ".join(words for _, words in pair)
        yield f"besides: {words}", partial(oracles.both_done, house, talk, way, list(pair))


def _turns(talk: Walker, way: Way, heard: dict[str, Any]) -> Iterator[Try]:
    for words in heard["repeats"]:
        yield f"repeat: {words}", partial(oracles.repeated, talk, words)
    for words in heard["stands_still"]:
        yield f"stands still: {words}", partial(oracles.stood_still, talk, words)
    for words in heard["backs"]:
        yield f"back: {words}", partial(oracles.gone_back, talk, way, words)
    for words in heard["humans"]:
        yield f"a person: {words}", partial(oracles.handed_over, talk, words)
    if open_of(talk.now).case_no is None:
        for words in heard["restarts"]:
            yield f"anew: {words}", partial(oracles.begun_anew, talk, way, words)


def after_filing(house: House, talk: Walker, way: Way, heard: dict[str, Any]) -> Iterator[Try]:
    recent = talk.now.recent
    if recent is None or recent.case_no is None:
        return
    if house.desk.book.flows[recent.flow].withdraw is not None and way.flow != "pay_fees":
        for words in heard["withdraws"]:
            yield f"withdraw: {words}", partial(oracles.withdrawn, talk, words, heard["yes"])
    for words in heard["progress"]:
        yield f"how far: {words}", partial(oracles.told_how_it_stands, house, talk, words)
