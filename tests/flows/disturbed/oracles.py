"""What a careful human would have done with each disturbance: one function each, which says what was wrong."""

from __future__ import annotations

from datetime import timedelta

from bot.contract.messages import Address, Kind
from bot.engine.decision import CONFIRM, WITHDRAW
from tests.faults.walker import Walker
from tests.flows.disturbed.house import House, Way, open_of, plain, stays, told

PERSON = "aside=ask_human"
# Nothing of a question may be made an answer, a beginning or an end.
TAKEN = frozenset({"unknown", "unused", "answer", "change", "no", "yes", "correct"})
TIMES = 4


def corrected(house: House, talk: Walker, way: Way, words: str, slot: str, right: object) -> str | None:
    """The value is the right one, everything else is as it was, and it holds until the read-back."""
    before, filed = open_of(talk.now), house.filed()
    after = talk.say(words).after.top
    if after is None or after.flow != before.flow or house.filed() != filed:
        return "the flow is lost"
    if told(after).get(slot) != plain(right):
        return f"not taken: {told(after).get(slot)}"
    # What the words are about tells of itself: a dish of another meal, a matter in which the place was named.
    loose = {slot, "details", "dish", "matter", before.awaiting}
    if {k: v for k, v in told(after).items() if k not in loose} != {
        k: v for k, v in told(before).items() if k not in loose
    }:
        return "another answer has changed"
    house.to_the_end(talk, way, lambda now: now.top is not None and now.top.awaiting == CONFIRM)
    shown = talk.now.top
    if shown is not None and shown.awaiting == CONFIRM and told(shown).get(slot) != plain(right):
        return "lost before the read-back"
    return None


def asked(house: House, talk: Walker, words: str) -> str | None:
    """An answer or an honest "I do not know", and the same question again."""
    filed, turn = house.filed(), talk.say(words)
    wrong = stays(turn)
    if wrong is not None or house.filed() != filed:
        return wrong or "something was filed"
    if turn.act in TAKEN:
        return f"taken as {turn.act}"
    return None if turn.after.asked is not None else "nothing is asked any more"


def both_done(house: House, talk: Walker, way: Way, others: list[tuple[Way, str]]) -> str | None:
    """What was open and what came up beside it are all done at the end, each once."""
    filed, known = house.filed(), {other.flow: other for other, _ in others} | {way.flow: way}
    own = 0 if open_of(talk.now).case_no else 1
    for _, words in others:
        talk.say(words)
    for _ in range(24):
        top = talk.now.top
        if top is None or top.lingers:
            break
        talk.say(house.answer(talk, known.get(top.flow, way)))
    else:
        return "no end"
    done = house.filed() - filed
    # A vote is only told about: nothing of it is filed.
    wanted = len(others) + (own if way.flow != "vote" else 0)
    return None if done == wanted else f"{done} of {wanted} done"


def called_off(house: House, talk: Walker, words: str, kept: list[str]) -> str | None:
    """It is over, nothing was filed, and it is said what is kept."""
    filed, before = house.filed(), open_of(talk.now)
    turn = talk.say(words)
    after = turn.after.top
    if house.filed() != filed:
        return "something was filed"
    if after is not None and after.flow == before.flow and after.awaiting != WITHDRAW:
        return "it goes on"
    return None if any(word in turn.heard for word in kept) else "it is not said what is kept"


def hummed(house: House, talk: Walker, words: str, kind: Kind = Kind.TEXT) -> str | None:
    """A kind sentence and the same step, never the same twice in a row, and a person the third time."""
    filed, before, heard = house.filed(), open_of(talk.now), ""
    for n in range(TIMES):
        turn = talk.say(words, kind, picture=kind is Kind.IMAGE, point=kind is Kind.LOCATION)
        after = turn.after.top
        if house.filed() != filed or after is None or after.flow != before.flow:
            return "filed, or lost"
        if after.awaiting != before.awaiting:
            # A place is an answer to the question where, a picture may be the matter itself.
            return None if n == 0 and kind in (Kind.LOCATION, Kind.IMAGE) else f"taken as an answer: {told(after)}"
        if turn.heard == heard:
            return "the same twice in a row"
        lost = [one.act in ("unknown", "unused") for one in talk.turns[-3:]]
        person = any(offer.payload == PERSON for offer in turn.after.offered)
        if n >= 2 and lost == [True] * 3 and not person:
            return "no person the third time"
        heard = turn.heard
    return None


