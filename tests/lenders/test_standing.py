"""Who may promote a loan: one test a row of the decision table."""

from datetime import date

import pytest

from moderation.lenders.registry import Registry, standing
from moderation.lenders.standing import Finding, Publisher, Standing

DAY = date(2026, 5, 1)
BANK, FINANCE = "甲乙银行股份有限公司", "丙丁消费金融有限公司"
WEAK, HELD, OPERATOR = "戊己网络小额贷款有限公司", "庚辛小额贷款有限公司", "壬癸科技有限公司"


def verified(name: str | None = None, domain: str | None = None, licence_no: str | None = None) -> Publisher:
    return Publisher(id="u1", name=name, domain=domain, licence_no=licence_no, verified=True)


def ask(registry: Registry, publisher: Publisher | None, text: str = "", *links: str, at: date = DAY) -> Finding:
    return registry.standing(publisher, mentions=registry.mentions(text), links=links, at=at)


@pytest.mark.parametrize("publisher", [None, Publisher(), Publisher(name="快乐小店", domain="shop.cn")])
def test_nobody_who_names_no_lender_makes_no_claim(registry: Registry, publisher: Publisher | None) -> None:
    found = ask(registry, publisher, "今天天气好")
    assert (found.standing, found.claimed, found.matched) == (Standing.NO_CLAIM, None, None)


def test_an_operator_in_the_text_is_no_lender(registry: Registry) -> None:
    found = ask(registry, None, "癸贷超市")
    assert found.standing is Standing.NO_CLAIM
    assert [mention.kind for mention in found.mentions] == ["operator"]


def test_a_lender_named_in_a_text_proves_nothing(registry: Registry) -> None:
    found = ask(registry, Publisher(name="快乐小店"), "丙丁花由丙丁消费金融提供，甲乙银行")
    assert (found.standing, found.claimed, found.matched) == (Standing.UNVERIFIED_CLAIM, FINANCE, None)


@pytest.mark.parametrize(
    "publisher",
    [
        Publisher(name=BANK),
        Publisher(name="甲乙银行贷款中心小陈"),
        Publisher(domain="www.jiayi.example.cn"),
        Publisher(licence_no="B9001H244030001"),
    ],
)
def test_an_unverified_publisher_who_goes_by_a_lenders_name_only_claims(
    registry: Registry, publisher: Publisher
) -> None:
    found = ask(registry, publisher)
    assert (found.standing, found.claimed, found.matched) == (Standing.UNVERIFIED_CLAIM, BANK, None)


@pytest.mark.parametrize("name", [BANK, " 甲乙银行　股份有限公司 ", "甲乙银行股份有限公司\u200b"])
def test_a_verified_lender_is_one(registry: Registry, name: str) -> None:
    found = ask(registry, verified(name), "甲乙e贷年化3%")
    assert (found.standing, found.claimed, found.matched) == (Standing.VERIFIED_LENDER, BANK, BANK)
    assert found.remarks == ()
    assert found.registry == registry.version


@pytest.mark.parametrize(
    ("publisher", "remark"),
    [
        (verified("甲乙银行"), "matched_by_alias"),
        (verified("甲乙银行股份有限公司深圳分行"), "branch_of_lender"),
        (verified(domain="jiayi.example.cn"), "matched_by_domain"),
        (verified("甲乙e贷", "m.jiayi.example.cn"), "matched_by_domain"),
    ],
)
def test_a_verified_lender_may_be_known_otherwise(registry: Registry, publisher: Publisher, remark: str) -> None:
    found = ask(registry, publisher)
    assert (found.standing, found.matched, found.remarks) == (Standing.VERIFIED_LENDER, BANK, (remark,))


@pytest.mark.parametrize(
    "publisher",
    [
        verified("某某咨询有限公司", "mou.cn"),
        verified("甲乙银行股份有限公司客服"),
        verified("甲乙e贷"),
        verified("某某科技有限公司甲乙银行分行"),
        verified(domain="example.cn"),
        verified(domain="jiayi.example.cn.evil.com"),
    ],
)
def test_a_verified_stranger_holds_no_licence(registry: Registry, publisher: Publisher) -> None:
    found = ask(registry, publisher, "由甲乙银行放款")
    assert (found.standing, found.claimed, found.matched) == (Standing.VERIFIED_UNLICENSED, BANK, None)


def test_verified_without_a_name_is_nobody(registry: Registry) -> None:
    found = ask(registry, verified())
    assert (found.standing, found.remarks) == (Standing.VERIFIED_UNLICENSED, ("identity_not_given",))


@pytest.mark.parametrize("domain", [None, "jiayi.example.cn"])
def test_a_verified_operator_holds_no_licence(registry: Registry, domain: str | None) -> None:
    assert ask(registry, verified(OPERATOR, domain), "甲乙银行").standing is Standing.VERIFIED_UNLICENSED


@pytest.mark.parametrize(
    ("publisher", "remark"),
    [
        (verified(BANK, "bingding.com"), "domain_of_other_lender"),
        (verified("某某咨询有限公司", "jiayi.example.cn"), "name_unknown_to_domain"),
    ],
)
def test_a_name_and_a_domain_that_contradict_each_other_are_not_believed(
    registry: Registry, publisher: Publisher, remark: str
) -> None:
    found = ask(registry, publisher, "甲乙银行")
    assert (found.standing, found.matched) == (Standing.UNVERIFIED_CLAIM, None)
    assert remark in found.remarks


