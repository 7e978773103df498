"""The console: accounts, sessions, audit log; the queue with what staff do about each item; a digest of each contact.

What is stored already comes into the queue: each request as it stands, and each flagged conversation. Digests of
phone numbers and email addresses are made where the key of a row is at hand.
"""

import secrets

import sqlalchemy as sa
from alembic import op

from helpline.errors import EncryptionKeyError

revision = "0004"
down_revision = "0003"

_TIME = sa.DateTime(timezone=True)
_LETTERS = "ACDEFGHJKMNPQRTWXY34679"
_SERIOUS = ("crisis/self", "crisis/other", "violence", "emergency/life_threat", "emergency/poisoning")
_TABLES = (
    "canned_replies",
    "queue_viewers",
    "queue_labels",
    "staff_notes",
    "contact_attempts",
    "queue_items",
    "audit_log",
    "sign_in_failures",
    "staff_sessions",
    "staff_passkeys",
    "staff_recovery_codes",
    "staff",
)


def upgrade() -> None:
    # Not in a batch: on SQLite it would make the table anew, and dropping the old one deletes what hangs on its rows.
    op.add_column("requests", sa.Column("contact_digest", sa.String(64)))
    op.create_index("ix_requests_contact_digest", "requests", ["contact_digest"])
    _make_staff_tables()
    _make_queue_tables()
    _keep_audit_log()
    _fill_digests()
    _fill_queue()


def downgrade() -> None:
    if op.get_bind().dialect.name == "postgresql":
        op.execute("DROP TRIGGER audit_log_is_append_only ON audit_log")
        op.execute("DROP TRIGGER audit_log_is_never_emptied ON audit_log")
        op.execute("DROP FUNCTION refuse_change_of_audit_log()")
    else:
        op.execute("DROP TRIGGER audit_log_no_update")
        op.execute("DROP TRIGGER audit_log_no_delete")
    for table in _TABLES:
        op.drop_table(table)
    op.drop_index("ix_requests_contact_digest", "requests")
    op.drop_column("requests", "contact_digest")


def _make_staff_tables() -> None:
    op.create_table(
        "staff",
        sa.Column("id", sa.Integer, primary_key=True),
        sa.Column("user_name", sa.String(64), nullable=False, unique=True),
        sa.Column("display_name", sa.String(80), nullable=False),
        sa.Column("role", sa.String(16), nullable=False),
        sa.Column("password_hash", sa.Text, nullable=False),
        sa.Column("totp_secret", sa.Text),
        sa.Column("totp_step", sa.Integer),
        sa.Column("totp_confirmed_at", _TIME),
        sa.Column("active", sa.Boolean, nullable=False),
        sa.Column("created_at", _TIME, nullable=False),
        sa.CheckConstraint("role IN ('staff', 'coordinator', 'administrator')", name="ck_staff_role"),
    )
    op.create_table(
        "staff_recovery_codes",
        sa.Column("id", sa.Integer, primary_key=True),
        _parent("staff_id", "staff.id", index=True),
        sa.Column("code_digest", sa.String(64), nullable=False),
    )
    op.create_table(
        "staff_passkeys",
        sa.Column("id", sa.Integer, primary_key=True),
        _parent("staff_id", "staff.id", index=True),
        sa.Column("credential_digest", sa.String(64), nullable=False, unique=True),
        sa.Column("credential", sa.LargeBinary, nullable=False),
        sa.Column("name", sa.String(60), nullable=False),
        sa.Column("sign_count", sa.Integer, nullable=False),
        sa.Column("created_at", _TIME, nullable=False),
        sa.Column("last_used_at", _TIME),
    )
    op.create_table(
        "staff_sessions",
        sa.Column("id", sa.Integer, primary_key=True),
        sa.Column("token_digest", sa.String(64), nullable=False, unique=True),
        _parent("staff_id", "staff.id", index=True),
        sa.Column("complete", sa.Boolean, nullable=False),
        sa.Column("challenge", sa.Text),
        sa.Column("device", sa.String(80)),
        sa.Column("created_at", _TIME, nullable=False),
        sa.Column("last_seen_at", _TIME, nullable=False, index=True),
    )
    op.create_table(
        "sign_in_failures",
        sa.Column("id", sa.Integer, primary_key=True),
        sa.Column("name_digest", sa.String(64), nullable=False, index=True),
        sa.Column("address_digest", sa.String(64), nullable=False, index=True),
        sa.Column("at", _TIME, nullable=False, index=True),
    )
    op.create_table(
        "audit_log",
        sa.Column("id", sa.Integer, primary_key=True),
        sa.Column("at", _TIME, nullable=False, index=True),
        sa.Column("staff_id", sa.Integer),
        sa.Column("staff_name", sa.String(80), nullable=False),
        sa.Column("action", sa.String(48), nullable=False),
        sa.Column("subject", sa.String(80)),
        sa.Column("detail", sa.Text),
        sa.Index("ix_audit_log_subject_id", "subject", "id"),
    )


