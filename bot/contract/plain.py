"""Text as it can be stored and shown: what no resident means to send is taken out."""

from __future__ import annotations

import unicodedata

# Marks that turn the direction of what follows: they hide, they never inform.
_BIDI = frozenset("\u202a\u202b\u202d\u202e\u2066\u2067\u2068")


def clean(text: str) -> str:
    """Without NUL and other control characters; half an emoji becomes U+FFFD, line breaks become spaces."""
    if text.isascii() and text.isprintable():
        return text.strip()
    out = []
    for char in text:
        category = unicodedata.category(char)
        if category == "Cs":
            out.append("\ufffd")
        elif category == "Cc":
            out.append(" " if char in "\n\r\t" else "")
        elif char not in _BIDI:
            out.append(char)
    return "".join(out).strip()
