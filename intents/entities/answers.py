"""Tells whole messages that answer a question and cry for nobody: how old somebody is, that a visitor comes now."""

from __future__ import annotations

from bot.contract.understanding import Danger
from intents.normalise import fold
from intents.patterns import later

_LONGEST = 40
_HAN_WHO = "我|他|她|孩子|小孩|宝宝|儿子|女儿|孙子|孙女|老人|妈妈?|爸爸?|奶奶|爷爷"
_WHO = (
    "he|she|mum|mom|mother|dad|father|son|daughter|kid|child|baby|grandma|grandpa|grandson|granddaughter|husband|wife"
)
_AGE = later(
    rf"(?>我家|{_HAN_WHO}|今年|才|刚|已经|快|都|了|的|,)*"
    r"(?:(?:\d{1,3}|[一二两三四五六七八九十百零半]{1,4})(?:周?岁(?:半|多|了)?|个月(?:大)?)|(?:\d{2}|[一二三四五六七八九]?十[一二三四五六七八九]?))"
    r"(?:了|啊|呢|\.|。)*"
    rf"|(?:my |our |the )?(?:{_WHO})(?:'s| is)? (?:about |almost |only |just |now |already )*"
    r"(?:\d{1,3}|one|two|three|four|five|six|seven|eight|nine|ten)(?: and a half)?"
    r"(?: ?(?:years?|months?|yrs?)(?: old)?)?(?: now| already)?[.!]?"
    r"|(?:about |almost |only )?\d{1,3} (?:years?|months?)(?: old)?[.!]?"
)


# "现在就来": who was spoken of comes now; whoever wants help says "快来".
_COMES = later(
    r"(?:他|她|人|车|师傅|快递|外卖)?(?:们)?(?:现在|马上|这就|立刻|一会儿?|等会儿?)就(?:要|会)?(?:来|到)(?:了|啊|的)?[。.!]*"
)


def settled(danger: Danger, text: str) -> Danger:
    """An age is no danger; who "comes now" is asked about, not alarmed for."""
    if danger is Danger.NONE or len(text.strip()) > _LONGEST:
        return danger
    folded = fold(text).strip()
    if _AGE.fullmatch(folded):
        return Danger.NONE
    return Danger.ASK if _COMES.fullmatch(folded) else danger
