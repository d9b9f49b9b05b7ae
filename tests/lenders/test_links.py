"""Whose page a link leads to is read as a browser reads it, and nothing is fetched."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from moderation.lenders.links import host_of, is_neutral, party


@pytest.mark.parametrize(
    ("link", "host"),
    [
        ("https://WWW.ICBC.com.cn:443/a?b#c", "www.icbc.com.cn"),
        ("icbc.com.cn", "icbc.com.cn"),
        ("//icbc.com.cn/x", "icbc.com.cn"),
        ("http:icbc.com.cn", "icbc.com.cn"),
        ("icbc.com.cn:8080/x", "icbc.com.cn"),
        ("https://icbc.com.cn.", "icbc.com.cn"),
        ("https://icbc.com.cn@evil.cc/x", "evil.cc"),
        ("https://evil.cc\\@icbc.com.cn", "evil.cc"),
        ("ｈｔｔｐｓ：／／evil.cc", "evil.cc"),
        ("https://ｅｖｉｌ。ｃｃ/x", "evil.cc"),
        ("https://evil%2Ecc/", "evil.cc"),
        ("https://xn--fiqs8s.cn", "中国.cn"),
        ("https://pingаn-loan.com", "pingаn-loan.com"),
        ("https://xn--zz--.cn", "xn--zz--.cn"),
        ("https://[::1]:80/x", "[::1]"),
        ("weixin://dl/chat", None),
        ("mailto:a@b.cn", None),
        ("tel:10086", None),
        ("加我微信", None),
        ("", None),
    ],
)
def test_the_host_is_the_one_that_a_browser_contacts(link: str, host: str | None) -> None:
    assert host_of(link) == host


@pytest.mark.parametrize(
    ("link", "owner"),
    [
        ("https://icbc.com.cn.loan-e.info/r", "loan-e.info"),
        ("https://bank.pingan.com/x", "pingan.com"),
        ("https://bj-jedai.github.io", "bj-jedai.github.io"),
        ("http://1.2.3.4/x", "1.2.3.4"),
        ("https://xn--fiqs8s.cn/a", "中国.cn"),
        ("https://com.cn", None),
    ],
)
def test_the_party_is_who_registered_the_domain(link: str, owner: str | None) -> None:
    assert party(link) == owner


@pytest.mark.parametrize("host", ["mp.weixin.qq.com", "t.cn", "apps.apple.com", "www.pbc.gov.cn"])
def test_stores_shorteners_and_authorities_are_neutral(host: str) -> None:
    assert is_neutral(host)


@pytest.mark.parametrize("host", ["u.wechat.com", "qq.com", "mp.weixin.qq.com.evil.cc", "gov.cn.evil.cc", "mygov.cn"])
def test_a_persons_contact_and_look_alikes_are_not(host: str) -> None:
    assert not is_neutral(host)


@given(st.text(max_size=40) | st.text(max_size=30).map(lambda rest: f"https://{rest}"))
def test_no_link_is_too_strange_to_read(link: str) -> None:
    owner = party(link)
    assert owner is None or owner