def _make_queue_tables() -> None:
    op.create_table(
        "queue_items",
        sa.Column("id", sa.Integer, primary_key=True),
        sa.Column("kind", sa.String(16), nullable=False),
        sa.Column("reference", sa.String(8), nullable=False, unique=True),
        sa.Column("request_id", sa.Integer, sa.ForeignKey("requests.id", ondelete="CASCADE"), unique=True),
        sa.Column("sender_digest", sa.String(64), nullable=False, index=True),
        sa.Column("status", sa.String(24), nullable=False),
        sa.Column("reason", sa.String(64)),
        sa.Column("assigned_to", sa.Integer, sa.ForeignKey("staff.id", ondelete="SET NULL"), index=True),
        sa.Column("touched_at", _TIME),
        sa.Column("first_contact_at", _TIME),
        sa.Column("next_attempt_at", _TIME),
        sa.Column("merged_into", sa.Integer, sa.ForeignKey("queue_items.id", ondelete="SET NULL")),
        sa.Column("version", sa.Integer, nullable=False),
        sa.Column("created_at", _TIME, nullable=False),
        sa.Column("updated_at", _TIME, nullable=False),
        sa.CheckConstraint(
            "status IN ('new', 'in_progress', 'waiting_for_volunteer', 'done', 'could_not_reach', 'withdrawn')",
            name="ck_queue_items_status",
        ),
        sa.CheckConstraint("kind IN ('callback', 'volunteer', 'conversation')", name="ck_queue_items_kind"),
        sa.Index("ix_queue_items_status_updated_at", "status", "updated_at"),
    )
    op.create_table(
        "contact_attempts",
        sa.Column("id", sa.Integer, primary_key=True),
        _parent("item_id", "queue_items.id", index=True),
        sa.Column("staff_id", sa.Integer, sa.ForeignKey("staff.id", ondelete="SET NULL")),
        sa.Column("outcome", sa.String(24), nullable=False),
        sa.Column("note", sa.Text),
        sa.Column("next_attempt_at", _TIME),
        sa.Column("at", _TIME, nullable=False),
    )
    op.create_table(
        "staff_notes",
        sa.Column("id", sa.Integer, primary_key=True),
        _parent("item_id", "queue_items.id", index=True),
        sa.Column("staff_id", sa.Integer, sa.ForeignKey("staff.id", ondelete="SET NULL")),
        sa.Column("text", sa.Text, nullable=False),
        sa.Column("at", _TIME, nullable=False),
    )
    op.create_table(
        "queue_labels",
        sa.Column("id", sa.Integer, primary_key=True),
        _parent("item_id", "queue_items.id"),
        sa.Column("label", sa.String(32), nullable=False, index=True),
        sa.UniqueConstraint("item_id", "label", name="uq_queue_labels_item_id_label"),
    )
    op.create_table(
        "queue_viewers",
        sa.Column("id", sa.Integer, primary_key=True),
        _parent("item_id", "queue_items.id"),
        _parent("staff_id", "staff.id"),
        sa.Column("seen_at", _TIME, nullable=False),
        sa.UniqueConstraint("item_id", "staff_id", name="uq_queue_viewers_item_id_staff_id"),
    )
    op.create_table(
        "canned_replies",
        sa.Column("id", sa.Integer, primary_key=True),
        sa.Column("title", sa.String(60), nullable=False, unique=True),
        sa.Column("text", sa.String(1000), nullable=False),
    )


