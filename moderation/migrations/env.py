"""Alembic's entry: migrates over the connection that ``head`` hands in."""

from typing import Any, Literal

from alembic import context
from alembic.autogenerate.api import AutogenContext
from sqlalchemy.types import TypeDecorator

from moderation import models  # noqa: F401 - the import fills the metadata
from moderation.db import Base


def render_item(kind: str, item: Any, autogen: AutogenContext) -> str | Literal[False]:
    """Write column types as what the database holds: a migration must not hang on our code of some later day."""
    if kind == "type" and isinstance(item, TypeDecorator):
        return f"sa.{item.impl_instance!r}"
    if kind == "type" and item.dialect_impl(autogen.dialect) is not item and "sqlite" in item._variant_mapping:
        return f'sa.{item!r}.with_variant(sa.Integer(), "sqlite")'
    if kind == "type" and "postgresql" in item._variant_mapping:
        autogen.imports.add("from sqlalchemy.dialects import postgresql")
        return f'sa.{item!r}.with_variant(postgresql.JSONB(), "postgresql")'
    return False


connection = context.config.attributes["connection"]
context.configure(
    connection=connection,
    target_metadata=Base.metadata,
    render_as_batch=connection.dialect.name == "sqlite",
    render_item=render_item,
)
with context.begin_transaction():
    context.run_migrations()
