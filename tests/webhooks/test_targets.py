"""What a webhook URL may name, read from the URL alone."""

import ipaddress

import pytest

from moderation.webhooks.failures import Refused
from moderation.webhooks.targets import MAX_URL, check, read

HOSTILE = [
    "https://127.0.0.1/",
    "https://127.0.0.1./",
    "https://0.0.0.0/",
    "https://10.0.0.1/",
    "https://172.16.0.1/",
    "https://192.168.1.1/",
    "https://100.64.0.1/",
    "https://100.100.100.200/",
    "https://169.254.169.254/latest/meta-data/",
    "https://168.63.129.16/",
    "https://192.0.0.192/",
    "https://198.18.0.1/",
    "https://224.0.0.1/",
    "https://240.0.0.1/",
    "https://255.255.255.255/",
    "https://2130706433/",
    "https://0x7f000001/",
    "https://0x7f.1/",
    "https://0177.0.0.1/",
    "https://017700000001/",
    "https://127.1/",
    "https://1.2.3.4.5/",
    "https://１２７.0.0.1/",
    "https://①②⑦.0.0.1/",
    "https://127。0。0。1/",
    "https://[::]/",
    "https://[::1]/",
    "https://[::ffff:127.0.0.1]/",
    "https://[::ffff:8.8.8.8]/",
    "https://[::127.0.0.1]/",
    "https://[64:ff9b::7f00:1]/",
    "https://[64:ff9b:1::1]/",
    "https://[2002:7f00:1::]/",
    "https://[2001:0:7f00:1::]/",
    "https://[2001:db8::1]/",
    "https://[fd00:ec2::254]/",
    "https://[fe80::1]/",
    "https://[fe80::1%25eth0]/",
    "https://[2606:4700::1111%25eth0]/",
    "https://[ff02::1]/",
    "https://localhost/",
    "https://LOCALHOST./",
    "https://ⓛⓞⓒⓐⓛⓗⓞⓢⓣ/",
    "https://intranet/",
    "https://metadata.google.internal/",
    "https://printer.local/",
    "https://example.com:22/",
    "https://example.com:6379/",
    "https://example.com:0/",
    "https://8.8.8.8:25/",
]
MALFORMED = [
    "",
    "example.com",
    "//example.com/",
    "http://example.com/",
    "ftp://example.com/",
    "file:///etc/passwd",
    "gopher://example.com/",
    "https://",
    "https:///path",
    "https://user:secret@example.com/",
    "https://user@example.com/",
    "https://@example.com/",
    "https://example.com\\@127.0.0.1/",
    "https://example.com@127.0.0.1/",
    "https://example.com/#fragment",
    "https://example.com:99999/",
    "https://example.com:port/",
    "https://[::1",
    "https://[v1.x]/",
    "https://a..b/",
    "https://-example.com/",
    "https://exa mple.com/",
    "https://exam%70le.com/",
    "https://example.com/a b",
    "https://example.com/a\r\nHost: x",
    "https://example.com/\x00",
    "https://example.com/贷款",
    "https://\ud800.com/",
    f"https://{'a' * 64}.com/",
    f"https://example.com/{'a' * MAX_URL}",
]


@pytest.mark.parametrize("url", HOSTILE)
def test_it_refuses_what_is_not_public(url: str) -> None:
    with pytest.raises(Refused) as caught:
        check(url, ())
    assert caught.value.permanent


@pytest.mark.parametrize("url", MALFORMED)
def test_it_refuses_what_is_malformed_or_ambiguous(url: str) -> None:
    with pytest.raises(Refused) as caught:
        read(url)
    assert caught.value.permanent


@pytest.mark.parametrize(
    ("url", "host", "port", "path"),
    [
        ("https://example.com", "example.com", 443, "/"),
        ("https://Example.COM.:8443/a?b=1", "example.com", 8443, "/a?b=1"),
        ("https://example.com?b=1", "example.com", 443, "/?b=1"),
        ("https://贷款.公司/x", "xn--0kwr83e.xn--55qx5d", 443, "/x"),
        ("https://8.8.8.8/", "8.8.8.8", 443, "/"),
        ("https://[2606:4700::1111]/", "2606:4700::1111", 443, "/"),
        ("https://3com.example/", "3com.example", 443, "/"),
    ],
)
def test_it_reads_public_urls(url: str, host: str, port: int, path: str) -> None:
    target = check(url, ())
    assert (target.scheme, target.host, target.port, target.path) == ("https", host, port, path)


def test_plain_http_is_for_those_who_allow_it() -> None:
    assert read("http://example.com/", plain_http=True).port == 80
    with pytest.raises(Refused):
        read("ftp://example.com/", plain_http=True)


def test_an_allowed_network_is_free_on_any_port() -> None:
    allowed = (ipaddress.ip_network("10.1.0.0/16"),)
    assert check("https://10.1.2.3:9000/", allowed).port == 9000
    assert check("https://hooks.internal:9000/", allowed).host == "hooks.internal"
    with pytest.raises(Refused):
        check("https://10.2.0.1/", allowed)
