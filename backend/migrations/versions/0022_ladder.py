"""The alarm ladder, sealed notes on health, mentions with their mark, and links into a case."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0022"
down_revision = "0021"
branch_labels = None
depends_on = None


def upgrade() -> None:
    _of_alarms()
    _of_the_desk()


def _of_alarms() -> None:
    op.create_table(
        "alarm_step",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("community_id", sa.String(length=40), nullable=False),
        sa.Column("alarm_id", sa.String(length=26), nullable=False),
        sa.Column("round", sa.Integer(), nullable=False),
        sa.Column("rung", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(length=10), nullable=False),
        sa.Column("name", sa.String(length=80), nullable=False),
        sa.Column("ref", sa.Integer(), nullable=False),
        sa.Column("state", sa.String(length=12), nullable=False),
        sa.Column("reason", sa.String(length=20), nullable=True),
        sa.Column("due_at", sa.DateTime(), nullable=False),
        sa.Column("done_at", sa.DateTime(), nullable=True),
        sa.Column("by", sa.String(length=80), nullable=True),
        sa.ForeignKeyConstraint(["alarm_id"], ["alarm.id"], name=op.f("fk_alarm_step_alarm_id")),
        sa.ForeignKeyConstraint(["community_id"], ["community.id"], name=op.f("fk_alarm_step_community_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_alarm_step")),
        sa.UniqueConstraint("alarm_id", "round", "kind", "ref", name=op.f("uq_alarm_step_alarm_id_round_kind_ref")),
    )
    op.create_table(
        "health_note",
        sa.Column("resident_id", sa.Integer(), nullable=False),
        sa.Column("community_id", sa.String(length=40), nullable=False),
        sa.Column("sealed", sa.Text(), nullable=False),
        sa.Column("updated_at", sa.DateTime(), nullable=False),
        sa.ForeignKeyConstraint(["community_id"], ["community.id"], name=op.f("fk_health_note_community_id")),
        sa.ForeignKeyConstraint(["resident_id"], ["resident.id"], name=op.f("fk_health_note_resident_id")),
        sa.PrimaryKeyConstraint("resident_id", name=op.f("pk_health_note")),
    )
    op.create_index(op.f("ix_health_note_community_id"), "health_note", ["community_id"])
    op.add_column("alarm", sa.Column("going_until", sa.DateTime(), nullable=True))
    op.add_column("staff_session", sa.Column("sounds_at", sa.DateTime(), nullable=True))


def _of_the_desk() -> None:
    op.create_table(
        "mention",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("community_id", sa.String(length=40), nullable=False),
        sa.Column("note_id", sa.Integer(), nullable=False),
        sa.Column("conversation_id", sa.Integer(), nullable=False),
        sa.Column("staff_id", sa.Integer(), nullable=False),
        sa.Column("seen_at", sa.DateTime(), nullable=True),
        sa.ForeignKeyConstraint(["community_id"], ["community.id"], name=op.f("fk_mention_community_id")),
        sa.ForeignKeyConstraint(["conversation_id"], ["conversation.id"], name=op.f("fk_mention_conversation_id")),
        sa.ForeignKeyConstraint(["note_id"], ["note.id"], name=op.f("fk_mention_note_id")),
        sa.ForeignKeyConstraint(["staff_id"], ["staff.id"], name=op.f("fk_mention_staff_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_mention")),
        sa.UniqueConstraint("note_id", "staff_id", name=op.f("uq_mention_note_id_staff_id")),
    )
    op.create_index(op.f("ix_mention_staff_id_seen_at"), "mention", ["staff_id", "seen_at"])
    op.create_table(
        "case_invitation",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("community_id", sa.String(length=40), nullable=False),
        sa.Column("case_id", sa.String(length=26), nullable=False),
        sa.Column("digest", sa.String(length=64), nullable=False),
        sa.Column("expires_at", sa.DateTime(), nullable=False),
        sa.Column("conversation_id", sa.Integer(), nullable=True),
        sa.ForeignKeyConstraint(["case_id"], ["case.id"], name=op.f("fk_case_invitation_case_id")),
        sa.ForeignKeyConstraint(["community_id"], ["community.id"], name=op.f("fk_case_invitation_community_id")),
        sa.ForeignKeyConstraint(
            ["conversation_id"], ["conversation.id"], name=op.f("fk_case_invitation_conversation_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_case_invitation")),
        sa.UniqueConstraint("digest", name=op.f("uq_case_invitation_digest")),
    )


def downgrade() -> None:
    op.drop_column("staff_session", "sounds_at")
    op.drop_column("alarm", "going_until")
    for table in ("case_invitation", "mention", "health_note", "alarm_step"):
        op.drop_table(table)