@pytest.mark.parametrize(
    ("day", "expected"),
    [
        (date(2025, 2, 27), Standing.UNCONFIRMED_ENTRY),
        (date(2025, 2, 28), Standing.LICENCE_SUSPENDED),
        (date(2026, 5, 1), Standing.LICENCE_SUSPENDED),
    ],
)
def test_a_suspension_holds_from_its_day(registry: Registry, day: date, expected: Standing) -> None:
    found = ask(registry, verified(HELD), at=day)
    assert (found.standing, found.matched) == (expected, HELD)


@pytest.mark.parametrize(
    ("day", "expected"),
    [
        (date(2025, 3, 15), Standing.LICENCE_SUSPENDED),
        (date(2025, 11, 11), Standing.LICENCE_SUSPENDED),
        (date(2025, 12, 1), Standing.VERIFIED_LENDER),
    ],
)
def test_the_day_of_publication_decides_and_not_today(shipped: Registry, day: date, expected: Standing) -> None:
    assert ask(shipped, verified("重庆信喜小额贷款有限公司"), at=day).standing is expected


def test_a_weak_entry_is_not_enough(registry: Registry) -> None:
    found = ask(registry, verified(WEAK, "wuji.com"), "戊己借条")
    assert (found.standing, found.matched) == (Standing.UNCONFIRMED_ENTRY, WEAK)


def test_a_verified_lender_who_names_another_first_claims_to_be_it(registry: Registry) -> None:
    found = ask(registry, verified(FINANCE), "甲乙银行甲乙e贷，由丙丁消费金融有限公司提供")
    assert (found.standing, found.claimed, found.matched) == (Standing.UNVERIFIED_CLAIM, BANK, FINANCE)
    assert found.remarks == ("claims_other_lender",)


def test_a_verified_lender_may_name_another_after_itself(registry: Registry) -> None:
    found = ask(registry, verified(FINANCE), "丙丁花，与甲乙银行联合放款")
    assert (found.standing, found.claimed) == (Standing.VERIFIED_LENDER, FINANCE)
    assert found.remarks == ("names_other_lender",)


def test_a_weak_name_of_anothers_is_no_claim(registry: Registry) -> None:
    found = ask(registry, verified(BANK), "戊己借条")
    assert (found.standing, found.remarks) == (Standing.VERIFIED_LENDER, ())


def test_a_brand_of_two_lenders_is_each_ones_own(shipped: Registry) -> None:
    assert ask(shipped, verified("重庆小米消费金融有限公司"), "随星借年化7.2%").claimed == "重庆小米消费金融有限公司"


@pytest.mark.parametrize(
    ("number", "remarks"),
    [
        ("B9001H244030001", ()),
        (" ｂ9001H2 44030001", ()),
        ("B9001H244030002", ("licence_number_mismatch",)),
        ("粤金管2020-1", ("licence_number_format",)),
    ],
)
def test_a_declared_licence_number_is_compared(registry: Registry, number: str, remarks: tuple[str, ...]) -> None:
    assert ask(registry, verified(BANK, licence_no=number)).remarks == remarks


def test_a_number_of_another_province_does_not_fit_an_entry_without_number(shipped: Registry) -> None:
    publisher = verified("中国工商银行股份有限公司", licence_no="B0001H144030001")
    assert ask(shipped, publisher).remarks == ("licence_number_mismatch",)


def test_a_micro_lenders_number_has_no_common_form(registry: Registry) -> None:
    assert "licence_number_format" not in ask(registry, verified(WEAK, licence_no="渝金〔2020〕7号")).remarks


@pytest.mark.parametrize(
    "link",
    [
        "https://jiayi.example.cn.loan-e.info/r",
        "http://jiayi.example.cn@evil.cc",
        "https://evil.cc\\@jiayi.example.cn",
        "evil.cc/甲乙",
    ],
)
def test_a_verified_lenders_ad_that_leads_elsewhere_is_remarked_upon(registry: Registry, link: str) -> None:
    found = ask(registry, verified(BANK), "甲乙e贷", link)
    assert found.own_links == ()
    assert found.foreign_links in {("loan-e.info",), ("evil.cc",)}
    assert found.remarks == ("foreign_landing",)


def test_own_links_are_the_registrys_and_the_verified_domains(registry: Registry) -> None:
    publisher = verified(BANK, "jiayi-app.com")
    found = ask(registry, publisher, "", "https://m.jiayi.example.cn/a", "h5.jiayi-app.com", "https://other.com")
    assert (found.own_links, found.foreign_links) == (("example.cn", "jiayi-app.com"), ("other.com",))


def test_without_a_known_domain_a_link_cannot_be_called_foreign(registry: Registry) -> None:
    found = ask(registry, verified(HELD), "", "https://other.com")
    assert "landing_unconfirmed" in found.remarks


def test_a_claims_links_are_compared_with_the_claimed_lender(registry: Registry) -> None:
    found = ask(registry, None, "甲乙银行", "https://jiayi.example.cn", "http://jiayi-vip.top")
    assert (found.own_links, found.foreign_links) == (("example.cn",), ("jiayi-vip.top",))


def test_a_shortened_link_is_neither_own_nor_foreign_but_told(registry: Registry) -> None:
    found = ask(registry, verified(BANK), "", "https://t.cn/A6x", "https://apps.apple.com/cn/app/id1")
    assert (found.own_links, found.foreign_links, found.remarks) == ((), (), ("shortened_link",))


def test_the_shipped_registry_answers_without_a_database() -> None:
    found = standing(verified("招联消费金融股份有限公司"), DAY, text="好期贷", links=["https://hqd.mucfc.com/x"])
    assert (found.standing, found.own_links) == (Standing.VERIFIED_LENDER, ("mucfc.com",))
