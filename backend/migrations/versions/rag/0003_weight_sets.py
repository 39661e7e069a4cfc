"""Sets of learned weights."""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

from utils.db import UtcDateTime

revision: str = "0003_rag"
down_revision: str | None = "0002_rag"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None


def upgrade() -> None:
    op.create_table(
        "weight_sets",
        sa.Column("id", sa.String(length=32), nullable=False),
        sa.Column("embedder", sa.String(length=300), nullable=False),
        sa.Column("weights", sa.JSON(), nullable=False),
        sa.Column("report", sa.JSON(), nullable=False),
        sa.Column("adopted", sa.Boolean(), nullable=False),
        sa.Column("active", sa.Boolean(), nullable=False),
        sa.Column("created_at", UtcDateTime(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_weight_sets")),
    )
    with op.batch_alter_table("weight_sets", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_weight_sets_embedder"), ["embedder"], unique=False)


def downgrade() -> None:
    with op.batch_alter_table("weight_sets", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_weight_sets_embedder"))

    op.drop_table("weight_sets")
