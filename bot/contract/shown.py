"""What the ways of showing share: text cut where a reader pauses, payloads as vendors bring them back, halves said."""

from __future__ import annotations

import hashlib
from collections import OrderedDict
from collections.abc import Callable

# Where a text is cut, the best first: a line, a sentence, a word.
_BREAKS = (("\n",), ("。", "！", "？", ". ", "! ", "? "), ("，", ", ", " "))
_MARK = "~"
# So many messages that were cut in the middle are remembered.
REMEMBERED = 1_000


def pieces(text: str, limit: int, size: Callable[[str], int] = len) -> list[str]:
    """The text in pieces no larger than the limit, cut after a pause in the second half of each where there is one.

    size: how large a text is in the vendor's count, at least one for each character.
    """
    out: list[str] = []
    while size(text) > limit:
        end, used = 0, 0
        while used + size(text[end]) <= limit:
            used += size(text[end])
            end += 1
        # Something goes out each time, however narrow it is.
        cut = next((at for marks in _BREAKS if (at := _behind(text, marks, end // 2, end))), max(end, 1))
        out.append(text[:cut].rstrip())
        text = text[cut:].lstrip()
    return [*out, text] if text else out


def _behind(text: str, marks: tuple[str, ...], start: int, end: int) -> int:
    """The place behind the last of these marks, 0 for none."""
    return max((at + len(mark) for mark in marks if (at := text.rfind(mark, start, end)) >= 0), default=0)


def brought(payload: str, limit: int) -> str:
    """A payload as it goes out under a button: whole, or a mark where it has more bytes than come back."""
    if len(payload.encode()) <= limit and not payload.startswith(_MARK):
        return payload
    return _MARK + hashlib.blake2b(payload.encode(), digest_size=12).hexdigest()


def chosen(data: str) -> str | None:
    """The payload that came back, or None for a mark: the button's title then tells."""
    return None if data.startswith(_MARK) else data


class Halfway:
    """How far a message of several parts has come, by its key: a retry goes on where the last try stopped."""

    def __init__(self) -> None:
        self._said: OrderedDict[str, int] = OrderedDict()

    def begun(self, key: str) -> int:
        """How many parts have gone out already."""
        return self._said.get(key, 0)

    def went(self, key: str, count: int) -> None:
        self._said[key] = count
        while len(self._said) > REMEMBERED:
            self._said.popitem(last=False)

    def whole(self, key: str) -> None:
        self._said.pop(key, None)
