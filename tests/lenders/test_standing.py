"""Who may promote a loan: one test a row of the decision table."""

from datetime import date

import pytest

from moderation.db import Database
from moderation.lenders.loading import load_registry, standing
from moderation.lenders.registry import Registry
from moderation.lenders.standing import Finding, Publisher, Standing
from tests.lenders.conftest import enter

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
    assert found.remarks[0] == "foreign_landing"


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
    assert "cheap_domain" in found.remarks


def test_a_foreign_link_under_an_ordinary_suffix_is_no_cheap_one(registry: Registry) -> None:
    found = ask(registry, None, "甲乙银行", "https://other.com", "https://other.com.cn")
    assert (found.foreign_links, "cheap_domain" in found.remarks) == (("other.com", "other.com.cn"), False)


def test_a_shortened_link_is_neither_own_nor_foreign_but_told(registry: Registry) -> None:
    found = ask(registry, verified(BANK), "", "https://t.cn/A6x", "https://apps.apple.com/cn/app/id1")
    assert (found.own_links, found.foreign_links, found.remarks) == ((), (), ("shortened_link",))


def test_the_shipped_registry_answers_without_a_database() -> None:
    found = standing(verified("招联消费金融股份有限公司"), DAY, text="好期贷", links=["https://hqd.mucfc.com/x"])
    assert (found.standing, found.own_links) == (Standing.VERIFIED_LENDER, ("mucfc.com",))


PARTNERS = "legal_name,operator_name,role,source,confidence,valid_from,valid_to\n"


@pytest.fixture
def paired(filled: Database) -> Registry:
    rows = [
        f"{BANK},{OPERATOR},marketing,the bank's list,high,2025-10-01,2026-06-01",
        f"{FINANCE},{OPERATOR},collection,the firm's list,high,,",
        f"{FINANCE},寅卯科技有限公司,marketing,a forum,low,,",
        f"{HELD},{OPERATOR},marketing,a list,high,,",
        f"{BANK},辰巳广告有限公司,marketing,the bank's list,high,,",
    ]
    enter(filled, PARTNERS + "\n".join(rows) + "\n")
    with filled.read() as session:
        return load_registry(session)


@pytest.mark.parametrize(
    ("name", "text", "day", "expected", "remark"),
    [
        (OPERATOR, "甲乙e贷", DAY, Standing.VERIFIED_PARTNER, "partner_marketing"),
        ("辰巳广告有限公司", "甲乙e贷", DAY, Standing.VERIFIED_PARTNER, "partner_marketing"),
        (OPERATOR, "甲乙e贷", date(2025, 9, 30), Standing.VERIFIED_UNLICENSED, "partner_expired"),
        (OPERATOR, "甲乙e贷", date(2026, 5, 31), Standing.VERIFIED_PARTNER, "partner_marketing"),
        (OPERATOR, "甲乙e贷", date(2026, 6, 1), Standing.VERIFIED_UNLICENSED, "partner_expired"),
        (OPERATOR, "丙丁花", DAY, Standing.VERIFIED_UNLICENSED, None),
        (OPERATOR, "丙丁花，也有甲乙e贷", DAY, Standing.VERIFIED_UNLICENSED, None),
        (OPERATOR, "哪家都能办", DAY, Standing.VERIFIED_UNLICENSED, None),
        ("寅卯科技有限公司", "丙丁花", DAY, Standing.UNCONFIRMED_ENTRY, "partner_unconfirmed"),
        (OPERATOR, "庚辛小贷", DAY, Standing.LICENCE_SUSPENDED, "licence_suspended"),
        ("午未科技有限公司", "甲乙e贷", DAY, Standing.VERIFIED_UNLICENSED, None),
    ],
)
def test_a_partner_counts_pair_by_pair_and_day_by_day(
    paired: Registry, name: str, text: str, day: date, expected: Standing, remark: str | None
) -> None:
    found = ask(paired, verified(name), text, at=day)
    assert found.standing is expected
    assert remark is None or remark in found.remarks


def test_an_unverified_partner_is_nobody(paired: Registry) -> None:
    assert ask(paired, Publisher(name=OPERATOR), "甲乙e贷").standing is Standing.UNVERIFIED_CLAIM


