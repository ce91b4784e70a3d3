"""When a read-back waits for its yes: a yes and what comes along with it, a no, other values, or another wish."""

from __future__ import annotations

from collections.abc import Mapping

from bot.contract.flow import Flow
from bot.contract.understanding import Place, Understanding, Value
from bot.engine import cues
from bot.engine.answers.but_days import is_of, keeps_words
from bot.engine.decision import (
    ACTS,
    CERTAIN,
    CONFIRM,
    INTERRUPT,
    LEAN,
    LEAN_YES,
    OUT_OF_SCOPE,
    SURE,
    WITHDRAW,
    Decision,
    act_of,
)
from bot.engine.filed.withdrawn import moved_to, withdrawing
from bot.engine.measure import letters, tells_besides, without
from bot.engine.person.promised import HUMAN, rings_them
from bot.engine.readback.changed import changed_by, said_anew
from bot.engine.readback.consent import consents, leaves_it
from bot.engine.readback.remarks import (
    NOTED,
    another_fault,
    more_of_it,
    named_anew,
    remark,
    statement,
    told_besides,
    told_with_a_no,
    with_gist,
    with_rest,
)
from bot.engine.readback.with_a_yes import confirming, own_home, yes_and
from bot.engine.said import Said
from bot.engine.several.wishes import announced, named_elsewhere, other_flow, put_off, tells_of_it

# A yes has no more letters; what stands beside it says more.
LEFT_OVER, A_YES = 2, 5
# What may be told of whatever is open: "I bring it at seven" announces nobody.
_OF_ANYTHING = frozenset({"when", "location", "contact", "people"})
_NO = ("no", "na", "don", "\u4e0d", "\u6ca1", "\u522b", "\u5426", "\u7b97")


def at_question(said: Said) -> Decision:
    """A yes-or-no question is open: yes, no, a changed value, another wish, or something not understood."""
    top, flow, heard = said.top, said.flow, said.understanding
    if another_fault(said):
        return Decision("beside", flow.name)
    if rings_them(said):
        return Decision("aside", HUMAN)
    changed = changed_by(said) or said_anew(said) or _wished(said)
    plain = (_told_of_it(said) if not changed else None) or _in_a_word(said, changed)
    if plain is not None:
        return plain
    beside = announced(said) if not changed else None
    if beside is not None:
        return beside
    asks = {"question", "topic"} <= set(heard.extra) and said.flow.answer is not None
    if said.agreed and not asks and not said.problems and set(changed) <= confirming(said):
        return yes_and(said, changed)
    stated = _stated(said, changed)
    if stated is not None:
        return stated
    noted = more_of_it(said) if NOTED & set(heard.extra) and "question" not in heard.extra and not changed else None
    if noted is not None:
        return noted
    clear = "asks_back" in heard.extra and heard.confidence >= CERTAIN  # "is the power off today?"
    where = tells_where(said)
    elsewhere = None if (mere_values(said) and not clear) or where else named_elsewhere(flow, heard, said.book)
    if elsewhere is not None and changed and not said.problems:
        return elsewhere
    moved = "when" in changed and moved_to(heard, top.slots.get("when"))
    stops = heard.intent == "cancel" and cues.is_off(heard)
    stops = stops and not (mere_values(said) or moved)
    if said.problems or (changed and not stops and top.awaiting != WITHDRAW):
        return Decision("change", flow.name, with_rest(said, changed), said.problems)
    return _otherwise(said)


# What wishes for something, whatever place it names.
_WISHES = frozenset({"question", "asks_back", "requests", "wants_it", "also", "off", "want", "parking", "could_come"})


def tells_where(said: Said) -> bool:
    """ "By the pillar next to bay 37", of a leak in the garage: where it is, and nothing about parking."""
    heard = said.understanding
    placed = "location" in said.values and "whereabouts" in heard.extra and said.flow.gist is not None
    alone = placed and not tells_besides(said.message.text, heard)
    return alone and said.top.awaiting == CONFIRM and not _WISHES & set(heard.extra)


def _told_of_it(said: Said) -> Decision | None:
    """ "It is for the school", "just me": of what is filled in, and no yes to it."""
    asks = {"question", "asks_back", "assent", "so_it_is"} & set(said.understanding.extra)
    if asks or said.problems or said.top.awaiting != CONFIRM or not tells_of_it(said.flow, said.understanding):
        return None
    return with_gist(said)


