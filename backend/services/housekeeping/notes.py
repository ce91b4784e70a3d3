"""Notes for the helper, without what opens a door: such a code is told at the door or to a person (practice 34)."""

from __future__ import annotations

import re

# Four to eight digits, maybe spelled out with spaces or dashes, with the star or hash of a lock.
# Longer ones are telephone numbers.
_CODE = re.compile(r"(?<![\d*#])[*#]?\d(?:[ -]?\d){3,7}[*#]?(?![\d*#])")
_LEFT = "\u2026"
_EDGE = re.compile(r"^[\W_]+|[\s\u2026,;:\uff0c\uff1b\uff1a\u3001]+$")


def without_codes(notes: str, secret: str | None = None) -> tuple[str, bool]:
    """The notes with codes taken out, and whether there were any; secret: words known to tell a code."""
    cut = re.sub(re.escape(secret), _LEFT, notes, flags=re.IGNORECASE) if secret else notes
    cut = _CODE.sub(_LEFT, cut)
    return (_EDGE.sub("", cut), True) if cut != notes else (notes.strip(), False)