def repeated(talk: Walker, words: str) -> str | None:
    last = talk.turns[-1].heard
    return None if talk.say(words).heard.strip() == last.strip() else "other words"


def stood_still(talk: Walker, words: str) -> str | None:
    """What can be done, more slowly, thanks, one moment: the question stands as it did."""
    turn = talk.say(words)
    return stays(turn) or ("not understood" if turn.act == "unknown" else None)


def begun_anew(talk: Walker, way: Way, words: str) -> str | None:
    after = talk.say(words).after.top
    if after is None or after.flow != way.flow:
        return "the flow is lost"
    kept = set(way.answers) & set(told(after)) - {"location", "when"}
    return f"kept {kept}" if kept else None


def gone_back(talk: Walker, way: Way, words: str) -> str | None:
    turn = talk.say(words)
    same = turn.after.top is not None and turn.after.top.flow == way.flow
    return None if turn.act == "back" and same else f"taken as {turn.act}"


def handed_over(talk: Walker, words: str) -> str | None:
    turn = talk.say(words)
    return stays(turn) if turn.after.with_staff else "nobody was asked"


def cried(talk: Walker, words: str, more: list[str], resume: str) -> str | None:
    """An alarm at once; afterwards, when asked for, back to where it was."""
    before = open_of(talk.now)
    if talk.say(words).after.sos is None:
        return "no alarm"
    for one in (*more, resume):
        talk.say(one)
    after = talk.now.top
    back = after is not None and (after.flow, after.awaiting) == (before.flow, before.awaiting)
    return None if back and told(after) == told(before) else "not back"


def away(house: House, talk: Walker, way: Way, hello: str, yes: str) -> str | None:
    """After six hours it is recalled in a line and goes on, and nothing is filed on an old question."""
    before, filed, answer = open_of(talk.now), house.filed(), house.answer(talk, way)
    house.clock.by += timedelta(hours=6)
    with house.fork(talk):
        turn = talk.say(answer)
        if before.awaiting == CONFIRM and house.filed() != filed:
            return "filed on an old question"
        if turn.act in ("unknown", "ask_on"):
            return f"the answer is {turn.act}"
    turn = talk.say(hello)
    if not any(offer.payload == "resume" for offer in turn.after.offered):
        return "not recalled"
    after = talk.say(yes).after.top
    if after is None or after.awaiting != before.awaiting:
        return "a yes does not go on"
    return None if house.to_the_end(talk, way) else "no end"


def let_go(house: House, talk: Walker, hello: str, kept: list[str]) -> str | None:
    """After three days it is let go, and that is said."""
    before = open_of(talk.now)
    house.clock.by += timedelta(days=3)
    turn = talk.say(hello)
    if turn.after.top is not None:
        return "still open"
    return None if before.case_no or any(word in turn.heard for word in kept) else "not said"


def elsewhere(house: House, talk: Walker, hello: str, yes: str) -> str | None:
    """The same person on another channel is asked, and goes on there."""
    before = open_of(talk.now)
    other = house.walker(Address("web", talk.sender.user))
    turn = other.say(hello)
    if not any(offer.payload == "elsewhere" for offer in turn.after.offered):
        return None if before.case_no else "not offered"
    after = other.say(yes).after.top
    return None if after is not None and after.awaiting == before.awaiting else "not taken along"


def agreed(house: House, talk: Walker, words: str) -> str | None:
    filed = house.filed()
    talk.say(words)
    return None if house.filed() > filed else "not filed"


def not_agreed(house: House, talk: Walker, words: str, kept: list[str]) -> str | None:
    """Nothing is filed; what is to be different is asked, or it is over and that is said."""
    filed, turn = house.filed(), talk.say(words)
    if house.filed() != filed:
        return "filed"
    return None if turn.after.top is not None or any(word in turn.heard for word in kept) else "ended"


def withdrawn(talk: Walker, words: str, yes: str) -> str | None:
    """Asked once more, and done with a yes."""
    after = talk.say(words).after.top
    if after is None or after.awaiting != WITHDRAW:
        return "not asked"
    done = talk.say(yes).after
    return None if done.top is None and done.recent is None else "not done"


def told_how_it_stands(house: House, talk: Walker, words: str) -> str | None:
    filed, turn = house.filed(), talk.say(words)
    return "filed, or not understood" if house.filed() != filed or turn.act in ("unknown", "recall") else None
