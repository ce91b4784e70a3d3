"""An endpoint's secrets: sealed while they sign, later only what they are known by: which one signed stays known."""

from __future__ import annotations

import base64
import hashlib
import secrets
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any

from backend import vault
from bot.contract.errors import Unavailable

Item = Mapping[str, Any]
# So many sign beside each other, and so many are remembered that do not any more.
SIGN_AT_ONCE, REMEMBERED = 3, 20
# Of a secret so much may be shown: whoever has it finds it again, whoever has not learns nothing of use.
ENDS = 5


@dataclass(frozen=True, slots=True)
class Known:
    """A secret as it may be shown. ends: its last characters; made, until: None where that is not known, or where it
    has no end; signs: whether it does now."""

    mark: str
    ends: str
    made: datetime | None
    until: datetime | None
    signs: bool

    def of(self, endpoint_made: datetime) -> Known:
        """The only one that an endpoint ever had was made with it."""
        return replace(self, made=self.made or endpoint_made)


def new_secret() -> str:
    return "whsec_" + base64.b64encode(secrets.token_bytes(32)).decode()


def mark(secret: str) -> str:
    """By what a secret is known without being shown: whoever holds one can reckon it and compare."""
    return hashlib.sha256(secret.encode()).hexdigest()[:8]


def sealed(endpoint: str, secret: str, made: datetime | str | None, until: str | None = None) -> dict[str, str | None]:
    """As it is kept."""
    at = made.isoformat() if isinstance(made, datetime) else made
    shut = vault.seal(secret.encode(), f"webhook:{endpoint}")
    return {"sealed": shut, "until": until, "mark": mark(secret), "ends": secret[-ENDS:], "made": at}


def again(endpoint: str, item: Item) -> dict[str, Any]:
    """The same, sealed with the newest key; one that signs no more has nothing to seal."""
    if "sealed" not in item and "secret" not in item:
        return dict(item)
    return sealed(endpoint, _opened(endpoint, item), item.get("made"), item["until"])


def rotated(endpoint: str, items: Sequence[Item], secret: str, hours: int, real: datetime) -> list[dict[str, Any]]:
    """With a new one in front; the one before signs for so many hours more, what signs no more is only remembered."""
    until = (real + timedelta(hours=hours)).isoformat()
    told = [{**item, "until": item["until"] or until} for item in items]
    kept = [item for item in told if holds(item, real)][: SIGN_AT_ONCE - 1]
    over = [_over(endpoint, item, real) for item in told if item not in kept]
    return [sealed(endpoint, secret, real), *kept, *over[:REMEMBERED]]


def _over(endpoint: str, item: Item, real: datetime) -> dict[str, Any]:
    """What is left of one that signs no more."""
    found = known(endpoint, item, real)
    until = min(found.until or real, real)
    made = None if found.made is None else found.made.isoformat()
    return {"mark": found.mark, "ends": found.ends, "made": made, "until": until.isoformat()}


def known(endpoint: str, item: Item, real: datetime) -> Known:
    """Of the releases before this one too, which kept less of it."""
    plain = ""
    if "mark" not in item or "ends" not in item:
        try:
            plain = _opened(endpoint, item)
        except Unavailable:
            plain = ""
    return Known(
        mark=item.get("mark") or (mark(plain) if plain else ""),
        ends=item.get("ends") or plain[-ENDS:],
        made=_moment(item.get("made")),
        until=_moment(item["until"]),
        signs=holds(item, real),
    )


def _moment(text: str | None) -> datetime | None:
    return None if text is None else datetime.fromisoformat(text)


def holds(item: Item, real: datetime) -> bool:
    return item["until"] is None or datetime.fromisoformat(item["until"]) > real


def holding(endpoint: str, items: Sequence[Item], real: datetime) -> list[str]:
    """The keys that sign now, the newest first; raises `Unavailable` where this process cannot open them."""
    return [_opened(endpoint, item) for item in items if holds(item, real)]


def marks(items: Sequence[Item], real: datetime) -> list[str]:
    """Those of the secrets that sign now, the newest first; of a secret of before there were marks, none."""
    return [item["mark"] for item in items if holds(item, real) and "mark" in item]


def _opened(endpoint: str, item: Item) -> str:
    # Those of the releases before the vault stand there as they are, until they are sealed.
    return item["secret"] if "secret" in item else vault.opened(item["sealed"], f"webhook:{endpoint}").decode()