def test_a_partners_own_site_is_no_foreign_landing(paired: Registry) -> None:
    found = ask(paired, verified(OPERATOR, "rengui.cn"), "甲乙e贷", "https://m.rengui.cn/x")
    assert (found.standing, found.foreign_links) == (Standing.VERIFIED_PARTNER, ())


@pytest.mark.parametrize(
    ("name", "text", "remark"),
    [
        (FINANCE, "丙丁花 额度最高30万元", "amount_beyond_licence"),
        (FINANCE, "丙丁花 50万额度", "amount_beyond_licence"),
        ("申酉汽车金融有限公司", "信用现金贷，钱到卡里", "product_beyond_licence"),
        ("戌亥小额贷款有限公司", "全国可办，额度5万", "region_beyond_licence"),
        ("子午融资担保有限公司", "个人信用贷款", "product_beyond_licence"),
    ],
)
def test_a_licence_goes_only_so_far(filled: Database, name: str, text: str, remark: str) -> None:
    header = "legal_name,licence_type,valid_region,source,confidence\n"
    rows = [
        "申酉汽车金融有限公司,汽车金融公司,全国,a list,high",
        "戌亥小额贷款有限公司,小额贷款公司,注册地,a list,high",
        "子午融资担保有限公司,融资担保公司,注册地,a list,high",
    ]
    enter(filled, header + "\n".join(rows) + "\n")
    with filled.read() as session:
        registry = load_registry(session)
    found = standing(verified(name), DAY, registry=registry, text=text)
    assert (found.standing, found.matched) == (Standing.OUT_OF_SCOPE, name)
    assert remark in found.remarks


@pytest.mark.parametrize(
    "text", ["丙丁花 额度最高20万元", "丙丁花，借1000元用10天", "丙丁花：已服务2000万用户，累计放款50亿"]
)
def test_within_the_licence_nothing_is_beyond_it(registry: Registry, text: str) -> None:
    assert standing(verified(FINANCE), DAY, registry=registry, text=text).standing is Standing.VERIFIED_LENDER


def test_a_licence_ends_with_its_last_day(filled: Database) -> None:
    enter(filled, f"legal_name,licence_type,expires,source,confidence\n{BANK},城市商业银行,2026-05-01,a list,high\n")
    with filled.read() as session:
        registry = load_registry(session)
    assert ask(registry, verified(BANK), at=DAY).standing is Standing.VERIFIED_LENDER
    after = ask(registry, verified(BANK), at=date(2026, 5, 2))
    assert (after.standing, after.remarks) == (Standing.LICENCE_SUSPENDED, ("licence_expired",))


def test_a_name_and_a_domain_hold_from_day_to_day(filled: Database) -> None:
    enter(filled, f"legal_name,brand,source,confidence,valid_from\n{BANK},新花花,a list,high,2026-05-02\n")
    enter(filled, f"legal_name,channel,value,source,confidence,valid_to\n{BANK},domain,old.cn,a list,high,2026-05-01\n")
    with filled.read() as session:
        registry = load_registry(session)
    assert [registry.mentions("新花花", day) != () for day in (DAY, date(2026, 5, 2))] == [False, True]
    days = (date(2026, 4, 30), DAY)
    found = [ask(registry, verified(domain="old.cn"), at=day).standing for day in days]
    assert found == [Standing.VERIFIED_LENDER, Standing.VERIFIED_UNLICENSED]


@pytest.mark.parametrize(
    ("link", "own", "foreign"),
    [
        ("https://link.zhihu.com/?target=https%3A%2F%2Fm.jiayi.example.cn%2Fx", ("example.cn",), ()),
        ("https://link.zhihu.com/?target=https%3A%2F%2Fevil.top", (), ("evil.top",)),
        ("https://m.jiayi.example.cn/go?url=https://evil.top", ("example.cn",), ("evil.top",)),
        ("https://link.zhihu.com/?target=nothing", (), ("zhihu.com",)),
    ],
)
def test_a_link_is_judged_by_where_it_leads(
    registry: Registry, link: str, own: tuple[str, ...], foreign: tuple[str, ...]
) -> None:
    found = ask(registry, verified(BANK), "甲乙e贷", link)
    assert (found.own_links, found.foreign_links) == (own, foreign)
    assert ("foreign_landing" in found.remarks) is bool(foreign)
