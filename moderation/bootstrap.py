"""The first start: schema, registry, first tenant, first key, first moderator. Later starts find them there."""

from dataclasses import dataclass

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from moderation.access import keys, people
from moderation.access.models import ApiKey
from moderation.db import Database, open_database
from moderation.lenders import changes
from moderation.lenders.importer import seed
from moderation.lenders.models import RegistryState
from moderation.migrations.head import upgrade
from moderation.settings import Settings


@dataclass(frozen=True, slots=True)
class Welcome:
    """Credentials made at the first start, shown this once; None where they were there already."""

    api_key: str | None = None
    moderator: str | None = None
    password: str | None = None


def prepare(settings: Settings) -> Welcome:
    """Bring the configured database to where the service can start."""
    db = open_database(settings)
    try:
        bring_up(db)
        with db.write() as session:
            api_key = _first_key(session, settings)
            moderator = people.first_moderator(session)
    finally:
        db.close()
    name, password = moderator or (None, None)
    return Welcome(api_key, name, password)


def bring_up(db: Database) -> None:
    """Migrate the schema, and see to it that there is a lender registry that can be vouched for."""
    upgrade(db)
    with db.write() as session:
        if session.get(RegistryState, 1) is None:
            seed(session)
        else:
            changes.seal(session)


def _first_key(session: Session, settings: Settings) -> str | None:
    if session.scalar(select(func.count()).select_from(ApiKey)):
        return None
    tenant = keys.tenant_named(session, "default")
    _, token = keys.create(session, settings.pepper.get_secret_value(), tenant, "first key")
    return token
