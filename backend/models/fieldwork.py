"""The work on a case: visits, parts and costs, quotations, links for people without an account, photos, labels."""

from __future__ import annotations

from sqlalchemy import JSON, Boolean, Column, ForeignKey, Index, Integer, String, Table, Text, UniqueConstraint

from backend.models.schema import Instant, metadata, of_community, public_id, serial

case_label = Table(
    "case_label",
    metadata,
    serial(),
    of_community(),
    Column("case_id", String(26), ForeignKey("case.id"), nullable=False),
    Column("name", String(30), nullable=False),
    UniqueConstraint("case_id", "name"),
    Index(None, "community_id", "name"),
)

case_visit = Table(
    "case_visit",
    metadata,
    serial(),
    of_community(),
    Column("case_id", String(26), ForeignKey("case.id"), nullable=False),
    # The worker as the desk calls them: field people have no account.
    Column("who", String(80), nullable=False),
    Column("planned_at", Instant),
    Column("left_at", Instant),
    Column("arrived_at", Instant),
    Column("ended_at", Instant),
    # done, no_access, parts, other_company or cancelled; NULL while it runs.
    Column("outcome", String(16)),
    Column("note", Text),
    Column("created_at", Instant, nullable=False),
    Index(None, "case_id"),
)

case_cost = Table(
    "case_cost",
    metadata,
    serial(),
    of_community(),
    Column("case_id", String(26), ForeignKey("case.id"), nullable=False),
    # part, work or other.
    Column("kind", String(8), nullable=False),
    Column("name", String(80), nullable=False),
    # Hundredths of a piece or an hour; fen for one.
    Column("quantity", Integer, nullable=False),
    Column("price", Integer, nullable=False),
    Column("by", String(80), nullable=False),
    Column("at", Instant, nullable=False),
    Column("removed_at", Instant),
    Index(None, "case_id"),
)

quote = Table(
    "quote",
    metadata,
    serial(),
    of_community(),
    Column("case_id", String(26), ForeignKey("case.id"), nullable=False),
    # What was offered, as it was then: [{name, quantity, price}], whatever becomes of the costs.
    Column("lines", JSON, nullable=False),
    Column("total", Integer, nullable=False),
    # open, accepted, declined or replaced.
    Column("state", String(10), nullable=False),
    Column("by", String(80), nullable=False),
    Column("at", Instant, nullable=False),
    Column("answered_at", Instant),
    Index(None, "case_id"),
)

field_link = Table(
    "field_link",
    metadata,
    public_id(),
    of_community(),
    Column("case_id", String(26), ForeignKey("case.id"), nullable=False),
    Column("who", String(80), nullable=False),
    # Of the secret in the address, which is kept nowhere.
    Column("digest", String(64), nullable=False, unique=True),
    # Of the cookie of the phone that opened it first; nobody else's phone is let in.
    Column("device", String(64)),
    # Whether the resident's number may be looked up; each look is audited.
    Column("phone", Boolean, nullable=False, default=False),
    Column("by", String(80), nullable=False),
    Column("created_at", Instant, nullable=False),
    Column("expires_at", Instant, nullable=False),
    Column("bound_at", Instant),
    Column("revoked_at", Instant),
    Column("done_at", Instant),
    Index(None, "case_id"),
)

case_photo = Table(
    "case_photo",
    metadata,
    serial(),
    of_community(),
    Column("case_id", String(26), ForeignKey("case.id"), nullable=False),
    Column("key", String(80), nullable=False),
    # resident or field.
    Column("source", String(10), nullable=False),
    # Who sent it, where that was in another talk than the case's own: the shelf keeps it under their mark.
    Column("sender", String(200)),
    # The copy with parts blacked out; the original is then the auditor's alone.
    Column("covered", String(80)),
    Column("by", String(80), nullable=False),
    Column("at", Instant, nullable=False),
    UniqueConstraint("case_id", "key"),
)
