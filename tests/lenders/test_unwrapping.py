"""Where a redirect leads is read from the link alone, fast and without fail."""

import base64
import time
from urllib.parse import quote

import pytest
from hypothesis import given
from hypothesis import strategies as st

from moderation.lenders.unwrapping import unwrap

AIM = "https://evil.cc/a?b=1"
PIECES = [
    "https://a.com/",
    "?url=",
    "&to=",
    "#/go?u=",
    "%25",
    "https%3A%2F%2Fb.cn",
    "http://",
    "aHR0cHM6Ly9jLmNu",
    "//",
    "=",
    "\ud800",
    "t.cn/x",
]
LINKS = st.lists(st.sampled_from(PIECES) | st.text(max_size=3), max_size=12).map("".join)


def encoded(times: int) -> str:
    """Return the aim, percent-encoded so many times."""
    link = AIM
    for _ in range(times):
        link = quote(link, safe="")
    return link


@pytest.mark.parametrize(
    "redirector",
    [
        "https://link.zhihu.com/?target=",
        "https://weibo.cn/sinaurl?u=",
        "https://weibo.cn/sinaurl?toasturl=",
        "https://link.csdn.net?target=",
        "https://link.csdn.net/?from_id=1&target=",
        "https://c.pc.qq.com/middlem.html?pfurl=",
        "https://c.pc.qq.com/android.html?level=14&url=",
        "https://link.juejin.cn/?target=",
        "https://www.jianshu.com/go-wild?ac=2&url=",
        "https://gitee.com/link?target=",
        "https://www.douban.com/link2/?url=",
        "https://www.douyin.com/link?target=",
        "https://www.google.com/url?sa=D&q=",
        "https://weixin110.qq.com/cgi-bin/mmspamsupport-bin/newredirectconfirmcgi?redirect_url=",
        "https://a.cn/x?redirect=",
        "https://a.cn/x?to=",
        "https://a.cn/x?jump=",
        "https://a.cn/x?goto=",
        "https://a.cn/x?link=",
        "https://a.cn/x?a=1&amp;dest=",
        "https://a.cn/x?Redirect_URI=",
        "https://a.cn/x?params[landing_url]=",
        "https://a.cn/#/jump?url=",
        "alipays://platformapi/startapp?appId=1&url=",
        "intent://x#Intent;scheme=https;S.browser_fallback_url=",
    ],
)
@pytest.mark.parametrize("times", [1, 2, 3])
def test_a_redirectors_aim_is_found(redirector: str, times: int) -> None:
    assert unwrap(redirector + encoded(times)) == (AIM,)


@pytest.mark.parametrize("encode", [base64.b64encode, base64.urlsafe_b64encode])
@pytest.mark.parametrize("padding", ["", "="])
def test_base64_is_read_with_and_without_padding(encode: object, padding: str) -> None:
    assert callable(encode)
    for aim in ("https://evil.cc/?>>>~~~", AIM, AIM + "1", AIM + "12"):
        value = encode(aim.encode()).decode()
        assert unwrap("https://a.cn/?url=" + (value if padding else value.rstrip("="))) == (aim,)


@pytest.mark.parametrize(
    ("link", "inner"),
    [
        ("https://a.cn/?url=https://b.cn/x", ("https://b.cn/x",)),
        ("https://a.cn/?url=//b.cn/x", ("//b.cn/x",)),
        ("https://a.cn/?url=www.b.cn", ("www.b.cn",)),
        ("https://a.cn/?url=b.cn/x", ("b.cn/x",)),
        ("https://a.cn/?https://b.cn/x=1", ("https://b.cn/x=1",)),
        ("https://web.archive.org/web/2020/https://b.cn/x", ("https://b.cn/x",)),
        ("https://a.cn/jump/https%3A%2F%2Fb.cn%2Fx", ("https://b.cn/x",)),
        ("https%3A%2F%2Fa.cn%2F%3Furl%3Dhttps%253A%252F%252Fb.cn", ("https://b.cn",)),
        ("https://a.cn/?url=https://t.cn/abc", ("https://t.cn/abc",)),
        ("https://a.cn/?url=https://b.cn/?url=https://c.cn", ("https://b.cn/?url=https://c.cn", "https://c.cn")),
        ("https://a.cn/?url=https%3A%2F%2Fb.cn&to=https%3A%2F%2Fc.cn", ("https://b.cn", "https://c.cn")),
        ("https://a.cn/?url=https%3A%2F%2Fb.cn&to=https%3A%2F%2Fb.cn", ("https://b.cn",)),
    ],
)
def test_nested_links_come_out_once_the_outermost_first(link: str, inner: tuple[str, ...]) -> None:
    assert unwrap(link) == inner


@pytest.mark.parametrize(
    "link",
    [
        "",
        "https://t.cn/A6abc",
        "https://t.cn/?url=https://b.cn",
        "https://a.cn/search?q=https://b.cn",
        "https://a.cn/?cover_url=https://b.cn/a.jpg",
        "https://a.cn/?avatarUrl=https://b.cn/a.jpg",
        "https://www.baidu.com/link?url=Zx8hT0sYkQ2wNvB7mLpRcg",
        "https://a.cn/?url=index.html",
        "https://a.cn/?to=zhangsan&u=12345678901234567890",
        "https://a.cn/?url=/relative/path",
        "https://a.cn/?url=javascript:alert(1)",
        "https://a.cn/?url=https://",
        "https://a.cn/?url=aGVsbG8gd29ybGQgaGVsbG8",
        "https://a.cn/?url=" + encoded(4),
        "weixin://dl/chat",
        "加我微信",
    ],
)
def test_a_link_that_holds_none_holds_none(link: str) -> None:
    assert unwrap(link) == ()


def test_links_deeper_than_five_levels_are_left_inside() -> None:
    link = "https://z.cn"
    for number in range(8):
        link = f"https://a{number}.cn/?url={link}"
    assert len(unwrap(link)) == 5


def test_a_loop_ends() -> None:
    assert unwrap("https://a.cn/?url=https://a.cn/?url=https://a.cn/") == (
        "https://a.cn/?url=https://a.cn/",
        "https://a.cn/",
    )


@pytest.mark.parametrize(
    "link",
    [
        "https://a.cn/?url=" + "%25" * 33_000,
        "%25" * 33_000,
        "https://a.cn/?" + "url=https://b.cn&" * 6_000,
        "https://a.cn/?" + "&".join(f"url=https://{n}.cn/?to=https://b{n}.cn" for n in range(3_000)),
        "https://a.cn/?url=" + "https://b.cn/?url=" * 6_000,
        "https://a.cn/?url=" + "A" * 100_000,
        "https://a.cn/?url=" + "a." * 50_000,
        "https://a.cn/?url=https://" + "xn--a9." * 15_000,
        "https://xn--" + "a9" * 50_000 + ".com",
        "http://" * 15_000,
        "?" * 100_000,
        "https://a.cn/?url=%" + "\u200b" * 100_000,
    ],
    ids=lambda link: link[:24],
)
def test_a_hostile_link_ends_soon_and_within_the_limits(link: str) -> None:
    begun = time.perf_counter()
    assert len(unwrap(link)) <= 16
    assert time.perf_counter() - begun < 1


@given(LINKS)
def test_any_link_can_be_unwrapped_and_what_is_inside_adds_nothing_new(link: str) -> None:
    inner = unwrap(link)
    assert inner == unwrap(link)
    assert link not in inner
    assert len(set(inner)) == len(inner) <= 16
    if len(inner) < 4:
        assert {deeper for each in inner for deeper in unwrap(each)} <= {link, *inner}
