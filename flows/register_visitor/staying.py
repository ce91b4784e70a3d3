"""Until when a visitor stays: "till Monday", "they leave around midnight" end a visit and never begin it."""

from __future__ import annotations

import re
from datetime import date, datetime, time, timedelta

from bot.contract.errors import Refused
from bot.contract.flow import Turn
from bot.contract.text import t
from bot.contract.understanding import Entity, Value, When
from bot.engine.answers.joined import joined

DAWN = 6
# Who comes from this hour on eats in the evening.
LATE = 15
# Until which day; till which part of the day they come.
UNTIL, TILL = "_until", "_till"
_BEFORE = re.compile(
    r"(?:(?<![\u6539\u6362\u8fdf\u524d\u632a\u8c03\u540e\u7ea6])\u5230|\b(?:un)?till?"
    r"|\bthrough|\bleav\w+(?: on| at| around| about| by| again)*"
    r"|\bgo(?:es|ing)? home(?: on| at| around)?)"
    r"\s*(?:about |around |the )?$",
    re.IGNORECASE,
)
_AFTER = re.compile(
    r"\s*(?:\u5de6\u53f3|\u524d\u540e|\u7684?\u65f6\u5019)?(?:\u624d|\u5c31|\u518d|\u8981|\u4f1a)*(?:\u8d70|\u79bb\u5f00|\u56de\u53bb|\u56de\u5bb6|\u7ed3\u675f)"
)
_WITHIN = re.compile(r"\u5230|(?:un)?till? ", re.IGNORECASE)
# "They leave after dinner", "home again in the evening".
_LEAVES_IN = re.compile(
    "(?P<han>\u4e0a\u5348|\u5348\u996d|\u4e2d\u996d|\u4e2d\u5348|\u4e0b\u5348|\u508d\u665a|\u665a\u996d|\u665a\u4e0a|\u591c\u91cc)"
    "[^\uff0c\u3002,.\u6765\u5230]{0,5}(?:\u8d70(?!\u8def)|\u79bb\u5f00|\u56de\u53bb|\u56de\u5bb6)"
    r"|\b(?:leav\w+|go(?:es|ing)?(?: back)? home|gone|off|out)(?: again)? (?:in the |after |by |this |that )+"
    r"(?P<en>morning|lunch|afternoon|dinner|supper|evening|night)\b",
    re.IGNORECASE,
)
_ATE = re.compile(
    "\u5403(?:\u5b8c|\u4e86|\u8fc7|\u5b8c\u4e86)?(?:\u987f|\u4e2a)?\u996d(?:\u4e86)?(?:\u518d|\u5c31|\u540e|\u624d)*\u8d70"
    r"|\b(?:leav\w+|go(?:es|ing)? home)(?: right)? after (?:the meal|eating|food|they eat|they.ve eaten)\b",
    re.IGNORECASE,
)
_PARTS = {
    "morning": ("\u4e0a\u5348", "morning"),
    "afternoon": ("\u5348\u996d", "\u4e2d\u996d", "\u4e2d\u5348", "\u4e0b\u5348", "lunch", "afternoon"),
    "evening": ("\u508d\u665a", "\u665a\u996d", "\u665a\u4e0a", "dinner", "supper", "evening"),
    "night": ("\u591c\u91cc", "night"),
}
_COMES = re.compile(r"\s*\u6765")
_MIDNIGHT = re.compile(r"\u534a\u591c|\u5348\u591c|\bmidnight\b", re.IGNORECASE)


def told(turn: Turn, *, longer: bool) -> dict[str, Value]:
    """The last day of a stay; and midnight, which is no time of the day by itself ("they leave in the middle of the
    night").

    longer: a pass on file is made longer, which has its own end.
    """
    part = _part(turn) if not longer else None
    if part is not None:
        return {TILL: part}
    end = _end(turn)
    if end is not None:
        when = end.value
        if longer or not isinstance(when, When) or when.has_clock or when.part is not None:
            return {}
        return {UNTIL: _from_then_on(turn, when).iso}
    timed = turn.understanding.entity("when") is not None
    if "leaves" not in turn.understanding.extra or timed or not _MIDNIGHT.search(turn.message.text):
        return {}
    midnight = datetime.combine(turn.now.date() + timedelta(days=1), time(0), turn.now.tzinfo)
    before = _before(turn)
    end_of_day = When(midnight, dayless=True)
    return {"when": _with_end(before, end_of_day) if before is not None else end_of_day}


