"""A yes in words at a read-back: by what it would do ("book it"), by leaving it at that ("that's all"), or plain."""

from __future__ import annotations

from collections.abc import Mapping

from bot.contract.flow import ReadBack
from bot.contract.understanding import Value
from bot.engine.decision import CONFIRM
from bot.engine.said import Said

# What is said of the thing itself where it is agreed to.
_DOES = frozenset({"go", "pass_on", "yields"})
# Nothing more is to be said.
_ENDS = "done"


def consents(said: Said, changed: Mapping[str, Value]) -> bool:
    """Whether nothing but a yes is said, in whichever words; to what costs money only a plain one counts."""
    extra = set(said.understanding.extra)
    if said.top.awaiting != CONFIRM or changed or said.problems:
        return False
    return bool(_DOES & extra) or (_ENDS in extra and not _is_plain(said))


def leaves_it(said: Said) -> bool:
    """ "That's all", where a question is open that only its answer settles: no goodbye; "fine if you say so", of
    money, is no yes either."""
    extra = said.understanding.extra
    if _is_plain(said) and "though" in extra and "assent" not in extra and said.understanding.intent == "affirm":
        return True
    return _ENDS in extra and "assent" not in extra and not said.values and not said.top.lingers


def _is_plain(said: Said) -> bool:
    step = next((one for one in said.flow.steps if one.name == said.top.step), None)
    return isinstance(step, ReadBack) and step.plain
