"""Takes personal data out of a sentence before it leaves the house, and knows where everything stood."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

import yaml

from bot.contract.understanding import Entity

PERSONAL = frozenset({"phone", "plate", "visitor_name", "case_no", "pass_code", "location"})
FILE = Path(__file__).resolve().parent / "personal.yml"
_PATTERNS = [
    (one["kind"], re.compile(one["pattern"])) for one in yaml.safe_load(FILE.read_text(encoding="utf-8"))["personal"]
]


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
    # What a grammar has read comes first where both begin.
    for start, stop, kind in sorted(spans, key=lambda span: span[0]):
        if start > end:
            pieces.append((len(out), len(out) + start - end, end))
            out += text[end:start]
        if stop > end:
            out += f"[{kind}]" if start >= end else ""
            end = stop
    if end < len(text):
        pieces.append((len(out), len(out) + len(text) - end, end))
    return Redacted(out + text[end:], tuple(pieces))
