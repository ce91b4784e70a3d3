"""Small words that decide by themselves: cues that a flow waits for, and a yes or no to its own question."""

from __future__ import annotations

from bot.contract.conversation import Conversation, Frame
from bot.contract.flow import Book, Flow
from bot.contract.understanding import Understanding
from bot.engine.answers.a_yes import wants_more
from bot.engine.decision import CALLS_OFF, CERTAIN, INTERRUPT
from bot.engine.measure import is_brief

# Who cries for help in the middle of something seldom keeps to so few words and to a cue of the flow.
FEW_WORDS, FEW = 5, 10


# Acts of talk that are believed in the middle of something only where their own words stand: a classifier that knows
# no conversation takes "until the end of January" for a goodbye.
_WORDS_OF = {
    "greet": "hail",
    "goodbye": "bye",
    "start_over": "anew",
    "go_back": "backward",
    "change_language": "speaks_in",
}


# A wish that its words name as one of the catalogue's.
SERVED = "service_wish"
# What calls something off in so many words.
_OFF = frozenset({"off", "off_first", "takes_back", "drop", "no_call", "retract", "gone", "later", "mended", "keeps"})


def is_off(understanding: Understanding, beside: float = CERTAIN) -> bool:
    """In so many words, or by a guess, which must be surer where other things are told as well: not "anyone can walk
    in, it is not safe", however much that sounds like a cancelling.

    beside: how sure it must be there; less where nothing is lost, as it is asked before anything is taken back.
    """
    if _OFF & set(understanding.extra):
        return True
    alone = "beside" not in understanding.extra
    return understanding.confidence >= (CALLS_OFF if alone else beside)


def in_words(understanding: Understanding, act: str) -> bool:
    """Whether an act of talk, or a flow of one answer, is said and not only resembled."""
    needed = _WORDS_OF.get(act)
    return needed is None or needed in understanding.extra


def claimed(understanding: Understanding, book: Book, weak: bool) -> Flow | None:
    """The flow that a cue starts: "not fixed" whatever the intent; a number only where the intent leads nowhere.

    weak: the intent is none of a flow.
    """
    names = set(understanding.extra)
    if SERVED in names:
        names -= {"announced"}  # "the note on my door says we hand in the reading": no notice is asked for
    if weak:
        names |= {e.name for e in understanding.entities if e.value is not None}
    return book.for_cue(names)


def yes_or_no(
    conversation: Conversation, top: Frame, flow: Flow, understanding: Understanding, text: str
) -> str | None:
    """ "yes" or "no" to a question of the flow that offers both as its answers."""
    offered = {offer.payload for offer in conversation.offered}
    both = {"affirm": f"{top.awaiting}=yes", "deny": f"{top.awaiting}=no"}
    heard = set(understanding.extra)
    if not offered.issuperset(both.values()) or "ack" in heard:
        return None  # "I see" is no yes
    if top.awaiting and flow.has(top.awaiting) and flow.slot(top.awaiting).agrees in heard:
        return "yes"  # "shall I withdraw it?" - "yes, withdraw it": said by what is asked, and no end of the talk
    if "pass_on" in heard or ("go" in heard and understanding.intent != "deny"):
        return "yes"
    if understanding.intent not in both:
        return None
    named = top.awaiting and flow.has(top.awaiting) and flow.slot(top.awaiting).cue
    if named and understanding.intent == "affirm" and wants_more(text, understanding):
        return None  # what has words of its own is done by those, or by a bare yes: "yes please, and write to me"
    if understanding.intent == "deny" and "thing_off" in heard:
        return None  # "no paper copy": not wanted is something of it
    if understanding.intent == "deny" and "beside" in understanding.extra and understanding.confidence < INTERRUPT:
        return None  # "it says it is here, but no code"
    return both[understanding.intent].partition("=")[2]


def heeded(top: Frame | None, understanding: Understanding, book: Book) -> bool:
    """An answer that the open flow waits for: "it still leaks" is on topic there, no sign of danger (practice 5)."""
    return top is not None and bool(set(book.flows[top.flow].heeds) & set(understanding.extra))


def awaits(flow: Flow | None, understanding: Understanding, text: str) -> bool:
    """ "They've got a car", "hurry them up": nothing but what the flow waits for, so nobody is asked about danger."""
    if flow is None or not set(flow.heeds) & set(understanding.extra):
        return False
    return is_brief(text, FEW_WORDS, FEW)