def _parent(name: str, target: str, index: bool = False) -> sa.Column:
    return sa.Column(name, sa.Integer, sa.ForeignKey(target, ondelete="CASCADE"), nullable=False, index=index)


def _keep_audit_log() -> None:
    """Refuse to change or delete what the audit log holds, whoever asks."""
    if op.get_bind().dialect.name == "postgresql":
        op.execute(
            "CREATE FUNCTION refuse_change_of_audit_log() RETURNS trigger LANGUAGE plpgsql AS "
            "$$ BEGIN RAISE EXCEPTION 'the audit log is append-only'; END $$"
        )
        op.execute(
            "CREATE TRIGGER audit_log_is_append_only BEFORE UPDATE OR DELETE ON audit_log "
            "FOR EACH ROW EXECUTE FUNCTION refuse_change_of_audit_log()"
        )
        op.execute(
            "CREATE TRIGGER audit_log_is_never_emptied BEFORE TRUNCATE ON audit_log "
            "FOR EACH STATEMENT EXECUTE FUNCTION refuse_change_of_audit_log()"
        )
        return
    for verb in ("UPDATE", "DELETE"):
        op.execute(
            f"CREATE TRIGGER audit_log_no_{verb.lower()} BEFORE {verb} ON audit_log "
            "BEGIN SELECT RAISE(ABORT, 'the audit log is append-only'); END"
        )


def _fill_digests() -> None:
    connection = op.get_bind()
    cipher = connection.dialect.helpline_cipher
    columns = ("id", "phone_number", "email", "contact_digest")
    requests = sa.table("requests", *map(sa.column, columns))
    for row in connection.execute(sa.select(requests.c.id, requests.c.phone_number, requests.c.email)).all():
        try:
            address = cipher.decrypt(row.phone_number or row.email or "")
        except EncryptionKeyError:
            continue  # written with a key that is gone: nobody can find it by its contact
        digest = cipher.digest("contact", address.strip().lower())
        connection.execute(sa.update(requests).where(requests.c.id == row.id).values(contact_digest=digest))


def _fill_queue() -> None:
    connection = op.get_bind()
    common = ("reference", "sender_digest", "status", "created_at", "updated_at")
    requests = sa.table("requests", *map(sa.column, ("id", "kind", *common)))
    items = sa.table("queue_items", *map(sa.column, ("kind", "request_id", "reason", "version", *common)))
    names = ["kind", "request_id", "version", *common]
    rows = sa.select(
        requests.c.kind, requests.c.id, sa.literal(1), *(requests.c[name] for name in common)
    )  # fmt: skip
    connection.execute(sa.insert(items).from_select(names, rows))
    flags = sa.table("flagged_conversations", *map(sa.column, ("sender_digest", "reason", "created_at")))
    found: dict[str, list[sa.engine.Row]] = {}
    for row in connection.execute(sa.select(flags.c.sender_digest, flags.c.reason, flags.c.created_at)).all():
        found.setdefault(row.sender_digest, []).append(row)
    for digest, raised in found.items():
        letters = "".join(secrets.choice(_LETTERS) for _ in range(6))
        rank = {reason: number for number, reason in enumerate(_SERIOUS)}
        connection.execute(
            sa.insert(items).values(
                kind="conversation",
                reference=f"{letters[:4]}-{letters[4:]}",
                sender_digest=digest,
                status="new",
                reason=min((row.reason for row in raised), key=lambda reason: rank.get(reason, len(rank))),
                version=1,
                created_at=min(row.created_at for row in raised),
                updated_at=max(row.created_at for row in raised),
            )
        )
