"""One document, stored or shipped, as it is shown: its text, its values and its history."""

from importlib.resources import files

from sqlalchemy.orm import Session

from moderation.errors import NotFound
from moderation.policies import store
from moderation.policies.models import LIVE, SHADOW, StoredPolicy
from moderation.policies.schemas import PolicyFullOut, event_out, policy_out
from moderation.policy.config import SHIPPED, Policy, PolicyError

DEFAULT = "default"


def shipped_source() -> str:
    """Return the text of the shipped document."""
    return files("moderation.policy").joinpath(SHIPPED).read_text(encoding="utf-8")


def named(session: Session, tenant: int, word: str) -> StoredPolicy | None:
    """Return the document that *word* names: a digest, ``live``, ``shadow`` or ``default``; None for the shipped one.

    Raises:
        NotFound: the tenant has no such document.
    """
    if word == DEFAULT:
        return None
    row = store.known(session, tenant, word)
    if row is None and word not in {LIVE, Policy.load().digest}:
        raise NotFound(f"there is no {word} policy of this tenant" if word == SHADOW else f"there is no policy {word}")
    return row


def source_of(session: Session, tenant: int, word: str) -> str:
    """Return the text of the document that *word* names.

    Raises:
        NotFound: the tenant has no such document.
    """
    row = named(session, tenant, word)
    return shipped_source() if row is None else row.source


def draw(session: Session, tenant: int, word: str) -> PolicyFullOut:
    """Return the document that *word* names. A text that this version refuses has no version and no values.

    Raises:
        NotFound: the tenant has no such document.
    """
    row = named(session, tenant, word)
    if row is None:
        shipped = Policy.load()
        return PolicyFullOut(
            digest=shipped.digest, source=shipped_source(), version=shipped.version, values=shipped.values()
        )
    whole = {
        **policy_out(row).model_dump(),
        "source": row.source,
        "events": [event_out(each) for each in store.events(session, row.id)],
    }
    try:
        policy = Policy.parse(row.source, row.digest)
    except PolicyError:
        return PolicyFullOut(**whole)
    return PolicyFullOut(**whole, version=policy.version, values=policy.values())
