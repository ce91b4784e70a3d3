"""What was answered beside the question that is open: said, before that question comes again."""

from __future__ import annotations

from bot.contract.conversation import Frame
from bot.contract.flow import Slot, SlotKind
from bot.contract.text import Text, t
from bot.contract.understanding import Value
from bot.engine.decision import Decision
from bot.engine.run import Run


def noted(run: Run, before: Frame, decision: Decision) -> None:
    """Something else was answered than what was asked: said, before the question comes again."""
    top = run.conversation.top
    same = top is not None and top.flow == before.flow and top.awaiting == before.awaiting and run.ask is not None
    if not same or top is None or before.awaiting in decision.values:
        return
    flow = run.flow
    new = (name for name in top.slots if name not in before.slots and name not in decision.values)
    told = [flow.slot(name) for name in (*decision.values, *new) if flow.has(name) and name in top.slots]
    asked = flow.has(before.awaiting or "") and not flow.slot(before.awaiting or "").private
    shown = [slot for slot in told if not slot.private or slot.kind is SlotKind.PHOTO]
    unseen = flow.gist is not None and flow.slot(flow.gist).private and "__" not in flow.gist
    if (flow.story or unseen) and set(decision.values) == {flow.gist}:
        run.say.insert(0, t("I have noted that too."))  # a grievance is not read out again and again
        return
    heard = _heard([(slot, top.slots[slot.name]) for slot in shown], asked)
    # What the flow keeps for itself ("no car") was heard as well.
    kept = any(not flow.has(name) and top.slots[name] != before.slots.get(name) for name in top.slots)
    run.say[:0] = heard or ([t("Noted.")] if kept and asked and not told and not run.say else [])


def _heard(told: list[tuple[Slot, Value]], asked: bool) -> list[Text]:
    """What was noted, by name; of a choice only that it was. A flow that forgets a value keeps a dash in its place."""
    if any(slot.kind is SlotKind.PHOTO for slot, _ in told):
        return [t("Thank you, I have the photo.")]
    kept = [(slot, value) for slot, value in told if any(char.isalnum() for char in str(value))]
    rows = [(slot, value) for slot, value in kept if slot.kind is not SlotKind.CHOICE]
    if kept and not rows:
        return [t("Noted.")] if asked else []
    return [t("Noted. {label}: {value}.", label=slot.label, value=value) for slot, value in rows]
