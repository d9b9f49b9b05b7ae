"""Which registry entry a verified publisher is: by name, exactly, or failing that by domain."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from moderation.lenders import links, naming
from moderation.lenders.facts import ALWAYS, RANK, Facts, Helper, Lender, Validity
from moderation.lenders.names import Confidence, NameKind
from moderation.lenders.standing import Publisher

_BRANCHES = ("分行", "支行", "分公司", "营业部", "信用卡中心", "分理处")
_FIRMS = ("公司", "银行", "合作社", "事务所", "经营部", "服务部", "商行", "集团", "中心", "协会", "商会")
_REMARKS: dict[NameKind, str] = {"alias": "matched_by_alias", "former_name": "matched_by_former_name"}


@dataclass(frozen=True, slots=True)
class Bond:
    """A lender, and how surely a publisher is it."""

    lender: Lender
    confidence: Confidence
    remark: str | None = None
    valid: Validity = ALWAYS


@dataclass(frozen=True, slots=True)
class Identity:
    """Who a verified publisher is: a lender, an operator, or nobody we know."""

    bond: Bond | None = None
    operator: Helper | None = None
    contradiction: str | None = None

    @property
    def remarks(self) -> tuple[str, ...]:
        told = (self.contradiction, self.bond.remark if self.bond else None)
        return tuple(remark for remark in told if remark)


class Directory:
    """Names and domains that identify; immutable. A name or domain of two lenders identifies neither."""

    def __init__(self, facts: Facts):
        self._by_name: dict[str, list[Bond]] = {}
        self._by_host: dict[str, list[Bond]] = {}
        for lender in facts.lenders:
            self._enter(lender)
        self._operators = {naming.identity(operator.name): operator for operator in facts.operators}

    def identify(self, publisher: Publisher, at: date) -> Identity:
        """Return who a *verified* publisher is on the day *at*.

        A name and a domain that belong to different parties contradict each other: then neither is believed.
        """
        name = naming.identity(publisher.name or "")
        by_name, by_domain = self._named(name, at), self._hosting(publisher.domain, at)
        if operator := self._operators.get(name):
            return Identity(operator=operator, contradiction="domain_of_other_lender" if by_domain else None)
        if by_name and by_domain and by_name.lender is not by_domain.lender:
            return Identity(contradiction="domain_of_other_lender")
        if by_name is None and by_domain and name.endswith(_FIRMS):
            return Identity(contradiction="name_unknown_to_domain")
        return Identity(by_name or by_domain)

    def hinted(self, publisher: Publisher, at: date) -> Lender | None:
        """Return the lender that an unverified publisher's name or domain lays claim to."""
        bond = self._named(naming.identity(publisher.name or ""), at) or self._hosting(publisher.domain, at)
        return bond.lender if bond else None

    def _enter(self, lender: Lender) -> None:
        for name in lender.names:
            if name.kind != "brand":
                bond = Bond(lender, _weaker(lender.confidence, name.confidence), _REMARKS.get(name.kind), name.valid)
                self._by_name.setdefault(naming.identity(name.text), []).append(bond)
        for domain in lender.domains:
            bond = Bond(lender, _weaker(lender.confidence, domain.confidence), "matched_by_domain", domain.valid)
            self._by_host.setdefault(domain.host, []).append(bond)

    def _named(self, name: str, at: date) -> Bond | None:
        return _only(self._by_name.get(name, ()), at) or self._branch(name, at)

    def _branch(self, name: str, at: date) -> Bond | None:
        """A branch is not a person of its own: 招商银行股份有限公司深圳分行 is the bank."""
        if not name.endswith(_BRANCHES):
            return None
        head, firm, _ = name.partition("公司")
        bond = _only(self._by_name.get(head + firm, ()), at)
        return Bond(bond.lender, bond.confidence, "branch_of_lender") if bond else None

    def _hosting(self, domain: str | None, at: date) -> Bond | None:
        host = links.host_of(domain or "")
        parents = [] if host is None else [host.split(".", drop)[-1] for drop in range(host.count("."))]
        return next((bond for parent in parents if (bond := _only(self._by_host.get(parent, ()), at))), None)


def _only(bonds: Iterable[Bond], at: date) -> Bond | None:
    """Return the surest of the *bonds* that hold on the day *at*, if they all are of one lender."""
    holding = [bond for bond in bonds if bond.valid.holds(at)]
    ranked = sorted(holding, key=lambda bond: (RANK[bond.confidence], bond.remark is None), reverse=True)
    return ranked[0] if ranked and len({bond.lender.legal_name for bond in ranked}) == 1 else None


def _weaker(one: Confidence, other: Confidence) -> Confidence:
    return min(one, other, key=RANK.__getitem__)
