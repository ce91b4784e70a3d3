"""Of two things one is off and the other stays: "nobody needs the light any more, the gate still does"."""

from __future__ import annotations

from intents.normalise import fold
from intents.patterns import later

_LONGEST = 160
# So many parts may tell why.
_WHY = 2
# It is over by itself.
_OVER = later(
    r"好了$|没事了|\b(?:is|are|works?|has been|got) (?:all )?(?:fine|fixed|okay|ok|sorted|mended|back|working)"
)
_CUT = later(r"[,，。.;；!！]+\s*|\s+(?:but|and|though)\s+|(?<=[\u4e00-\u9fff])\s+(?=[\u4e00-\u9fff])")
# No more of it is wanted, or it is over.
_OFF = later(
    r"不(?:用|需要|必|要)(?:再)?(?:修|来|管|弄|看|报|处理|查|约|办|去|送)?了|(?:已经)?(?:修|弄|搞|找|处理)好了|自己好了|(?:可以)?(?:取消|撤|撤销|作废)(?:了|掉|吧)?$|没事了|好了$|算了$"
    r"|\bneeds? (?:nobody|no one|nothing)\b|\b(?:scrap|drop|skip|withdraw) the\b"
    r"|\b(?:nobody|no one|we don.?t|i don.?t|don.?t) needs? .*?(?:any ?more|any longer)\b|\b(?:no longer|not) needed\b|\bno need (?:for|to)\b|\bcancel\b|\bforget (?:about )?the\b|\bnever ?mind the\b"
    r"|\b(?:is|are|works?|has been|got) (?:all )?(?:fine|fixed|okay|ok|sorted|mended|back|working|again)(?: now| again)?\b|\bdon.?t (?:come|bother) (?:for|with) the\b"
)
# The other one is wanted as before.
_STAYS = later(
    r"还是?(?:要|得|需要|没|坏|不行|漏|堵|不)|仍(?:然|旧)?(?:要|得|需要|没|坏)|(?:照(?:旧|样)|继续)(?:修|来|办|处理|要)|留着|保留"
    r"|\bstill\b|\b(?:keep|leave) the\b|\b(?:stays?|remains?)\b|\bplease (?:do )?(?:come|fix)\b"
)


def part_off(text: str) -> str:
    """The words of the one that is off; empty where the message does not say so of one thing beside another."""
    folded = fold(text)
    if len(folded) > _LONGEST or not _STAYS.search(folded):
        return ""
    parts = [part.strip() for part in _CUT.split(folded) if part.strip()]
    off = [part for part in parts if _OFF.search(part) and not _STAYS.search(part)]
    stays = [part for part in parts if _STAYS.search(part) and not _OFF.search(part)]
    # What stands between says why: "it was only the battery", "my husband oiled it and it is fine".
    named = off[:1] if len(off) == 1 or all(_OVER.search(part) for part in off[1:]) else []
    return named[0] if named and stays and len(parts) <= len(off) + len(stays) + _WHY else ""
