"""The guard at the moment of connecting. Resolver and connector are fakes: nothing leaves the machine."""

import datetime
import ipaddress
import socket
import ssl
import threading
from collections.abc import Sequence
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from moderation.settings import Settings
from moderation.webhooks.addresses import is_public
from moderation.webhooks.failures import DeliveryFailure, Refused
from moderation.webhooks.sender import Sender
from tests.webhooks.receiver import Receiver

PUBLIC = "93.184.216.34"
PRIVATE = [
    "0.0.0.0", "10.1.2.3", "100.64.0.1", "100.127.255.255", "127.0.0.1", "127.255.255.254", "168.63.129.16",
    "169.254.169.254", "172.31.255.255", "192.0.0.192", "192.0.2.1", "192.88.99.1", "192.168.0.1", "198.19.0.1",
    "198.51.100.1", "203.0.113.1", "224.0.0.1", "239.255.255.255", "240.0.0.1", "255.255.255.255",
    "::", "::1", "::ffff:127.0.0.1", "::ffff:8.8.8.8", "::7f00:1", "64:ff9b::a00:1", "64:ff9b:1::1", "100::1",
    "2001::1", "2001:2::1", "2001:20::1", "2001:db8::1", "2002:a00:1::", "3fff::1", "5f00::1", "fc00::1",
    "fd00:ec2::254", "fe80::1", "fe80::1%1", "2606:4700::1111%1", "fec0::1", "ff02::1",
]  # fmt: skip


class Net:
    """A DNS that gives the answers it was told, in turn, and a connector that leads everything to one receiver."""

    def __init__(self, receiver: Receiver | None = None, *answers: Sequence[str] | OSError):
        self.answers = list(answers)
        self.asked: list[str] = []
        self.connected: list[tuple[str, int]] = []
        self.receiver = receiver

    def resolve(self, host: str, port: int) -> Sequence[str]:
        self.asked.append(host)
        answer = self.answers.pop(0)
        if isinstance(answer, OSError):
            raise answer
        return answer

    def connect(self, address: tuple[str, int], timeout: float) -> socket.socket:
        self.connected.append(address)
        if self.receiver is None:
            raise ConnectionRefusedError("refused")
        return socket.create_connection(("127.0.0.1", self.receiver.port), timeout)


def sender(net: Net, context: ssl.SSLContext | None = None, **settings: object) -> Sender:
    chosen = Settings(**{"webhook_plain_http": True, "webhook_timeout": 5.0} | settings)
    return Sender(chosen, net.resolve, net.connect, context)


@pytest.mark.parametrize("address", PRIVATE)
def test_an_address_outside_the_public_internet_is_not_public(address: str) -> None:
    assert not is_public(ipaddress.ip_address(address))


@pytest.mark.parametrize(
    "address", [PUBLIC, "1.1.1.1", "223.5.5.5", "100.128.0.1", "2606:4700::1111", "2408::1", "2001:200::1"]
)
def test_an_address_of_the_public_internet_is(address: str) -> None:
    assert is_public(ipaddress.ip_address(address))


@pytest.mark.parametrize("address", PRIVATE)
def test_a_name_that_resolves_to_such_an_address_is_refused_before_connecting(address: str) -> None:
    net = Net(None, [address])
    with pytest.raises(Refused):
        sender(net).send("http://hooks.example/", {}, b"{}")
    assert not net.connected


@pytest.mark.parametrize("answer", [[PUBLIC, "10.0.0.1"], ["127.0.0.1", PUBLIC], [PUBLIC, "::1"]])
def test_one_private_address_among_public_ones_is_enough_to_refuse(answer: list[str]) -> None:
    net = Net(None, answer)
    with pytest.raises(Refused):
        sender(net).send("http://hooks.example/", {}, b"{}")
    assert not net.connected


def test_it_connects_to_the_address_it_checked_and_keeps_the_name(receiver: Receiver) -> None:
    # The second answer of the DNS would lead inside; nobody asks for it.
    net = Net(receiver, [PUBLIC], ["127.0.0.1"])
    house = sender(net)
    assert house.send("http://hooks.example:8080/x", {}, b"{}").status == 204
    assert house.send("http://hooks.example:8080/x", {}, b"{}").status == 204
    house.close()
    assert net.asked == ["hooks.example"]
    assert net.connected == [(PUBLIC, 8080)]
    assert [request.headers["host"] for request in receiver.requests] == ["hooks.example:8080"] * 2


def test_a_name_that_turns_private_is_refused_at_the_next_connection() -> None:
    with Receiver(lambda request: [b"HTTP/1.1 204 No Content\r\nConnection: close\r\n\r\n"]) as receiver:
        net = Net(receiver, [PUBLIC], ["127.0.0.1"])
        house = sender(net)
        assert house.send("http://hooks.example/", {}, b"{}").status == 204
        with pytest.raises(Refused):
            house.send("http://hooks.example/", {}, b"{}")
        house.close()
    assert net.connected == [(PUBLIC, 80)]


