"""One message at an open question, with what it names of the flow."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from bot.contract.conversation import Conversation, Frame
from bot.contract.flow import Book, Flow, ReadBack
from bot.contract.messages import InboundMessage
from bot.contract.understanding import Danger, Entity, Understanding, Value
from bot.engine.decision import LEAN_YES, SURE

# Marks of words that tell something and agree to nothing.
_TELLS = frozenset({"whereabouts", "neighbour", "since", "extent", "condition"})


@dataclass(frozen=True, slots=True)
class Said:
    """One message at an open question, with what it names of the flow."""

    conversation: Conversation
    top: Frame
    flow: Flow
    message: InboundMessage
    understanding: Understanding
    values: Mapping[str, Value]
    problems: tuple[Entity, ...]
    book: Book

    @property
    def agreed(self) -> bool:
        """A yes stands in it, in whatever company."""
        heard = self.understanding
        if "falls_back" in heard.extra and "assent" not in heard.extra:
            return False  # "if four is taken then five is ok too"
        if {"assent", "so_it_is"} & set(heard.extra):
            return True
        if "go_first" in heard.extra and not {"asks_back", "rather", "instead"} & set(heard.extra):
            return True  # "file it then, the insurance is waiting"
        if "asks_back" in heard.extra and "lead" in heard.extra:
            return False  # "ok so who can": a yes word that only leads to a question
        if {"rather", "also", "stated", "nobody"} & set(heard.extra):
            return False  # "oh, and …" adds something; it agrees to nothing
        # "I put a bucket there" may sound like one: a statement without a yes in it must sound so clearly, and what
        # tells where or of whom ("601 I guess, right above me") tells, however much it sounds like one.
        if "beside" in heard.extra and (_TELLS & set(heard.extra) or any(c.isdigit() for c in self.message.text)):
            return False
        least = SURE if "beside" in heard.extra else LEAN_YES
        sure = heard.confidence >= least and heard.danger is Danger.NONE
        return heard.intent == "affirm" and sure and "vague" not in heard.extra

    @property
    def declines(self) -> bool:
        """A no ends what is read back, as nothing in it could be changed."""
        step = next((one for one in self.flow.steps if one.name == self.top.step), None)
        return isinstance(step, ReadBack) and step.declined is not None
