"""What the registry says of a publisher on a date."""

from dataclasses import dataclass
from enum import StrEnum
from typing import Literal


class Standing(StrEnum):
    """How a publisher stands towards the lender that an ad is about, on the day of publication."""

    VERIFIED_LENDER = "verified_lender"
    """The platform verified the publisher, and it is a lender whose licence was active on that day."""
    VERIFIED_PARTNER = "verified_partner"
    """Verified, and on that lender's own list of partners on that day."""
    VERIFIED_UNLICENSED = "verified_unlicensed"
    """Verified as somebody who holds no lending licence (助贷 and 贷超 operators included)."""
    LICENCE_SUSPENDED = "licence_suspended"
    """Verified as a lender whose licence was suspended, revoked or given up on that day."""
    OUT_OF_SCOPE = "out_of_scope"
    """Verified and licensed, but the offer goes beyond the licence: its products, amounts or region."""
    UNCONFIRMED_ENTRY = "unconfirmed_entry"
    """Verified, but the registry entry rests on one weak source: not enough for an allow by itself."""
    UNVERIFIED_CLAIM = "unverified_claim"
    """The text or an unverified publisher names a lender; a name proves nothing."""
    NO_CLAIM = "no_claim"
    """Neither the text nor the publisher names a lender."""


@dataclass(frozen=True, slots=True)
class Publisher:
    """Who publishes, as the platform says. Only ``verified`` identities count as more than a claim."""

    id: str | None = None
    name: str | None = None
    licence_no: str | None = None
    domain: str | None = None
    verified: bool = False


@dataclass(frozen=True, slots=True)
class Mention:
    """A registry name found in a text. ``start`` and ``end`` are code-point offsets into the text searched."""

    entity: str
    """Legal name of the entity that the name belongs to."""
    name: str
    kind: Literal["legal_name", "brand", "operator"]
    licence_type: str
    confidence: Literal["high", "medium", "low"]
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Suspicion:
    """Something in an item that looks made to be taken for a lender's, or to hide that it is. Never a claim.

    ``written`` is what the item has, ``resembles`` the name or domain of ``entity`` that it is almost; a host stands
    in Unicode, whatever its spelling in the link. ``kind`` says how they differ: of names ``traditional``, ``sound``,
    ``shape``, ``latin``, ``odd_character``, ``separator``, ``letter`` or ``swap``; of domains ``confusable``,
    ``digits``, ``subdomain``, ``suffix``, ``addition``, ``edit`` or ``pinyin``. ``start`` and ``end`` are code-point
    offsets into the text as written; a domain has none.
    """

    what: Literal["name", "domain"]
    written: str
    resembles: str
    entity: str
    kind: str
    start: int | None = None
    end: int | None = None


@dataclass(frozen=True, slots=True)
class Finding:
    """The registry's answer for one item.

    ``claimed`` is the legal name of the lender that the text or publisher names first, if any; ``matched``
    the registry entity that the verified publisher is bound to, if any. ``foreign_links`` are registrable
    domains in the item that belong to neither; ``own_links`` those that are the matched or claimed lender's.
    ``remarks`` are machine-readable oddities (``licence_number_format``, ``domain_of_other_lender`` …).
    ``suspicions`` are look-alikes of names and domains; nothing else in the finding rests on them.
    """

    standing: Standing
    claimed: str | None = None
    matched: str | None = None
    mentions: tuple[Mention, ...] = ()
    own_links: tuple[str, ...] = ()
    foreign_links: tuple[str, ...] = ()
    remarks: tuple[str, ...] = ()
    registry: str = ""
    suspicions: tuple[Suspicion, ...] = ()
