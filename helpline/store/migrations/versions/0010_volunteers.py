"""Peer volunteers, and whom each is matched with."""

import sqlalchemy as sa
from alembic import context, op

from helpline.errors import StartError

revision = "0010"
down_revision = "0009"

_TIME = sa.DateTime(timezone=True)
_HOLDS = sa.text("state IN ('proposed', 'asked', 'accepted', 'offered', 'chosen', 'final')")
_CHOSEN = sa.text("state IN ('chosen', 'final')")
_CHANGES = (
    "asked_at",
    "accepted_at",
    "declined_at",
    "expired_at",
    "offered_at",
    "not_chosen_at",
    "chosen_at",
    "final_at",
    "ended_at",
)


def upgrade() -> None:
    op.create_table(
        "volunteers",
        sa.Column("id", sa.Integer, primary_key=True),
        sa.Column("name", sa.Text, nullable=False),
        sa.Column("email", sa.Text),
        sa.Column("phone", sa.Text),
        sa.Column("contact_digest", sa.String(64), nullable=False, unique=True),
        sa.Column("phone_digest", sa.String(64)),
        sa.Column("role", sa.String(16), nullable=False),
        sa.Column("metastatic", sa.Boolean, nullable=False),
        sa.Column("treatment_ended", sa.Text),
        sa.Column("diagnosis", sa.String(16)),
        sa.Column("subtypes", sa.Text, nullable=False),
        sa.Column("sites", sa.Text, nullable=False),
        sa.Column("age_range", sa.String(16)),
        sa.Column("languages", sa.String(160), nullable=False),
        sa.Column("concerns", sa.Text, nullable=False),
        sa.Column("children", sa.String(16)),
        sa.Column("work", sa.String(16)),
        sa.Column("times", sa.String(160), nullable=False),
        sa.Column("methods", sa.String(32), nullable=False),
        sa.Column("capacity", sa.Integer, nullable=False),
        sa.Column("rest_days", sa.Integer, nullable=False),
        sa.Column("trained_on", sa.String(10)),
        sa.Column("notes", sa.Text),
        sa.Column("state", sa.String(16), nullable=False),
        sa.Column("version", sa.Integer, nullable=False),
        sa.Column("created_at", _TIME, nullable=False),
        sa.Column("updated_at", _TIME, nullable=False),
        sa.CheckConstraint("state IN ('active', 'pausing', 'removed')", name="ck_volunteers_state"),
        sa.CheckConstraint("role IN ('patient', 'carer')", name="ck_volunteers_role"),
    )
    op.create_index("ix_volunteers_phone_digest", "volunteers", ["phone_digest"])
    op.create_index("ix_volunteers_state", "volunteers", ["state"])
    op.create_table(
        "volunteer_matches",
        sa.Column("id", sa.Integer, primary_key=True),
        sa.Column("request_id", sa.Integer, sa.ForeignKey("volunteer_requests.id", ondelete="CASCADE"), nullable=False),
        sa.Column("volunteer_id", sa.Integer, sa.ForeignKey("volunteers.id", ondelete="CASCADE"), nullable=False),
        sa.Column("state", sa.String(16), nullable=False),
        sa.Column("made_by", sa.Integer, sa.ForeignKey("staff.id", ondelete="SET NULL")),
        sa.Column("proposed_at", _TIME, nullable=False),
        *(sa.Column(name, _TIME) for name in _CHANGES),
        sa.Column("updated_at", _TIME, nullable=False),
        sa.Column("volunteer_helpful", sa.Boolean),
        sa.Column("visitor_helpful", sa.Boolean),
        sa.CheckConstraint(
            "state IN ('proposed', 'asked', 'accepted', 'declined', 'expired', 'offered', 'not_chosen', 'chosen', "
            "'final', 'ended')",
            name="ck_volunteer_matches_state",
        ),
    )
    op.create_index("ix_volunteer_matches_request_id", "volunteer_matches", ["request_id"])
    op.create_index("ix_volunteer_matches_updated_at", "volunteer_matches", ["updated_at"])
    op.create_index("ix_volunteer_matches_volunteer_id_state", "volunteer_matches", ["volunteer_id", "state"])
    for name, columns, where in (
        ("holding", ["request_id", "volunteer_id"], _HOLDS),
        ("chosen", ["request_id"], _CHOSEN),
    ):
        op.create_index(
            f"uq_volunteer_matches_{name}",
            "volunteer_matches",
            columns,
            unique=True,
            sqlite_where=where,
            postgresql_where=where,
        )


def downgrade() -> None:
    # SQLite keeps what is dropped before a later step refuses: refuse at the first one what the next would.
    if context.get_revision_argument() != down_revision:
        if _number("digest_keys"):
            raise StartError(
                "The keys were rotated, or a backup was restored: a version so old would not find what is stored. "
                "Restore a backup that it made."
            )
        if _number("messaging_contacts WHERE opted_out_at IS NOT NULL"):
            raise StartError(
                "Somebody wants no messages, and a version so old cannot remember that. Restore a backup that it made, "
                "and keep the messaging channels off."
            )
    op.drop_table("volunteer_matches")
    op.drop_table("volunteers")


def _number(rows: str) -> int:
    return int(op.get_bind().execute(sa.text(f"SELECT count(*) FROM {rows}")).scalar() or 0)  # noqa: S608
