"""Takes personal data out of a sentence before it leaves the house, and knows where everything stood."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass

from bot.contract.understanding import Entity

PERSONAL = frozenset({"phone", "plate", "visitor_name", "case_no", "pass_code", "location"})
# What our grammars need not know: mail, addresses of pages, long numbers however they are spaced, "my name is ...".
_PATTERNS = (
    ("MAIL", re.compile(r"[\w.+-]+@[\w-]+(?:\.[\w-]+)+")),
    ("LINK", re.compile(r"\b(?:https?://|www\.)\S+", re.IGNORECASE)),
    ("NUMBER", re.compile(r"(?<!\d)\+?\d(?:[ .\-]?[\dXx]){5,}")),
    ("NUMBER", re.compile(r"[零〇一二三四五六七八九幺两]{6,}")),
    ("NAME", re.compile(r"(?<=我叫)[\u4e00-\u9fff·]{2,4}|(?<=我是)[\u4e00-\u9fff]{1,3}(?=先生|女士|阿姨|老师|师傅)")),
    ("NAME", re.compile(r"(?<=姓名)[是叫:\uff1a ]*[\u4e00-\u9fff·]{2,4}")),
    ("NAME", re.compile(r"(?i:(?<=my name is )|(?<=this is )|(?<=i am )|(?<=i'm ))[A-Z][\w'-]+(?: [A-Z][\w'-]+){0,2}")),
)


@dataclass(frozen=True, slots=True)
class Redacted:
    """text: what may be sent; pieces: (start, end) here and (start, end) in the original, of what was kept."""

    text: str
    pieces: tuple[tuple[int, int, int], ...]

    def whence(self, quote: str) -> tuple[int, int] | None:
        """Where a quotation stands in the original; None when it is none, or touches what was taken out."""
        at = self.text.find(quote) if quote else -1
        for start, end, origin in self.pieces if at >= 0 else ():
            if start <= at and at + len(quote) <= end:
                return at - start + origin, at - start + origin + len(quote)
        return None


def redact(text: str, entities: Iterable[Entity]) -> Redacted:
    """Every personal stretch becomes a word in brackets that names its kind."""
    spans = [(one.start, one.end, one.name.upper()) for one in entities if one.name in PERSONAL]
    spans += [(*match.span(), kind) for kind, pattern in _PATTERNS for match in pattern.finditer(text)]
    out, pieces, end = "", [], 0
    for start, stop, kind in sorted(spans):
        if start > end:
            pieces.append((len(out), len(out) + start - end, end))
            out += text[end:start]
        if stop > end:
            out += f"[{kind}]" if start >= end else ""
            end = stop
    if end < len(text):
        pieces.append((len(out), len(out) + len(text) - end, end))
    return Redacted(out + text[end:], tuple(pieces))
