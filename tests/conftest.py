"""Three people use the service in every test that needs them: the platform, a stranger and a moderator.

Everything that touches the database runs twice: on SQLite with Valkey, the embedded default, and on PostgreSQL
with Redis. Servers are real and one set a test process; each test gets a database of its own.
"""

import shutil
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from cryptography.fernet import Fernet
from flask import Flask
from flask.testing import FlaskClient
from pydantic import SecretStr

from moderation.access import keys
from moderation.app import create_app
from moderation.db import Base, Database, make_engine, open_database
from moderation.migrations.head import upgrade
from moderation.services import Services
from moderation.settings import Settings
from tests.support.servers import PostgresServer, RedisServer, redis_server, short_folder, valkey_server

ENCRYPTION_KEY = Fernet.generate_key().decode()


@dataclass(frozen=True)
class Pair:
    """A broker and an empty database with the schema in it."""

    database_url: str
    redis: RedisServer


@pytest.fixture(scope="session")
def redis_8() -> Iterator[RedisServer]:
    yield from _running(redis_server(short_folder("dd-r-")))


@pytest.fixture(scope="session")
def valkey() -> Iterator[RedisServer]:
    yield from _running(valkey_server(short_folder("dd-v-")))


def _running(server: RedisServer) -> Iterator[RedisServer]:
    server.start()
    yield server
    server.stop()
    shutil.rmtree(server.folder)


@pytest.fixture(scope="session")
def postgres() -> Iterator[PostgresServer]:
    folder = short_folder("dd-p-")
    server = PostgresServer(folder)
    server.start()
    server.execute("CREATE DATABASE daidun")
    _migrate(server.url("daidun"))
    yield server
    server.stop()
    shutil.rmtree(folder)


@pytest.fixture(scope="session")
def sqlite_template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("sqlite") / "template.db"
    _migrate(f"sqlite:///{path}")
    return path


def _empty(server: PostgresServer) -> None:
    """Leave no row and no connection of the test before; far quicker than a new database, which waits for the disk."""
    server.execute("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = 'daidun'")
    tables = ", ".join(f'"{table.name}"' for table in Base.metadata.sorted_tables)
    server.execute(f"TRUNCATE {tables} RESTART IDENTITY CASCADE", "daidun")


def _migrate(url: str) -> None:
    db = Database(make_engine(url))
    upgrade(db)
    db.close()


@pytest.fixture(params=["embedded", "servers"])
def pair(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Pair]:
    """SQLite and Valkey, then PostgreSQL and Redis."""
    redis: RedisServer = request.getfixturevalue("valkey" if request.param == "embedded" else "redis_8")
    redis.wipe()
    if request.param == "embedded":
        path = tmp_path / "daidun.db"
        shutil.copy(request.getfixturevalue("sqlite_template"), path)
        yield Pair(f"sqlite:///{path}", redis)
        return
    server: PostgresServer = request.getfixturevalue("postgres")
    _empty(server)
    yield Pair(server.url("daidun"), redis)


@pytest.fixture
def settings(pair: Pair, tmp_path: Path) -> Settings:
    return Settings(
        state_dir=tmp_path / "var",
        database_url=pair.database_url,
        redis_url=pair.redis.url,
        pepper=SecretStr("pepper of the tests"),
        encryption_keys=SecretStr(ENCRYPTION_KEY),
        session_key=SecretStr("session key of the tests"),
    )


@pytest.fixture
def db(settings: Settings) -> Iterator[Database]:
    database = open_database(settings)
    yield database
    database.close()


@pytest.fixture
def app(settings: Settings) -> Iterator[Flask]:
    application = create_app(settings)
    application.config.update(TESTING=True)
    yield application
    house: Services = application.extensions["daidun"]
    house.close()


@pytest.fixture
def house(app: Flask) -> Services:
    services: Services = app.extensions["daidun"]
    return services


@pytest.fixture
def key_for(db: Database, settings: Settings) -> Callable[..., str]:
    """Issue a key: ``key_for("platform", scopes=[…])``."""

    def issue(tenant: str, **options: object) -> str:
        with db.write() as session:
            owner = keys.tenant_named(session, tenant)
            _, token = keys.create(session, settings.pepper.get_secret_value(), owner, "test", **options)  # type: ignore[arg-type]
        return token

    return issue


class Platform:
    """An HTTP client that sends one tenant's API key."""

    def __init__(self, client: FlaskClient, token: str):
        self._client = client
        self.token = token

    def open(self, method: str, path: str, **kwargs: object):  # type: ignore[no-untyped-def]
        headers = {"Authorization": f"Bearer {self.token}", **kwargs.pop("headers", {})}  # type: ignore[dict-item]
        return self._client.open(path, method=method, headers=headers, **kwargs)  # type: ignore[arg-type]

    def get(self, path: str, **kwargs: object):  # type: ignore[no-untyped-def]
        return self.open("GET", path, **kwargs)

    def post(self, path: str, **kwargs: object):  # type: ignore[no-untyped-def]
        return self.open("POST", path, **kwargs)


@pytest.fixture
def platform(app: Flask, key_for: Callable[..., str]) -> Platform:
    return Platform(app.test_client(), key_for("platform"))


@pytest.fixture
def stranger(app: Flask, key_for: Callable[..., str]) -> Platform:
    return Platform(app.test_client(), key_for("stranger"))