def _part(turn: Turn) -> str | None:
    """ "After dinner they leave", "she goes home in the evening": in which part of the day."""
    match = _LEAVES_IN.search(turn.message.text)
    if match is None:
        return _after_a_meal(turn)
    said = (match.groupdict().get("han") or match.groupdict().get("en") or "").casefold()
    return next(part for part, words in _PARTS.items() if said in words)


def _after_a_meal(turn: Turn) -> str | None:
    """ "They eat with us and go": in the evening, of who comes late in the day."""
    if not _ATE.search(turn.message.text):
        return None
    said, before = turn.values.get("when"), _before(turn)
    when = said if isinstance(said, When) and said.has_clock else before
    late = when is not None and (when.part == "evening" or (when.has_clock and _hour(when) >= LATE))
    return "evening" if late else "afternoon"


def _hour(when: When) -> int:
    return when.start.hour if isinstance(when.start, datetime) else 0


def _from_then_on(turn: Turn, end: When) -> When:
    """ "Till Friday", said of somebody who comes next Wednesday: the Friday after that."""
    before, day = _before(turn), end.start
    first = before.start if before is not None else day
    comes = first.date() if isinstance(first, datetime) else first
    if isinstance(day, datetime) or "weekday" not in turn.understanding.extra or day >= comes:
        return end
    return When(day + timedelta(weeks=-((day - comes).days // 7)))


def arrival(turn: Turn, value: Value) -> Value:
    """When they come, of what was said of coming and going."""
    end = _end(turn)
    if end is None or turn.values.get("_act") == "extend" or not isinstance(value, When):
        return value
    comes = _comes(turn, end) or _before(turn)
    if comes is None and "recurring" in turn.values:
        return When(turn.now.date())  # "till Christmas", of somebody who comes every Wednesday
    if comes is None:
        raise Refused(
            "only the end of the visit is known",
            t("When will they come? For example “tomorrow at 3 pm”.", spoken="When will they come?"),
        )
    leaves = end.value
    return _with_end(comes, leaves) if isinstance(leaves, When) and leaves.has_clock else comes


def both_told(turn: Turn) -> bool:
    """A sentence that tells the beginning too makes no pass on file longer."""
    end = _end(turn)
    return end is not None and _comes(turn, end) is not None


def _with_end(comes: When, leaves: When) -> When:
    """ "They will be here till six", of a visit at two; "they leave at one", of an evening: in the night after it."""
    start = comes.start
    said = joined(comes, leaves)
    end = said.start if isinstance(said, When) else None
    if not isinstance(start, datetime) or not isinstance(end, datetime):
        return comes
    end += timedelta(days=1) if end <= start and end.hour < DAWN else timedelta()
    return When(start, end) if end > start else comes


def _before(turn: Turn) -> When | None:
    top = turn.conversation.top
    known = top.slots.get("when") if top is not None else None
    return known if isinstance(known, When) else None


def _comes(turn: Turn, end: Entity) -> When | None:
    said = [e.value for e in turn.understanding.entities if e.name == "when" and e != end]
    found = next((value for value in said if isinstance(value, When)), None)
    # The day of an hour that stands alone is the one that was known.
    before = _before(turn)
    joint = joined(before, found) if found is not None and before is not None else found
    return joint if isinstance(joint, When) else None


def _end(turn: Turn) -> Entity | None:
    """What is said of going, of the times in a sentence."""
    text = turn.message.text
    for entity in turn.understanding.entities:
        if entity.name != "when" or not isinstance(entity.value, When):
            continue
        at = text.find(entity.text)
        before, after = text[:at] if at >= 0 else "", text[at + len(entity.text) :]
        if _COMES.match(after) or isinstance(entity.value.end, datetime):
            continue
        if _BEFORE.search(before) or _WITHIN.match(entity.text) or _AFTER.match(after):
            return entity
    # "They might leave late, like 1 am": an hour alone, beside a word of going.
    timed = [e for e in turn.understanding.entities if isinstance(e.value, When) and _is_hour(e.value)]
    alone = "till" in turn.understanding.extra and len(timed) == 1 and _before(turn) is not None
    return timed[0] if alone else None


def _is_hour(when: When) -> bool:
    return when.has_clock and when.end is None


def last_day(value: Value | None) -> date | None:
    return date.fromisoformat(str(value)) if value is not None else None
