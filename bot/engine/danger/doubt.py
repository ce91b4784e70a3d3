"""Danger in a talk: asked about where it is not sure, let go when nobody is in it."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

from bot.contract.conversation import Conversation, Frame
from bot.contract.flow import Book, SlotKind
from bot.contract.text import Ask, Option, Sayable, Text, t
from bot.contract.understanding import Danger, Understanding
from bot.engine import cues, slots
from bot.engine.decision import INTERRUPT, OUT_OF_SCOPE, SOS, SURE, Decision
from bot.engine.run import Run
from bot.engine.several.waiting import begun
from bot.engine.steps import proceed

# So many of the likeliest meanings may hold what is asked for besides.
NEAR = 3
# What is counted, dated or spelled tells nothing but itself.
_COUNTED = frozenset({SlotKind.NUMBER, SlotKind.WHEN, SlotKind.CHOICE, SlotKind.CODE, SlotKind.MONEY, SlotKind.PHONE})
# Of some thirty answers tried with a danger beside the yes, each that was asked about scored 0.25 or more.
LITTLE = 0.2
# What no clear wish outweighs: a beating told as a complaint is asked about.
_GRAVE = frozenset({"violence", "suicide"})
BESIDE = t("If anyone is in danger, tell me so or call {ambulance}.", spoken="If anyone is in danger, press 9.")


def doubt(run: Run, decision: Decision) -> None:
    """It may be danger too: asked beside the request, which goes on meanwhile (practice 5, 8)."""
    doubtful = maybe_danger(run.turn.understanding, run.conversation, decision.act) and not _harmless(run, decision)
    back = decision.act in ("resume", "more") and "hinted" not in run.turn.understanding.extra
    if doubtful and not back and decision.act not in ("ask_danger", "alarm", "alarm_cancel", "safe"):
        number = run.conversation.community.emergency["ambulance"]
        run.tell([replace(BESIDE, params={"ambulance": number})])


def _harmless(run: Run, decision: Decision) -> bool:
    return _warned(run) or _on_topic(run, decision) or _mere_answer(run, decision) or _mere_yes(run, decision)


def maybe_danger(heard: Understanding, conversation: Conversation, act: str = "") -> bool:
    """Whether nobody can be sure that this is harmless: no other wish was heard clearly, no alarm is open.

    "Yes, my baby will not stop coughing": the yes was taken, and what stands beside it is no wish that was heard.
    """
    passed_over = act == "yes" and heard.intent not in ("affirm", "deny")
    wish = heard.intent not in (SOS, OUT_OF_SCOPE) and heard.confidence >= INTERRUPT
    # Who is to be kept out may stand at the door already, and whoever has no insulin left may be in danger now.
    wish = wish and not {"keep_out", "frail_need"} & set(heard.extra)
    # "The key will not turn" has a word of violence in it, and sounds like none.
    grave = heard.extra.get("hinted") in _GRAVE and heard.danger_score >= LITTLE
    clear = (wish and not passed_over and not grave) or "off" in heard.extra
    return (
        heard.danger is Danger.ASK
        and conversation.sos is None
        and not clear
        and not {"missing", "impatient"} & set(heard.extra)
    )


def sounds_calm(spoken_of: Frame | None, heard: Understanding, book: Book) -> bool:
    """What has a sound of danger and is none: an answer that is waited for, that nobody is hurt, a number said anew."""
    extra = set(heard.extra)
    if cues.heeded(spoken_of, heard, book) or {"nobody", "rather"} & extra:
        return True
    if spoken_of is not None and "made_safe" in extra:
        return True  # "closed it and opened the windows": after a report good news, out of nothing it tells of gas
    # "My keys are gone, by the pool": a thing; "she cannot get down": the lift was said to be empty.
    return "hinted" not in extra and ("lost_thing" in extra or is_empty(spoken_of))


def cries(heard: Understanding) -> bool:
    """ "Come quick": surely a cry by its words, were it not for what is spoken of."""
    return heard.danger is Danger.ASK and heard.intent == SOS and heard.confidence >= SURE


def _on_topic(run: Run, decision: Decision) -> bool:
    """Said of what is just spoken of, in a few words that its flow waits for."""
    before, flow = run.turn.conversation, run.book.flows.get(decision.flow or "")
    spoken_of = before.top is not None or before.recent is not None
    return spoken_of and cues.awaits(flow, run.turn.understanding, run.turn.message.text)


def _mere_answer(run: Run, decision: Decision) -> bool:
    """A number, a count or a plate that was asked for: only a word of danger would make anything else of it."""
    before = run.turn.conversation.top
    if before is None or decision.act not in ("answer", "change") or "hinted" in run.turn.understanding.extra:
        return False
    flow = run.book.flows[before.flow]
    if decision.act == "change":
        # "Ah, one will do", at the read-back.
        told = [flow.slot(name) for name in decision.values if flow.has(name)]
        mere = "mere" in run.turn.understanding.extra
        return bool(told) and all(slot.kind in _COUNTED or (mere and slot.fits is not None) for slot in told)
    awaited = flow.slot(before.awaiting) if before.awaiting and flow.has(before.awaiting) else None
    if awaited is None or awaited.name not in decision.values:
        return False
    return awaited.kind in _COUNTED or awaited.fits is not None


def _mere_yes(run: Run, decision: Decision) -> bool:
    """A yes with a word more, or "please do send someone" after it was called off: the plea is for what was begun."""
    heard = run.turn.understanding
    hint = heard.extra.get("hinted")
    said = (decision.act == "yes" and "assent" in heard.extra and hint is None) or (
        decision.act == "revive" and hint == "plea"
    )
    return said and heard.danger_score < LITTLE


def _warned(run: Run) -> bool:
    """An urgent repair has its own safety words, with the numbers to call."""
    frame, told = run.conversation.top or run.conversation.recent, "nobody" in run.turn.understanding.extra
    return frame is not None and bool(frame.slots.get("_urgent")) and (told or not is_empty(frame))


def is_empty(frame: Frame | None) -> bool:
    """A lift that stands still, with nobody in it as was said: what comes after tells of somebody elsewhere."""
    return frame is not None and frame.slots.get("_urgent") == "lift" and "_empty" in frame.slots


def asked_beside(said: Iterable[Sayable]) -> bool:
    """Whether the answer before asked about danger beside something else."""
    return any(isinstance(item, Text) and item.msgid == BESIDE.msgid for item in said)


def ask_danger(run: Run, decision: Decision) -> None:
    """It sounded like danger, but not surely: asked before anything else, answered in words or by 9 (practice 8)."""
    yes = Option(t("Someone is in danger"), "danger")
    asked = any(offer.payload == "danger" for offer in run.turn.conversation.offered)
    first, again = t("Is anyone in danger now?"), t("To be sure: is somebody hurt or in danger now? Yes or no?")
    run.ask = Ask(again if asked else first, (yes, Option(t("No, nobody"), "safe")))
    wish = wished(run) if run.conversation.top is None and not asked else None
    if wish is not None:
        run.change(maybe=(wish,))


def wished(run: Run) -> Frame | None:
    """What the words ask for besides, which is taken up as soon as nobody is in danger."""
    heard = run.turn.understanding
    found = (run.book.for_intent(name) for name, _ in heard.alternatives[:NEAR] if name != SOS)
    flows = [flow for flow in found if flow is not None and not flow.aside and flow.gist is not None]
    # Whichever of them can use the most of what was told; the likelier where they are level.
    flow = max(flows, key=lambda one: len(slots.named(one, heard)), default=None)
    if flow is None or flow.gist is None or not (heard.entity("category") or "fault" in heard.extra):
        return None
    frame = begun(run, flow, heard)
    return replace(frame, slots={flow.gist: run.turn.message.text.strip(), **frame.slots})


def safe(run: Run, decision: Decision) -> None:
    """Nobody is in danger, the person says: back to what was open, or to what they need."""
    run.tell([t("Good to hear.")])
    kept = next((frame for frame in run.conversation.maybe if not frame.parked), None)
    if run.conversation.top is not None:
        proceed(run)
    elif kept is not None:
        run.push(replace(kept, later=False, touched_at=run.turn.now))
        run.log("flow_started", flow=kept.flow)
        proceed(run)
    elif run.conversation.recent is None:
        run.ask = Ask(t("What can I do for you?"), run.turn.menu)
