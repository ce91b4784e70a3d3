"""In which of our languages somebody is answered of whom nothing is known but what their browser says."""

from __future__ import annotations

from collections.abc import Sequence

# What a browser really sends; whoever sends more is not read on for it.
MOST = 10


def wished(known: Sequence[str], wishes: Sequence[str], accepted: str) -> str:
    """The first of `known` that is wished for (`zh`, `zh-CN`, `en_GB`), else that the `Accept-Language` header in
    `accepted` names, else the first of all."""
    for wish in (*wishes, *(part.split(";")[0] for part in accepted.split(",")[:MOST])):
        short = _short(wish)
        for one in known if short else ():
            if _short(one) == short:
                return one
    return known[0]


def _short(language: str) -> str:
    return language.strip().lower().replace("_", "-").split("-")[0]