def _stated(said: Said, changed: Mapping[str, Value]) -> Decision | None:
    """Whether it could be at another time; or what stands, said once more: "two hours", "yes, 3-2-501"."""
    if said.values and not changed and _agrees_to_it(said):
        return Decision("yes", said.flow.name)
    stands = "mere" in said.understanding.extra and not changed and not said.problems
    if stands and said.values and said.top.awaiting == CONFIRM:
        return Decision("change", said.flow.name, {n: said.top.slots.get(n, said.values[n]) for n in said.values})
    if "falls_back" in said.understanding.extra and not changed and "when" in said.top.slots:
        return Decision("change", said.flow.name, {"when": said.top.slots["when"]})  # it is not gone: so it stays
    if "same_time" in said.understanding.extra and not changed and (when := _same_time(said)) is not None:
        agreed = when == said.top.slots.get("when") and {"agrees", "assent"} & set(said.understanding.extra)
        return Decision("yes") if agreed else Decision("change", said.flow.name, {"when": when})
    return Decision("change", said.flow.name, changed) if _could_come(said, changed) else None


def _same_time(said: Said) -> Value | None:
    """ "On Sunday" - "the time stays"; "together with the lock", of what was filed a moment ago."""
    if "when" in said.top.slots or not said.flow.has("when"):
        return said.top.slots.get("when")
    filed = (one for one in (said.conversation.recent, *said.conversation.earlier) if one is not None)
    return next((one.slots["when"] for one in filed if one.flow == said.flow.name and "when" in one.slots), None)


def _agrees_to_it(said: Said) -> bool:
    """A yes with what was read back, and not a word more."""
    extra = said.understanding.extra
    open_ = said.problems or said.top.awaiting != CONFIRM or {"question", "asks_back"} & set(extra)
    return "agrees" in extra and not open_ and letters(_rest(said)) <= A_YES


def _in_a_word(said: Said, changed: Mapping[str, Value]) -> Decision | None:
    """With the other thing, a yes in the words of the thing itself, later, or "wait"."""
    top, heard = said.top, said.understanding
    if "resume" in heard.extra and any(f is not top and not f.parked for f in said.conversation.frames):
        return Decision("later")  # nothing that was read back is agreed to
    if "resume" in heard.extra and said.conversation.asked is None:
        return Decision("resume")  # it rested; what it was about is read back before it can be agreed to
    settled = _settled(said, changed) if top.awaiting == CONFIRM else None
    if settled is not None:
        return settled
    taken = withdrawing(heard) if top.awaiting == WITHDRAW else None
    if taken is not None:
        return taken
    if "resume" in heard.extra and heard.intent != "affirm":
        return Decision("again")  # "I am back, where were we": nothing is gone back to
    looks = "check_it" in heard.extra and heard.extra.get("want") != "usage"  # "look up how much I used" doubts nothing
    if top.awaiting == CONFIRM and looks and "_explained" in top.slots:
        return Decision("change", said.flow.name, {"_want": "look"})  # "yes, look into that", of what was explained
    if "for_them" in heard.extra and not changed and said.flow.cued.get("patient") in top.slots:
        return Decision("again")  # "for him, not for me": so it stands
    put = put_off(top, said.flow, heard)
    if put is not None:
        return put if top.awaiting == CONFIRM or put.act != "cancel" else Decision("no")
    # "Wait": nothing to add, something in what was read back is wrong.
    if "wait" not in heard.extra:
        return None
    # Who is off the line for a moment has found no mistake.
    return Decision("later" if said.declines or "moment" in heard.extra else "no")


def _settled(said: Said, changed: Mapping[str, Value]) -> Decision | None:
    """Days that do not suit, a yes in whichever words, or a place that says nothing of where."""
    flow, heard = said.flow, said.understanding
    if is_of(flow, heard) and not changed:
        return with_gist(said) if keeps_words(flow) else Decision("change", flow.name)
    if consents(said, changed):
        return Decision("yes")
    if leaves_it(said):
        return Decision("unknown")  # money goes out by a plain yes only
    if said.values or not flow.has("location"):
        return None
    if "anywhere" in heard.extra:
        return Decision("change", flow.name, slot="location")
    stands = said.top.slots.get("location")
    if "at_home" not in heard.extra or not isinstance(stands, Place):
        return None
    return Decision("change", flow.name, {"location": _at_home(said, stands)})


def _at_home(said: Said, stands: Place) -> Value:
    """ "At my place": so it stands already, or it is no other place than that."""
    return stands if own_home(stands, said.conversation.resident) else "home"


