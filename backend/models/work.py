"""What the desk works on: cases with their history, alarms with theirs, and the counters of numbers."""

from __future__ import annotations

from sqlalchemy import JSON, Boolean, Column, ForeignKey, Index, Integer, String, Table, Text, UniqueConstraint

from backend.models.schema import Instant, metadata, of_community, public_id, serial

counter = Table(
    "counter",
    metadata,
    Column("community_id", String(40), ForeignKey("community.id"), primary_key=True),
    Column("name", String(40), primary_key=True),
    Column("value", Integer, nullable=False),
)

case = Table(
    "case",
    metadata,
    public_id(),
    of_community(),
    Column("number", String(24), nullable=False),
    Column("kind", String(20), nullable=False),
    Column("category", String(20)),
    Column("state", String(20), nullable=False),
    Column("priority", String(10), nullable=False),
    Column("scope", String(10), nullable=False),
    Column("household_id", Integer, ForeignKey("household.id")),
    Column("resident_id", Integer, ForeignKey("resident.id")),
    Column("conversation_id", Integer, ForeignKey("conversation.id")),
    Column("location", Text, nullable=False),
    Column("details", Text, nullable=False),
    Column("wish", String(40)),
    Column("contact", String(24)),
    Column("slots", JSON, nullable=False),
    Column("due_at", Instant),
    Column("created_at", Instant, nullable=False),
    Column("updated_at", Instant, nullable=False),
    # Whom at the desk it lies with, and how often "not fixed" has sent it one rung up.
    Column("team", String(40)),
    Column("rung", Integer, nullable=False, default=0, server_default="0"),
    # When the resident was asked whether it is fixed, and the marks that they gave, 1 to 5.
    Column("asked_at", Instant),
    Column("rating", Integer),
    # What neighbours' reports of the same public fault have in common; NULL for what is one home's own.
    Column("place_key", String(120)),
    # Which resident acted, where it was filed for somebody else: the case is the principal's.
    Column("filed_by", Integer),
    # Who of the staff has it; no reference, so that SQLite need not make the table anew.
    Column("assignee_id", Integer),
    # Counts what the desk changes: two clerks who looked at the same version cannot both win.
    Column("version", Integer, nullable=False, default=1, server_default="1"),
    # Since when its clock stands still because we wait for the resident.
    Column("paused_at", Instant),
    # The case that stands for the same fault, while this one is merged into it.
    Column("merged_into", String(26)),
    # The call after the end: when somebody was reached, and when to try again after nobody was.
    Column("called_at", Instant),
    Column("call_after", Instant),
    # The deadline whose end staff were told of; a later one is told again.
    Column("told_due", Instant),
    UniqueConstraint("community_id", "number"),
    Index(None, "community_id", "kind", "state"),
    # Lists by page, newest first, however many there are.
    Index(None, "community_id", "id"),
    Index(None, "community_id", "state", "id"),
    Index(None, "community_id", "kind", "id"),
    Index(None, "community_id", "place_key"),
    Index(None, "state", "due_at"),
    Index(None, "conversation_id"),
    Index(None, "resident_id"),
)

# A neighbour who reported the same public fault; the first reporter is the case's own conversation.
case_report = Table(
    "case_report",
    metadata,
    serial(),
    of_community(),
    Column("case_id", String(26), ForeignKey("case.id"), nullable=False),
    Column("conversation_id", Integer, ForeignKey("conversation.id"), nullable=False),
    Column("resident_id", Integer, ForeignKey("resident.id")),
    Column("words", Text, nullable=False),
    Column("joined_at", Instant, nullable=False),
    # Staff found that it is another fault: it has a case of its own since.
    Column("split_at", Instant),
    UniqueConstraint("case_id", "conversation_id"),
    Index(None, "conversation_id"),
)

# A link that puts somebody into a case that the desk filed for them; only its digest is kept.
case_invitation = Table(
    "case_invitation",
    metadata,
    serial(),
    of_community(),
    Column("case_id", String(26), ForeignKey("case.id"), nullable=False),
    Column("digest", String(64), nullable=False, unique=True),
    Column("expires_at", Instant, nullable=False),
    Column("conversation_id", Integer, ForeignKey("conversation.id")),
)

case_event = Table(
    "case_event",
    metadata,
    serial(),
    Column("case_id", String(26), ForeignKey("case.id"), nullable=False),
    Column("name", String(20), nullable=False),
    Column("from_state", String(20)),
    Column("to_state", String(20)),
    Column("by", String(80), nullable=False),
    Column("note", Text),
    Column("data", JSON),
    Column("at", Instant, nullable=False),
    Index(None, "case_id"),
)

alarm = Table(
    "alarm",
    metadata,
    public_id(),
    of_community(),
    Column("kind", String(12), nullable=False),
    Column("state", String(20), nullable=False),
    # Who speaks, who is in danger and where are three things (practice 1).
    Column("conversation_id", Integer, ForeignKey("conversation.id")),
    Column("channel", String(20), nullable=False),
    Column("account", String(60), nullable=False),
    Column("reported_by", String(200), nullable=False),
    Column("reporter_id", Integer, ForeignKey("resident.id")),
    Column("who", Text),
    Column("location", Text),
    Column("location_confirmed", Boolean, nullable=False, default=False),
    Column("household_id", Integer, ForeignKey("household.id")),
    Column("words", Text, nullable=False),
    Column("quiet", Boolean, nullable=False, default=False),
    Column("raised_at", Instant, nullable=False),
    Column("accepted_by", String(80)),
    # Of whoever pressed at the desk: a name may be borne by two. None where they answered on the telephone.
    Column("accepted_login", String(60)),
    # Until when nobody climbs further, because somebody said that they are going; on the real clock.
    Column("going_until", Instant),
    Column("closed_at", Instant),
    Column("closed_by", String(80)),
    Column("outcome", Text),
    # The message that raised it: the same message again is the same alarm.
    Column("cause", String(400), nullable=False, unique=True),
    Index(None, "community_id", "state"),
    Index(None, "channel", "account", "reported_by", "state"),
)

alarm_event = Table(
    "alarm_event",
    metadata,
    serial(),
    Column("alarm_id", String(26), ForeignKey("alarm.id"), nullable=False),
    Column("name", String(20), nullable=False),
    Column("by", String(200), nullable=False),
    Column("note", Text),
    Column("at", Instant, nullable=False),
    # NULL for what staff and timers write; a message's key for what a resident said, so that it counts once.
    Column("cause", String(400), unique=True),
    Index(None, "alarm_id"),
)

# A case that is another authority's: handed on by Open311, and followed there.
handed_case = Table(
    "handed_case",
    metadata,
    Column("case_id", String(26), ForeignKey("case.id"), primary_key=True),
    of_community(),
    # As the other side calls it.
    Column("service", String(60), nullable=False),
    # due, unsure, asked (a token came), there (a number came), ended, refused.
    Column("state", String(10), nullable=False),
    Column("token", String(80)),
    Column("number", String(80)),
    # As the other side last told it, and when.
    Column("status", String(10)),
    Column("notes", Text),
    Column("tries", Integer, nullable=False),
    Column("trouble", String(300)),
    Column("due_at", Instant),
    Column("created_at", Instant, nullable=False),
    Column("heard_at", Instant),
    Index(None, "due_at"),
    Index(None, "community_id", "number"),
)
