"""Does an offer stay within its lender's licence: what is lent for, how much, and to whom where?"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property, lru_cache
from importlib.resources import files
from typing import Any

import yaml

from moderation.lenders.facts import Lender
from moderation.lenders.naming import fold
from moderation.lenders.purposes import purposes
from moderation.rates.numerals import SUM, number

_FILE = "licence_types.yaml"
_SMALLEST = 1_000
_SPACE = re.compile(r"\s+")
_NATIONWIDE = ("全国", "跨省")

_AMOUNT = rf"(?P<amount>{SUM})(?P<yuan>元|块|rmb)?"
_LEADING = re.compile(
    r"(?:额度|最高|可贷|可借|能借|能贷|可批|授信|借款|贷款|借|贷|批)[^\d零一二两三四五六七八九十百千。！!；;%]{0,8}?"
    + _AMOUNT
    + r"(?![\d.%期个天年月日号路位人名户笔次家倍+]|多(?:位|人|名|户|用户|客户)|用户|客户)"
)
_TRAILING = re.compile(_AMOUNT + r"的?(?:额度|授信|贷款|借款|信用金|备用金|资金|以内|打进|到账)")
_ANYWHERE = re.compile(
    r"全国(?!性|统一|客服|热线|免费|人大|政协)|各省|各地|异地|跨省|不限(?:地区|地域|户籍|区域)|(?:哪里|哪儿|外地)(?:都|也)(?:可|能|行)"
)
_NO_VEHICLE = re.compile(r"汽车金融(?:有限(?:责任)?公司)?|(?:无需|不用|不必|没有|没)[^，。,；;]{0,3}车")
_VEHICLE = re.compile(r"[购买提换用修]车|车贷|汽车|新车|二手车|爱车|座驾|试驾|车型|suv|轿车|车主")
_BUSINESS = re.compile(r"经营|企业|商户|小微|生意|店铺|个体(?:户|工商)|进货|开票|纳税|老板|工厂|农户|种植|养殖")


@dataclass(frozen=True)
class Offer:
    """What an ad offers, as far as its text says.

    ``amount`` is the largest loan it names, in yuan; ``places`` are the provinces in which places that it names lie;
    ``business`` tells that it speaks to businesses at all; ``text`` is its folded text without spaces.
    """

    amount: int | None = None
    nationwide: bool = False
    business: bool = False
    places: frozenset[str] = frozenset()
    text: str = ""

    @cached_property
    def purposes(self) -> frozenset[str]:
        """The products for which it says the money is. Read when asked for: only a lender's licence is held to them."""
        vehicle = _VEHICLE.search(_NO_VEHICLE.sub("", self.text))
        return purposes(self.text) | ({"vehicle"} if vehicle else frozenset())


@dataclass(frozen=True, slots=True)
class LicenceType:
    """What a type of licence allows: ``max_consumer`` is the largest loan to one household, in yuan.

    ``products`` are what it is for, ``never`` what it rules out.
    """

    type: str
    products: frozenset[str]
    never: frozenset[str] = frozenset()
    nationwide: bool = True
    max_consumer: int | None = None


def read_offer(text: str) -> Offer:
    """Return what *text*, raw or normalised, offers."""
    folded = _SPACE.sub("", fold(text))
    amounts = [_yuan(match) for pattern in (_LEADING, _TRAILING) for match in pattern.finditer(folded)]
    return Offer(
        amount=max((amount for amount in amounts if amount is not None), default=None),
        nationwide=_ANYWHERE.search(folded) is not None,
        business=_BUSINESS.search(folded) is not None,
        places=frozenset(province for name, province in _places().items() if name in folded),
        text=folded,
    )


def beyond(lender: Lender, offer: Offer) -> tuple[str, ...]:
    """Return in what *offer* goes beyond *lender*'s licence; nothing if it doesn't, or if no limit is known."""
    return tuple(_beyond(lender, licence_type(lender.licence_type), offer))


def licence_type(name: str) -> LicenceType | None:
    """Return what is known of the type of licence that *name* holds, None of a bank's, which limits nothing here."""
    fitting = [each for each in _types() if each.type in name]
    return max(fitting, key=lambda each: len(each.type), default=None)


def _beyond(lender: Lender, kind: LicenceType | None, offer: Offer) -> Iterator[str]:
    if _other_product(frozenset(lender.scope.products), kind, offer.purposes):
        yield "product_beyond_licence"
    limit = lender.scope.max_amount or _limit(kind, offer)
    if limit is not None and offer.amount is not None and offer.amount > limit:
        yield "amount_beyond_licence"
    local = kind is not None and not kind.nationwide and not any(word in lender.scope.region for word in _NATIONWIDE)
    elsewhere = lender.province and offer.places - {lender.province}
    if local and (offer.nationwide or elsewhere):
        yield "region_beyond_licence"


def _other_product(own: frozenset[str], kind: LicenceType | None, named: frozenset[str]) -> bool:
    """Tell whether what an offer *named* is ruled out; the lender's *own* products go before its type of licence.

    Who may lend to nobody goes too far with any offer; else what says nothing of its purpose is within the licence.
    Any loan may be for consumption: a text that names a car may offer cash as well.
    """
    if own and named and own.isdisjoint({"consumer", *named}):
        return True
    if kind is None:
        return False
    return (not kind.products and not own) or not named.isdisjoint(kind.never - own)


def _limit(kind: LicenceType | None, offer: Offer) -> int | None:
    return None if kind is None or offer.business else kind.max_consumer


def _yuan(match: re.Match[str]) -> int | None:
    """Return the amount in yuan; None of a bare small number, which may be anything."""
    value = number(match["amount"])
    return None if value < _SMALLEST and not match["yuan"] else int(value)


@lru_cache(maxsize=1)
def _places() -> dict[str, str]:
    raw: dict[str, list[str]] = yaml.safe_load((files("moderation.lenders") / "seed" / "places.yaml").read_bytes())
    return {place: province for province, places in raw.items() for place in (province, *places)}


@lru_cache(maxsize=1)
def _types() -> tuple[LicenceType, ...]:
    raw: list[dict[str, Any]] = yaml.safe_load((files("moderation.lenders") / "seed" / _FILE).read_bytes())
    return tuple(
        LicenceType(
            type=each["type"],
            products=frozenset(each["products"]),
            never=frozenset(each.get("never", ())),
            nationwide=each.get("nationwide", True),
            max_consumer=each.get("max_consumer"),
        )
        for each in raw
    )
