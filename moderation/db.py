"""The database: SQLite or PostgreSQL behind one set of sessions and column types.

SQLite takes its write lock when a write transaction begins (BEGIN IMMEDIATE): a deferred one that turns
from reading to writing fails under contention whatever the busy timeout.
"""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import JSON, BigInteger, Connection, DateTime, Engine, Integer, MetaData, create_engine, event
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.engine import Dialect
from sqlalchemy.orm import DeclarativeBase, Session
from sqlalchemy.types import TypeDecorator

from moderation.privacy import vault
from moderation.settings import Settings

BigId = BigInteger().with_variant(Integer(), "sqlite")
Json = JSON().with_variant(JSONB(), "postgresql")


class UTCDateTime(TypeDecorator[datetime]):
    """An instant. Naive values are refused; SQLite, which has no zones, gets UTC."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError(f"{value!r} names no time zone")
        value = value.astimezone(UTC)
        return value.replace(tzinfo=None) if dialect.name == "sqlite" else value

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        if value is None:
            return None
        return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)


class Base(DeclarativeBase):
    """All tables; constraints are named so that migrations can find them on both databases."""

    metadata = MetaData(
        naming_convention={
            "ix": "ix_%(table_name)s_%(column_0_N_name)s",
            "uq": "uq_%(table_name)s_%(column_0_N_name)s",
            "ck": "ck_%(table_name)s_%(constraint_name)s",
            "fk": "fk_%(table_name)s_%(column_0_name)s",
            "pk": "pk_%(table_name)s",
        }
    )


def utcnow() -> datetime:
    """The current instant, in UTC."""
    return datetime.now(UTC)


class Database:
    """Opens transactions; one object a process."""

    def __init__(self, engine: Engine):
        self.engine = engine
        self._reading = engine.execution_options(daidun_read_only=True)

    @property
    def is_sqlite(self) -> bool:
        return self.engine.dialect.name == "sqlite"

    @contextmanager
    def write(self) -> Iterator[Session]:
        """A transaction that commits when the block ends and rolls back when it raises."""
        with Session(self.engine, expire_on_commit=False) as session, session.begin():
            yield session

    @contextmanager
    def read(self) -> Iterator[Session]:
        """A transaction for reading; it takes no write lock and is rolled back at the end."""
        with Session(self._reading, expire_on_commit=False) as session:
            yield session

    def close(self) -> None:
        self.engine.dispose()


def open_database(settings: Settings) -> Database:
    """Connect to the configured database and install the encryption keys of its columns."""
    keys = [key.strip() for key in settings.encryption_keys.get_secret_value().split(",") if key.strip()]
    vault.install(vault.Vault(keys))
    return Database(make_engine(settings.sqlalchemy_url))


@contextmanager
def opened(settings: Settings) -> Iterator[Database]:
    """The configured database for as long as a command runs."""
    db = open_database(settings)
    try:
        yield db
    finally:
        db.close()


def make_engine(url: str) -> Engine:
    """Return an engine for *url* with the pragmas, or pool, that the dialect needs."""
    if url.startswith("sqlite"):
        engine = create_engine(url, connect_args={"timeout": 30})
        event.listen(engine, "connect", _prepare_sqlite)
        event.listen(engine, "begin", _begin_sqlite)
        return engine
    return create_engine(url, pool_pre_ping=True, pool_size=8, max_overflow=8, pool_timeout=10)


def _prepare_sqlite(connection: Any, _record: object) -> None:
    # pysqlite must not start transactions on its own: _begin_sqlite does.
    connection.isolation_level = None
    for pragma in ("journal_mode=WAL", "synchronous=NORMAL", "busy_timeout=30000", "foreign_keys=ON"):
        connection.execute(f"PRAGMA {pragma}")


def _begin_sqlite(connection: Connection) -> None:
    read_only = connection.get_execution_options().get("daidun_read_only", False)
    connection.exec_driver_sql("BEGIN" if read_only else "BEGIN IMMEDIATE")


def insert_new(session: Session, row: type[Base], rows: Sequence[dict[str, Any]], unique: Sequence[str]) -> int:
    """Insert those of *rows* of the table of *row* whose *unique* columns are not there yet; return how many went in.

    Both databases spell it alike, but SQLAlchemy gives the clause with each dialect's own insert.
    """
    if not rows:
        return 0
    dialect = sqlite if session.get_bind().dialect.name == "sqlite" else postgresql
    statement = (
        dialect.insert(row).on_conflict_do_nothing(index_elements=list(unique)).returning(*row.__mapper__.primary_key)
    )
    return len(session.execute(statement.returning(*row.__mapper__.primary_key), list(rows)).all())
