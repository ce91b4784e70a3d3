"""One resident of the random walk: talks to hops 3 to 7 inside one transaction that is thrown away at the end."""

from __future__ import annotations

import itertools
from dataclasses import dataclass, field

from sqlalchemy import Connection, column, func, select, table

from backend.services import alarms, handover
from backend.services.conversations import Binding
from backend.services.staff import Clerk
from bot.contract import trail
from bot.contract.conversation import Conversation
from bot.contract.errors import Refused
from bot.contract.messages import (
    Address,
    Attachment,
    Card,
    Choices,
    InboundMessage,
    Kind,
    Media,
    OutboundMessage,
    Point,
    Profile,
    Words,
)
from bot.contract.text import t
from bot.contract.understanding import Danger, Understanding
from bot.desk import Desk
from bot.hearing import cry_of
from bot.inbox import accept, excuse

# What is filed, booked, issued or paid is a row in one of these.
EFFECTS = ("booking", "visitor_pass")
# Filed without a read-back on purpose: a call-back and a check (nobody may be stranded), what is urgent (practice 6),
# a lost card (practice 36), and a bill that is doubted (practice 31).
AT_ONCE = ("callback", "check", "card", "dispute")
# Whoever asks for the same thing again is told the same: to hear it again, to be greeted, a fact, a look-up; so is
# whoever tells more of what was filed.
SAME_AGAIN = frozenset(
    {"repeat", "aside", "fact", "consult", "more", "alarm", "alarm_words", "alarm_cancel", "start", "resume", "later"}
    | {"told", "recall", "withdraw", "affirm", "deny", "missing", "restart", "cancel", "ask_danger", "safe", "empty"}
)
_COUNTER = itertools.count()


@dataclass(frozen=True, slots=True)
class Turn:
    """One message and its answer; act: what hop 5 made of it; before, after: the conversation around it."""

    said: str
    heard: str
    act: str
    before: Conversation
    after: Conversation
    filed: int


@dataclass(slots=True)
class Walker:
    """Mutable on purpose: a conversation that goes on; `turns` is what went over the line so far."""

    desk: Desk
    connection: Connection
    profile: Profile
    sender: Address
    turns: list[Turn] = field(default_factory=list)
    # Something happened to the conversation that was no turn of it.
    moved: bool = False

    @property
    def now(self) -> Conversation:
        if self.turns and not self.moved:
            return self.turns[-1].after
        return self.desk.memory.recall(self.connection, self.sender, self._binding, self.desk.clock.real())

    @property
    def heard(self) -> bool:
        return self.profile in (Profile.KEYS, Profile.VOICE)

    @property
    def _binding(self) -> Binding:
        return self.desk.binding(self.sender)

    def say(self, words: str, kind: Kind = Kind.TEXT, picture: bool = False, point: bool = False) -> Turn:
        """One message through hops 2 to 7; raises whatever breaks in them."""
        message = InboundMessage(
            id=f"w{next(_COUNTER)}",
            sender=self.sender,
            kind=kind,
            received_at=self.desk.clock.now(),
            text=words,
            place=Point(31.2, 121.4) if point else None,
            attachments=(Attachment("image", "photo-1"),) if picture else (),
            profile=self.profile,
        )
        before, rows = self.now, self._rows()
        heard = self._understood(message)
        standing = None
        if heard.danger is Danger.ALERT:
            cry = cry_of(self.desk, message, heard)
            standing = alarms.raise_alarm(self.connection, cry, self.desk.clock.now(), self.desk.clock.real())
        passed = trail.begin()
        try:
            with self.connection.begin_nested():
                replies = accept(self.desk, self.connection, message, heard, standing, 0.0)
        except Refused as refusal:
            # As the product does: what a rule of business refuses is said, and nothing of the attempt is kept.
            trail.undone("refused")
            text = refusal.say or t("That cannot be done.")
            replies = excuse(self.desk, self.connection, message, heard, standing, text)
        after = self.desk.memory.recall(self.connection, self.sender, self._binding, self.desk.clock.real())
        act = str(passed.facts.get("outcome", "?"))
        turn = Turn(words or kind, _shown(replies), act, before, after, self._rows() - rows)
        self.turns.append(turn)
        self.moved = False
        return turn

    def at_the_desk(self, clerk: Clerk, *, takes: bool) -> None:
        """Somebody takes the word, or gives it back."""
        community, real = self._binding.community, self.desk.clock.real()
        key, self.moved = self.now.id, True
        if takes:
            handover.take_over(self.connection, community, key, clerk, real)
            return
        held = handover.of_conversation(self.connection, key)
        if held is not None:
            handover.hand_back(self.connection, community, held.id, clerk, "done", real)

    def _understood(self, message: InboundMessage) -> Understanding:
        return self.desk.interpreter.understand(message)

    def _rows(self) -> int:
        """How many effects stand that need a yes."""
        counted = [select(func.count()).select_from(table(name)) for name in EFFECTS]
        # What was paid before the talk is written down with the first look at the bills; it belongs to no talk.
        paid = table("payment", column("conversation_id"))
        counted.append(select(func.count()).select_from(paid).where(paid.c.conversation_id.is_not(None)))
        case = table("case", column("kind"), column("priority"))
        asked = case.c.kind.not_in(AT_ONCE) & (case.c.priority != "urgent")
        counted.append(select(func.count()).select_from(case).where(asked))
        return sum(int(self.connection.execute(one).scalar_one()) for one in counted)

    def story(self) -> str:
        """The conversation as it went, to be read in a failing test."""
        return "\n".join(f"> {turn.said}   [{turn.act}]\n{turn.heard}" for turn in self.turns)


def _shown(replies: tuple[OutboundMessage, ...]) -> str:
    lines: list[str] = []
    for part in (part for reply in replies for part in reply.parts):
        match part:
            case Choices():
                lines += [part.text, " | ".join(item.title for item in part.items)]
            case Words():
                lines.append(part.text)
            case Card():
                lines.append(part.text or part.title)
            case Media():
                lines.append(part.alt)
            case _:
                lines.append(type(part).__name__)
    return "\n".join(lines)
