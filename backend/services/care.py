"""What a resident agreed for an emergency: their word for duress, how somebody gets in, and being asked each day.

Each part stands for itself and is theirs to take back; what must stay secret is sealed, and the log learns that it was
written, never what.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import date, datetime
from functools import lru_cache
from pathlib import Path
from typing import Any

import yaml
from sqlalchemy import Connection, delete, select, update

from backend import vault
from backend.db import Record, hold, insert_or
from backend.models.ladder import care
from bot.contract.errors import Refused
from bot.contract.text import t

DURESS, ENTRY = "duress", "entry"
_SEALED = frozenset({DURESS, ENTRY})
LONGEST = 200
CONSENTS = frozenset({"said", "written", "proxy"})
_PHONE = re.compile(r"\+?\d{5,20}")
_CLOCK = re.compile(r"([01]?\d|2[0-3]):([0-5]\d)")
_NAPS = re.compile(rf"{_CLOCK.pattern}-{_CLOCK.pattern}")
_BETWEEN = re.compile(r"[,.;:!?，。；：！？、\n]+")


@lru_cache(1)
def said() -> Mapping[str, Any]:
    """`care.yml`."""
    found: dict[str, Any] = yaml.safe_load(Path(__file__).with_suffix(".yml").read_text(encoding="utf-8"))
    return found


def of(connection: Connection, community: str, resident_id: int) -> Record | None:
    mine = (care.c.community_id == community, care.c.resident_id == resident_id)
    return connection.execute(select(care).where(*mine)).one_or_none()


def known(connection: Connection, community: str, residents: list[int]) -> dict[int, Record]:
    """Of whom there is something; sealed words stay sealed."""
    mine = (care.c.community_id == community, care.c.resident_id.in_(residents))
    return {row.resident_id: row for row in connection.execute(select(care).where(*mine))}


def put(
    connection: Connection, community: str, resident_id: int, values: Mapping[str, object], by: str, real: datetime
) -> Record:
    """These parts, the others as they were. Sealed here: `duress` and `entry` come as words, "" to erase."""
    hold(connection, "care", resident_id)
    row: dict[str, object] = dict(values)
    for name in _SEALED & row.keys():
        words = str(row[name] or "").strip()
        row[name] = _seal(name, resident_id, words) if words else None
    row |= {"updated_at": real, "by": by}
    new = {"resident_id": resident_id, "community_id": community, "deaf": False, "version": 1, **row}
    again = insert_or(care).on_conflict_do_update(
        index_elements=["resident_id"], set_={**row, "version": care.c.version + 1}
    )
    connection.execute(again, new)
    return connection.execute(select(care).where(care.c.resident_id == resident_id)).one()


def _seal(name: str, resident_id: int, words: str) -> str:
    if len(words) > LONGEST:
        raise Refused("too long", t("Please write it in at most 200 characters."), pointer=f"/{name}")
    if name == DURESS:
        _check_word(words)
    return vault.seal(words.encode(), f"{name}:{resident_id}")


def _check_word(words: str) -> None:
    """Long enough to be said on purpose only, and nothing that everybody says."""
    plain = plain_of(words)
    short = len(plain) < (2 if plain.isdecimal() else 3 if not plain.isascii() else 6)
    if short or plain in said()["everyday"] or len(plain) > 30 or _BETWEEN.search(words):
        raise Refused(
            "no word for duress",
            t(
                "Please choose words that you would not say otherwise, 3 to 30 characters without a comma, or two "
                "digits for the phone."
            ),
            pointer="/duress",
        )


def write(
    connection: Connection, community: str, resident_id: int, form: Mapping[str, str], by: str, real: datetime
) -> Record:
    """A whole form, of the desk or of their own page; empty words for duress and entry leave them as they are, `…_off`
    erases. Raises `Refused` with what is wrong."""
    values: dict[str, object] = {
        "deaf": form.get("deaf") == "yes",
        "daily": clock_of(form["daily"]) if form.get("daily", "").strip() else None,
        "naps": naps_of(form.get("naps", "")),
        "away_until": _day_of(form.get("away_until", "")),
        "knocks": form.get("knocks", "").strip()[:80] or None,
        "knocks_phone": _phone_of(form.get("knocks_phone", "")),
    }
    for name in sorted(_SEALED):
        if form.get(f"{name}_off") == "yes":
            values[name] = ""
        elif form.get(name, "").strip():
            values[name] = form[name].strip()
    if values.get(ENTRY) == "":
        values["entry_consent"] = None
    elif ENTRY in values:
        if form.get("entry_consent") not in CONSENTS:
            raise Refused(
                "no consent", t("Nobody goes in without consent. How was it given?"), pointer="/entry_consent"
            )
        values["entry_consent"] = form["entry_consent"]
    return put(connection, community, resident_id, values, by, real)


def _day_of(words: str) -> date | None:
    try:
        return date.fromisoformat(words.strip()) if words.strip() else None
    except ValueError as error:
        raise Refused("no day", t("Please give a day."), pointer="/away_until") from error


def _phone_of(words: str) -> str | None:
    bare = re.sub(r"[\s-]", "", words)
    if bare and not _PHONE.fullmatch(bare):
        raise Refused("no phone number", t("A phone number has 5 to 20 digits."), pointer="/knocks_phone")
    return bare or None


def drop(connection: Connection, community: str, resident_id: int) -> None:
    """They moved out, or want nothing of it kept."""
    mine = (care.c.community_id == community, care.c.resident_id == resident_id)
    connection.execute(delete(care).where(*mine))


def opened(row: Record, name: str) -> str:
    """What was sealed; the caller audits that somebody looked."""
    sealed = getattr(row, name)
    return vault.opened(sealed, f"{name}:{row.resident_id}").decode() if sealed else ""


def is_duress(resident_id: int, sealed: str, text: str, *, digits: bool = True) -> bool:
    """Whether one of the sentences is exactly the word that was agreed on. digits: whether a number may be it; in a
    chat numbers answer questions all day."""
    word = plain_of(vault.opened(sealed, f"{DURESS}:{resident_id}").decode())
    if word.isdecimal() and not digits:
        return False
    return bool(word) and word in {plain_of(text), *(plain_of(one) for one in _BETWEEN.split(text))}


def plain_of(words: str) -> str:
    """As it is heard: without spaces, points and capitals."""
    return "".join(char for char in words.casefold() if char.isalnum())


def clock_of(words: str) -> str:
    """`9:05` as it is kept. Raises `Refused` where it is no time."""
    found = _CLOCK.fullmatch(words.strip())
    if found is None:
        raise Refused("no time", t("Please give an hour, such as 9:00."), pointer="/daily")
    return f"{int(found[1]):02d}:{found[2]}"


def naps_of(words: str) -> str | None:
    """`12:00-14:00`; None for none."""
    words = words.strip()
    if words and _NAPS.fullmatch(words) is None:
        raise Refused("no hours", t("Please give hours such as 12:00-14:00."), pointer="/naps")
    return "-".join(clock_of(one) for one in words.split("-")) if words else None


def well(connection: Connection, resident_id: int, real: datetime) -> None:
    """A sign of life, by whatever way."""
    connection.execute(update(care).where(care.c.resident_id == resident_id).values(well_at=real))


def asked(connection: Connection, resident_id: int, real: datetime) -> None:
    connection.execute(update(care).where(care.c.resident_id == resident_id).values(asked_at=real))


def is_away(row: Record, today: date) -> bool:
    return row.away_until is not None and row.away_until >= today


def reseal(connection: Connection) -> int:
    """Every sealed word with the newest key; returns how many rows."""
    rows = connection.execute(select(care)).all()
    for row in rows:
        fresh = {name: _resealed(row, name) for name in _SEALED}
        connection.execute(update(care).where(care.c.resident_id == row.resident_id).values(**fresh))
    return len(rows)


def _resealed(row: Record, name: str) -> str | None:
    words = opened(row, name)
    return vault.seal(words.encode(), f"{name}:{row.resident_id}") if words else None
