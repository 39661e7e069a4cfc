"""Runs the migrations of one branch over the connection that `utils.db` hands in."""

from alembic import context
from sqlalchemy import Connection

config = context.config
branch: str = config.attributes["branch"]
connection: Connection = config.attributes["connection"]

context.configure(
    connection=connection,
    target_metadata=config.attributes.get("metadata"),
    # Both branches may share one PostgreSQL database, each with its own record.
    version_table=f"alembic_version_{branch}",
    render_as_batch=connection.dialect.name == "sqlite",
)
with context.begin_transaction():
    context.run_migrations()
