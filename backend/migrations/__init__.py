"""Alembic migrations of both databases: `versions/rag` and `versions/api`."""
