"""Whom a browser stands for by the signed word of a community's own site; each word is used by one browser only."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import Connection, delete, select

from backend.db import insert_or
from backend.models.people import site_word
from bot.contract.errors import NotTheirs

_USE = insert_or(site_word).on_conflict_do_nothing(index_elements=["account", "claim"])


def use(
    connection: Connection, community: str, account: str, browser: str, claim: str, user: str, until: datetime
) -> None:
    """Raises `NotTheirs` for a word that another browser has used; the same one may say it again, after a reload."""
    row = {"community_id": community, "account": account, "claim": claim, "browser": browser}
    if connection.execute(_USE, {**row, "user": user, "until": until}).rowcount == 1:
        return
    mine = (site_word.c.account == account, site_word.c.claim == claim, site_word.c.browser == browser)
    if connection.execute(select(site_word.c.id).where(*mine)).first() is None:
        raise NotTheirs("this signed identity was used already")


def of(connection: Connection, account: str, browser: str, real: datetime) -> str | None:
    """The user that this browser stands for just now."""
    mine = (site_word.c.account == account, site_word.c.browser == browser, site_word.c.until > real)
    newest = select(site_word.c.user).where(*mine).order_by(site_word.c.id.desc()).limit(1)
    found: str | None = connection.execute(newest).scalar_one_or_none()
    return found


def sweep(connection: Connection, real: datetime) -> None:
    """What opens nothing any more; a word itself was too old to be said again long before."""
    connection.execute(delete(site_word).where(site_word.c.until < real))
