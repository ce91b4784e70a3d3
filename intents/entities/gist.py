"""What is told besides the wish itself: whoever reads an appointment knows already that one was wanted."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable

from intents.normalise import HAN, fold
from intents.patterns import later

LONGEST = 240
# Nothing is left: the message was the wish alone.
NOTHING = " "
_PARTS = later(r"[,，。.;；!！?？\n]+")
# Words of time that name no time, and what is left of an offer.
_LOOSE_TIMES = later(
    r"(?:(?:lunch|dinner|breakfast|supper|please|some ?time|any ?time|anything|something|free|available|possible|soon|early|late|later|next|this|coming|week|month|day|weekend"
    r"|afternoons?|mornings?|evenings?|only|if|at|in|the|or|and|asap|best|preferably|would|be|good|great|long|hours?)\b\s*+)++"
    r"|(?:尽快|越快越好|最好|随时|下周|这周|上午|下午|晚上|早上|都行|可以|有空|有吗|有没有|的话|或者|半?小时|钟头|[一二两三四五六七八个])++"
)
_GAP = later(rf"(?<=[{HAN}])\s+(?=[{HAN}])")
_DANGLING = later(r"(?:\b(?:on|at|in|for|to|from|by|around|about|and)\s*)+$|^(?:and|but|so)\b")
_EDGES = " ,，。.;；、\t"
_ASKED_ZH = r"(?:号|医生|大夫|门诊|社区医院?|卫生站|保洁|阿姨|钟点工|家政|师傅)"
_ASKED = (
    r"(?:(?:gp|doctor|dentist|clinic|nurse|cleaner|cleaning|housekeeping)(?:.?s)?(?: (?:appointment|visit|slot|check-?up))?"
    r"|appointment|check-?up|slot)"
)
_LEAD = later(
    rf"^(?:我们?|那|就|请问?|麻烦|你好|您好|帮|给|替|能不能|能|可以|可不可以|想|要|需要|先)*"
    rf"(?:(?:预约|约|挂|订|找)(?:一?下|一?个|社区)?{_ASKED_ZH}|(?:预约|约|挂|订|点)(?:一?下|一?个|一?份)?.{{1,4}}$|看(?:一?下|个|一?看)?(?:医生|大夫|门诊|病)|(?:预约|挂号)(?:一?下)?|(?:约|挂)的)"
    r"(?:看一?看|看病|看一?下|看(?!不|得)|来|吧|吗|一下)?(?:的)?"
    r"|^(?:please |can |could |i |we |you |he |she |they |need |want |would |like |.d |to |also |just |get |make |have |see |book |arrange |be |seen |by |at |me |us |him |her |"
    rf"a |an |the |some |in |send |regular |another )*{_ASKED}\b(?: please)?(?: (?:for|because of|because|with|about|as|since|to))?"
)
_TAIL = later(
    rf"(?:我?(?:想|要|需要|能不能|可以|帮我|麻烦)+(?:预约|约|挂|看|订|找)(?:一?下|一?个)?{_ASKED_ZH}?(?:看一?看|看一?下|看病|看)?(?:吗|吧|呢|一下)?)$"
    rf"|\b(?:can|could|may) (?:i|we|he|she|they|you) (?:please )?(?:see|get|have|book|be seen by|make|come to)(?: me| us)? (?:a |an |the |some(?:one|body)\b)?(?:{_ASKED})?(?: please| soon)?$"
)


def gist(text: str, named: Iterable[str], is_bare: Callable[[str], bool]) -> str:
    """The parts that tell something, without the wish they begin or end with; empty where that is all of it.

    named: what was said besides the matter (time, place, phone, whom it is for); is_bare: whether a part is but a wish.
    """
    said = text.strip()
    if len(said) > LONGEST:
        return ""
    kept = [part for raw in _PARTS.split(said) if (part := _told(raw, named, is_bare))]
    whole = ", ".join(kept) if said.isascii() else "\uff0c".join(kept)
    return "" if whole == said.strip(_EDGES) else whole or NOTHING


def _loose(part: str) -> str:
    """Without the gaps and the small words that what was cut out leaves behind."""
    return _DANGLING.sub("", _GAP.sub("", " ".join(part.split())).strip(_EDGES)).strip(_EDGES)


def _told(part: str, named: Iterable[str], is_bare: Callable[[str], bool]) -> str:
    for surface in named:
        part = re.sub(re.escape(surface), " ", part, flags=re.IGNORECASE)
    part = _loose(part)
    if not part or is_bare(fold(part)):
        return ""
    for pattern in (_LEAD, _TAIL):
        found = pattern.search(fold(part))
        if found is not None:
            part = _loose(part[: found.start()] + part[found.end() :])
    empty = not any(map(str.isalnum, part)) or is_bare(fold(part)) or _LOOSE_TIMES.fullmatch(fold(part))
    return "" if empty else part
