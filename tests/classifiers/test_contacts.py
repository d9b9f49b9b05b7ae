"""Contacts in all their forms, and the numbers and names that are none."""

import time
from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from classifiers.contacts import find_contacts
from classifiers.normalize import normalize


def found(text: str) -> list[tuple[str, str]]:
    return [(contact.kind, contact.value) for contact in find_contacts(normalize(text))]


PLAIN = [
    ("手机13800138000", ("phone", "13800138000")),
    ("手机 138-0013-8000", ("phone", "13800138000")),
    ("电话：138 0013 8000", ("phone", "13800138000")),
    ("+86 13800138000", ("phone", "13800138000")),
    ("热线400-820-8820", ("phone", "4008208820")),
    ("座机 0755-88888888", ("phone", "075588888888")),
    ("(010)62345678", ("phone", "01062345678")),
    ("香港 +852 6123 4567", ("phone", "+85261234567")),
    ("台灣手機0912-345-678", ("phone", "0912345678")),
    ("请致电95588", ("phone", "95588")),
    ("QQ：804317729", ("qq", "804317729")),
    ("加q 804317729", ("qq", "804317729")),
    ("QQ群:295303926", ("group", "295303926")),
    ("进群：295303926", ("group", "295303926")),
    ("微信：Abc_123x", ("wechat", "abc_123x")),
    ("微信同号13800138000", ("wechat", "13800138000")),
    ("VX: loan_2024", ("wechat", "loan_2024")),
    ("加 xd_7735q", ("wechat", "xd_7735q")),
    ("TG：@lender01", ("telegram", "lender01")),
    ("https://t.me/lender01", ("telegram", "lender01")),
    ("电报 lender_01", ("telegram", "lender_01")),
    ("见 https://Loan.Example.com/a?b=1", ("url", "loan.example.com/a?b=1")),
    ("官网www.example.cn", ("url", "example.cn")),
    ("打开 dai-kuan.xyz 申请", ("url", "dai-kuan.xyz")),
    ("贷款.公司", ("url", "贷款.公司")),
    ("example.com.cn", ("url", "example.com.cn")),
    ("邮箱 hr@example.com", ("email", "hr@example.com")),
]

DISGUISED = [
    ("加薇 xd_7735q", ("wechat", "xd_7735q")),
    ("V❤：abc_123", ("wechat", "abc_123")),
    ("VХ：ноuтiаn_66", ("wechat", "houtian_66")),
    ("Q八零四③①77二九6", ("qq", "8043177296")),
    ("🐧⑧⑥⓪⓪⑦①④②②③", ("qq", "8600714223")),
    ("电话幺六一-〇〇四四-八八二九", ("phone", "16100448829")),
    ("打①③⑧⓪⓪①③⑧⓪⓪⓪", ("phone", "13800138000")),
    ("拨l38-OO13-8OOO", ("phone", "13800138000")),
    ("飞机@lender01", ("telegram", "lender01")),
    ("点 xy-dk0.c0m", ("url", "xy-dk0.com")),
    ("1\u200b38001\u200b38000", ("phone", "13800138000")),
]

NONE = [
    "2024-11-12 10:30",
    "2024.11.12",
    "订单号202411121234567890",
    "卡号6222021234567890123",
    "身份证110101199001011234",
    "价格13800元",
    "共95000元",
    "亏了95588元",
    "版本1.2.3.4",
    "圆周率3.14159265358979",
    "用node.js写的",
    "第12345678号判决",
    "微信支付更方便",
    "微信公众号推文",
    "微博 @somebody",
    "iphone15 promax",
    "加油2024",
    "涨了30.5%",
    "qq音乐会员",
    "ISBN 978-7-111-12345-6",
    "and very nice views",
    "ratio 13800138000123",
    "readme.md 和 main.py",
    "你说什么.我没听见",
    "成绩单QQ空间可见",
]


@pytest.mark.parametrize(("text", "contact"), PLAIN)
def test_a_plain_contact_is_found_in_its_canonical_form(text: str, contact: tuple[str, str]) -> None:
    assert found(text) == [contact]


@pytest.mark.parametrize(("text", "contact"), DISGUISED)
def test_a_disguised_contact_is_found_and_flagged(text: str, contact: tuple[str, str]) -> None:
    assert found(text) == [contact]
    assert find_contacts(normalize(text))[0].disguised


@pytest.mark.parametrize("text", [text for text, _ in PLAIN if "VX" not in text and "加q" not in text])
def test_a_plain_contact_is_not_called_disguised(text: str) -> None:
    assert not find_contacts(normalize(text))[0].disguised


def test_full_width_digits_are_how_banks_write() -> None:
    contact = find_contacts(normalize("请致电９５５５５"))[0]
    assert (contact.value, contact.disguised) == ("95555", False)


@pytest.mark.parametrize("text", NONE)
def test_other_numbers_and_names_are_no_contact(text: str) -> None:
    assert found(text) == []


def test_several_contacts_come_in_the_order_of_the_text() -> None:
    text = "电话13800138000，微信abc_123，QQ804317729，t.me/lender01"
    assert [kind for kind, _ in found(text)] == ["phone", "wechat", "qq", "telegram"]


def test_a_link_is_not_read_again_as_a_number() -> None:
    assert found("https://example.com/p/13800138000") == [("url", "example.com/p/13800138000")]


def test_the_span_is_what_stands_in_the_original() -> None:
    text = "找我　Q：８０４③①77２９ 谢谢"
    contact = find_contacts(normalize(text))[0]
    assert text[contact.span.start : contact.span.end] == contact.span.text == "８０４③①77２９"


@given(st.text(alphabet="微信vxqQ加:：13890@.com/t-_ 群电话①\u200b薇+86\n", max_size=60))
@settings(max_examples=400, deadline=None)
def test_spans_are_true_and_never_overlap(text: str) -> None:
    contacts = find_contacts(normalize(text))
    for contact in contacts:
        assert text[contact.span.start : contact.span.end] == contact.span.text
    for before, after in pairwise(contacts):
        assert before.span.end <= after.span.start


@pytest.mark.parametrize("unit", ["a.", "1-", "http://", "qq1 ", "13800138000 ", "a@", "vx:abc_12 ", "tg", "加a1"])
def test_a_long_text_takes_linear_time(unit: str) -> None:
    normalized = normalize((unit * 100_000)[:100_000])
    began = time.perf_counter()
    find_contacts(normalized)
    assert time.perf_counter() - began < 5