def _otherwise(said: Said) -> Decision:
    """Neither a yes nor another value."""
    flow, heard = said.flow, said.understanding
    intent = heard.intent
    if said.top.awaiting == CONFIRM and cues.heeded(said.top, heard, said.book):
        return Decision("change", flow.name)
    more = _read_again(said) or told_besides(said)
    if more is not None:
        return more
    asked = "asks_back" in heard.extra and intent in ("skip", "go_back")
    # Nothing is called off at half a guess.
    asked = asked or (intent == "cancel" and not cues.is_off(heard))
    # "I misread it, it is 1523" is no wish to hear it again.
    asked = asked or (intent == "repeat" and any(char.isdigit() for char in said.message.text))
    # "I'll bring them down tonight" resembles a skipping, and tells something.
    asked = asked or (intent in ("skip", "go_back") and "beside" in heard.extra and heard.confidence < INTERRUPT)
    if intent in ACTS and intent not in ("affirm", "deny", "correct") and not asked and cues.in_words(heard, intent):
        return Decision(act_of(intent))
    if intent == "deny" and "asks_back" in heard.extra and not said.message.text.lower().lstrip().startswith(_NO):
        return Decision("unknown")  # "is there a projector or not?"
    if intent == "deny":
        return with_gist(said) if told_with_a_no(said) else Decision("no")
    more = _what_is_wrong(flow, heard) or more_of_it(said)
    if more is not None:
        return more
    if intent == "correct":
        return Decision("no")
    other = other_flow(flow, heard, said.book)
    own = other is not None and bool(set(other.values) - {slot.name for slot in flow.slots} - _OF_ANYTHING)
    if other is not None and (heard.confidence >= SURE or own or other.act == "aside"):
        return other
    return _said_again(said) or _leaning(said)


def _read_again(said: Said) -> Decision | None:
    """ "Building 3", of 3-2-501: nothing but what stands there, and neither yes nor no."""
    mute = said.understanding.intent in (OUT_OF_SCOPE, "correct")
    placed = any(isinstance(value, Place) for value in said.values.values())
    again = mute and placed and said.top.awaiting == CONFIRM and not said.problems and mere_values(said)
    stand = {name: said.top.slots[name] for name in said.values if name in said.top.slots}
    return Decision("change", said.flow.name, stand) if again else None


def _said_again(said: Said) -> Decision | None:
    """What stands there already, said once more: a yes after a yes, else it is read back once more."""
    again = said.values and "asks_back" not in said.understanding.extra
    if again and "agrees" in said.understanding.extra and not said.problems and said.top.awaiting == CONFIRM:
        return Decision("yes")  # "right, 500 first"
    if statement(said) or (again and named_anew(said)):
        return with_gist(said)
    if not again:
        return None
    # "Ok, today is fine" agrees to it.
    return Decision("yes" if said.understanding.intent == "affirm" else "change", said.flow.name)


def _leaning(said: Said) -> Decision:
    """What is likeliest of the answers that make sense here, or words for those who will read the matter."""
    heard = said.understanding
    asks = {"question", "asks_back"} & set(heard.extra)
    leaning = _lean(heard, ("affirm", "deny", "correct")) if not asks else None
    # A sentence with no yes in it files nothing: "that is the one with the R, I do not know its number".
    tells = leaning == "affirm" and "beside" in heard.extra and not {"assent", "fine", "go"} & set(heard.extra)
    told = remark(said) if leaning is None or tells else None
    if told is None and leaning is None and said.flow.story and {"quantity", "count"} & set(heard.extra):
        told = with_gist(said)  # "two of them", of what is told
    return told or Decision({"affirm": "yes", None: "unknown"}.get(leaning, "no"))


def _wished(said: Said) -> dict[str, Value]:
    """ "Tonight?", "can he come at five?": a time that is asked for is a wish, and is read back as one."""
    heard, slots_ = said.understanding, {slot.name: slot for slot in said.flow.slots}
    when = said.values.get("when")
    fits = "when" in slots_ and said.top.awaiting == CONFIRM
    asked = when is not None and "could_come" in heard.extra and said.top.slots.get("when") != when
    return {"when": when} if fits and asked and when is not None else {}


def _could_come(said: Said, changed: Mapping[str, Value]) -> bool:
    return set(changed) == {"when"} and "could_come" in said.understanding.extra and not said.problems


def mere_values(said: Said) -> bool:
    """ "2 pm": what is left without the flow's own values is nothing, whatever a classifier makes of it."""
    if not said.values or "mere" in said.understanding.extra:
        return bool(said.values)
    return letters(_rest(said)) < LEFT_OVER


def _rest(said: Said) -> str:
    own = (entity for entity in said.understanding.entities if entity.name in said.flow.wanted)
    return without(said.message.text, own)


def _lean(understanding: Understanding, wanted: tuple[str, ...]) -> str | None:
    """The likeliest of the answers that make sense here, when nothing else was said clearly."""
    for name, score in understanding.alternatives:
        # A yes files something: it must be likelier than a no to be leant to.
        if name in wanted and score >= (LEAN_YES if name == "affirm" else LEAN):
            return name if name != "affirm" or "vague" not in understanding.extra else None
    return None


def _what_is_wrong(flow: Flow, understanding: Understanding) -> Decision | None:
    """ "The place is wrong": named, but no other given."""
    about = understanding.extra.get("about")
    named = understanding.intent == "correct" and about is not None and flow.has(about)
    return Decision("change", flow.name, slot=about) if named and about and not flow.slot(about).private else None
