"""A caller with nothing but keys: reads what is offered, keys what is asked for, and counts the presses of the way."""

from __future__ import annotations

from dataclasses import dataclass, field

from sqlalchemy import select

from backend.models.talk import event
from bot.contract.conversation import Conversation
from bot.contract.flow import Book, SlotKind
from bot.contract.messages import Address
from tests.channels.drivers.driver import Heard
from tests.channels.drivers.phone import CALLER, PIN, Vendor

# Turns of a call until it is done, with the greeting's and the PIN's; choices of one prompt.
MOST, MOST_SPOKEN, CHOICES = 14, 9, 4
MORE, PERSON, DANGER, LANGUAGE = "8", "0", "9", "5"
FIXED = frozenset({MORE, PERSON, DANGER, LANGUAGE})
TYPED = {
    SlotKind.PLACE: "3*2*501#",
    SlotKind.WHEN: "112410#",
    SlotKind.NUMBER: "2#",
    SlotKind.MONEY: "100#",
    SlotKind.PHONE: "13800000501#",
    SlotKind.CODE: "0001#",
}
SPOKEN = {
    "zh_Hans": {
        SlotKind.PLACE: "3栋2单元501",
        SlotKind.WHEN: "11月24号上午10点",
        SlotKind.NUMBER: "两个",
        SlotKind.MONEY: "一百块",
        SlotKind.PHONE: "13800000501",
        SlotKind.CODE: "0001",
        SlotKind.TEXT: "楼道里的灯不亮",
    },
    "en": {
        SlotKind.PLACE: "building 3 unit 2 room 501",
        SlotKind.WHEN: "the 24th of November at ten in the morning",
        SlotKind.NUMBER: "two",
        SlotKind.MONEY: "a hundred yuan",
        SlotKind.PHONE: "13800000501",
        SlotKind.CODE: "0001",
        SlotKind.TEXT: "the light in the stairwell is out",
    },
}
YES = ("是", "Yes")


@dataclass
class Walk:
    """Mutable on purpose: a call that goes on; presses: what was keyed since the greeting; prompts: what
    was said, sentence group by sentence group; offers: the keys that each prompt had; ears: what the line took."""

    at: Vendor
    book: Book
    spoken: bool = False
    language: str = "zh_Hans"
    presses: list[str] = field(default_factory=list)
    heard: list[Heard] = field(default_factory=list)
    story: list[str] = field(default_factory=list)
    prompts: list[str] = field(default_factory=list)
    offers: list[frozenset[str]] = field(default_factory=list)
    ears: set[str] = field(default_factory=set)

    def begin(self, language: str) -> None:
        self.language = language
        self._hear(self.at.begin(), "(rings)")
        if language == "en":
            self.press(LANGUAGE)
        self.press(f"*{PIN}#")

    def press(self, keys: str) -> None:
        """Of a caller who speaks: what the key is called, where it is called something; a PIN is never said aloud."""
        offer = next((one for one in self.now.offered if one.key == keys), None)
        said = offer.title if self.spoken and offer is not None else keys
        self.presses.append(said)
        self._hear(self.at.keys(said) if said[0] in "0123456789*" and not self.spoken else self._say(said), said)

    def _say(self, said: str) -> list[Heard]:
        return self.at.keys(said) if said.startswith("*") else self.at.speak(said)

    def _hear(self, heard: list[Heard], keyed: str) -> None:
        self.heard = heard
        self.prompts += [one.text for one in heard]
        self.offers += [frozenset(one.buttons.values()) for one in heard]
        gather = self.at.twiml.find("Gather") if self.at.twiml is not None else None
        self.ears |= {gather.attrib["input"]} if gather is not None else set()
        self.story += [f"> {keyed}", *(f"  {one.text}" for one in heard)]

    @property
    def offered(self) -> dict[str, str]:
        return {title: key for one in self.heard for title, key in one.buttons.items()}

    @property
    def now(self) -> Conversation:
        desk = self.at.one.app.state.desk
        found: Conversation | None = desk.db.read_now(lambda c: desk.memory.peek(c, Address("phone", CALLER)))
        assert found is not None
        return found

    def completed(self, flow: str) -> bool:
        query = select(event.c.data).where(event.c.conversation_id == self.now.id, event.c.name == "flow_completed")
        rows = self.at.one.app.state.desk.db.read_now(lambda c: c.execute(query).scalars().all())
        return any(data.get("flow") == flow for data in rows)

    def choose(self, flow: str) -> None:
        """From the menu, page after page; raises AssertionError when it is on none."""
        wanted = f"start={flow}"
        if self.spoken:
            title = next(one.title for one in self.book.menu() if one.payload == wanted)
            desk = self.at.one.app.state.desk
            self.press(desk.speaker.words(title, self.language, desk.clock.now()))
            return
        for _ in range(6):
            offer = next((one for one in self.now.offered if one.payload == wanted), None)
            if offer is not None:
                self.press(offer.key)
                return
            self.press(MORE)
        raise AssertionError(f"{flow} is on no page of the menu\n" + "\n".join(self.story))

    def to_the_end(self, flow: str) -> None:
        """Raises AssertionError with the whole call where a step takes no keys."""
        tried: dict[str, int] = {}
        while not self.completed(flow):
            assert len(self.presses) < MOST + 6, self._told(f"{flow} has not ended")
            question = self.heard[-1].text if self.heard else ""
            turn = tried[question] = tried.get(question, -1) + 1
            self.press(self._answer(flow, turn))

    def _answer(self, flow: str, turn: int) -> str:
        now = self.now
        yes = next((key for title, key in self.offered.items() if title in YES), None)
        if yes is not None and turn == 0:
            return yes
        ordinary = [o.key for o in now.offered if o.key not in (MORE, PERSON, DANGER) and o.payload != "cancel"]
        top = now.top
        known = self.book.flows[top.flow] if top is not None else None
        if top is not None and known is not None and top.awaiting and known.has(top.awaiting):
            keyed = (SPOKEN[self.language] if self.spoken else TYPED).get(known.slot(top.awaiting).kind)
            if keyed is not None and (not ordinary or turn % 2 == 1):
                return keyed
        assert ordinary, self._told(f"a step of {flow} takes no keys")
        return ordinary[min(turn, len(ordinary) - 1)]

    def _told(self, wrong: str) -> str:
        return wrong + "\n" + "\n".join(self.story)