def test_the_next_checked_address_is_tried_when_one_does_not_answer(receiver: Receiver) -> None:
    net = Net(receiver, [PUBLIC, "1.1.1.1"])

    def connect(address: tuple[str, int], timeout: float) -> socket.socket:
        if address[0] == PUBLIC:
            raise ConnectionRefusedError
        return net.connect(address, timeout)

    house = Sender(Settings(webhook_plain_http=True), net.resolve, connect)
    assert house.send("http://hooks.example/", {}, b"{}").status == 204
    house.close()
    assert net.connected == [("1.1.1.1", 80)]


def test_a_name_without_an_address_may_have_one_later() -> None:
    net = Net(None, socket.gaierror(-2, "Name or service not known"))
    with pytest.raises(DeliveryFailure, match="does not resolve") as caught:
        sender(net).send("http://hooks.example/", {}, b"{}")
    assert not caught.value.permanent


def test_a_slow_nameserver_does_not_outlast_the_deadline() -> None:
    answered = threading.Event()

    def resolve(host: str, port: int) -> Sequence[str]:
        answered.wait(30)
        return [PUBLIC]

    house = Sender(Settings(webhook_plain_http=True, webhook_timeout=0.2), resolve, Net().connect)
    with pytest.raises(DeliveryFailure, match="no answer within"):
        house.send("http://hooks.example/", {}, b"{}")
    answered.set()


def test_other_ports_are_open_in_allowed_networks_only(receiver: Receiver) -> None:
    with pytest.raises(Refused):
        sender(Net(receiver, [PUBLIC])).send("http://hooks.example:9000/", {}, b"{}")
    house = sender(Net(receiver, ["10.1.2.3"]), webhook_networks="10.1.0.0/16")
    assert house.send("http://hooks.example:9000/", {}, b"{}").status == 204
    house.close()


@pytest.mark.parametrize(
    "url", ["http://127.0.0.1/", "http://2130706433/", "http://[::1]/", "http://u:p@hooks.example/"]
)
def test_a_hostile_url_that_was_stored_all_the_same_is_refused_at_sending(url: str) -> None:
    net = Net(None, ["127.0.0.1"])
    with pytest.raises(Refused):
        sender(net).send(url, {}, b"{}")
    assert not net.connected


def test_a_refused_connection_is_a_failure_that_may_pass() -> None:
    with pytest.raises(DeliveryFailure, match="cannot connect") as caught:
        sender(Net(None, [PUBLIC])).send("http://hooks.example/", {}, b"{}")
    assert not caught.value.permanent


def test_proxies_of_the_environment_are_not_used(monkeypatch: pytest.MonkeyPatch, receiver: Receiver) -> None:
    monkeypatch.setenv("http_proxy", "http://127.0.0.1:9")
    monkeypatch.setenv("ALL_PROXY", "http://127.0.0.1:9")
    net = Net(receiver, [PUBLIC])
    house = sender(net)
    assert house.send("http://hooks.example/", {}, b"{}").status == 204
    house.close()
    assert net.connected == [(PUBLIC, 80)]


def test_tls_verifies_the_name_and_sends_it(tmp_path: Path) -> None:
    server, client = _contexts(tmp_path, "hooks.example")
    names: list[str | None] = []
    server.sni_callback = lambda connection, name, context: names.append(name)
    with Receiver(context=server) as receiver:
        house = sender(Net(receiver, [PUBLIC], [PUBLIC]), client)
        assert house.send("https://hooks.example/", {}, b"{}").status == 204
        with pytest.raises(DeliveryFailure, match="cannot connect"):
            house.send("https://other.example/", {}, b"{}")
        house.close()
    assert names == ["hooks.example", "other.example"]


def test_tls_with_an_unknown_authority_fails(tmp_path: Path) -> None:
    server, _ = _contexts(tmp_path, "hooks.example")
    with Receiver(context=server) as receiver, pytest.raises(DeliveryFailure, match="cannot connect"):
        sender(Net(receiver, [PUBLIC])).send("https://hooks.example/", {}, b"{}")


def _contexts(folder: Path, name: str) -> tuple[ssl.SSLContext, ssl.SSLContext]:
    key = ec.generate_private_key(ec.SECP256R1())
    subject = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)])
    now = datetime.datetime.now(datetime.UTC)
    certificate = (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(subject)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - datetime.timedelta(hours=1))
        .not_valid_after(now + datetime.timedelta(hours=1))
        .add_extension(x509.SubjectAlternativeName([x509.DNSName(name)]), critical=False)
        .sign(key, hashes.SHA256())
    )
    pem = certificate.public_bytes(serialization.Encoding.PEM)
    secret = key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    (folder / "server.pem").write_bytes(secret + pem)
    server = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    server.load_cert_chain(folder / "server.pem")
    return server, ssl.create_default_context(cadata=pem.decode())
