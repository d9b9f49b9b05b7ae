"""Where registries come from: the database, as it is or was, or files."""

from collections.abc import Sequence
from datetime import date, datetime
from functools import lru_cache

from sqlalchemy.orm import Session

from moderation.days import today
from moderation.lenders import changes, importer, ledgers, scope, sheets, store
from moderation.lenders.facts import assemble
from moderation.lenders.kinds import Fields, Kind
from moderation.lenders.name_rules import load_rules
from moderation.lenders.refusals import RegistryDamaged
from moderation.lenders.registry import Registry
from moderation.lenders.standing import Finding, Publisher
from moderation.lenders.versions import version_of


def load_registry(session: Session, known_at: datetime | None = None) -> Registry:
    """Read the whole registry into memory, as it is or as it was known at the instant *known_at*.

    Raises:
        RegistryDamaged: the rows are not those that the last change left.
    """
    facts = store.facts(session, known_at)
    if known_at is None and facts.fingerprint != changes.facts_hash(session):
        raise RegistryDamaged("the lender registry's rows were altered by something other than its changes")
    return Registry(facts)


class CurrentRegistry:
    """The registry in a long-lived process: read again when its version changes. Safe to share between threads."""

    def __init__(self) -> None:
        self._registry: Registry | None = None

    def get(self, session: Session) -> Registry:
        """Return the registry as it is now.

        Raises:
            RegistryDamaged: the rows are not those that the last change left.
        """
        registry = self._registry
        if registry is None or registry.version != current_version(session):
            self._registry = registry = load_registry(session)
        return registry


def current_version(session: Session) -> str:
    """Return the version that ``load_registry`` would give now, with one small query."""
    return version_of(changes.facts_hash(session), load_rules())


@lru_cache(maxsize=1)
def shipped_registry() -> Registry:
    """Return the registry of the shipped files; it needs no database."""
    return registry_of(*((kind, importer.shipped_file(name)) for kind, name in importer.SHIPPED))


def registry_of(*contents: tuple[Kind, bytes]) -> Registry:
    """Return the registry that files with these contents, each of one kind, come to.

    Raises:
        FileRefused: one of them is wrong.
    """
    day = today()
    records: list[tuple[Kind, Fields]] = []
    for kind, content in contents:
        reading = sheets.read(content, f"{kind}.csv", kind)
        records += [(kind, ledgers.settled(kind, record.fields, {}, day)) for record in reading.records]
    return Registry(assemble(records))


def standing(
    publisher: Publisher | None,
    at: date,
    *,
    registry: Registry | None = None,
    text: str = "",
    links: Sequence[str] = (),
) -> Finding:
    """Return the finding for a publisher and a text, by the shipped registry unless another is given."""
    registry = registry or shipped_registry()
    mentions = registry.mentions(text, at)
    return registry.standing(publisher, mentions=mentions, links=links, at=at, offer=scope.read_offer(text), text=text)
