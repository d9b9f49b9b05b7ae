"""Which addresses a webhook may reach: what IANA's special-purpose registries leave to the public Internet.

The table is our own: what Python calls global changes with its version, and lets 192.0.0.192 through, where a
cloud keeps its metadata.
"""

import ipaddress
from collections.abc import Iterable, Sequence

Address = ipaddress.IPv4Address | ipaddress.IPv6Address
Network = ipaddress.IPv4Network | ipaddress.IPv6Network

PORTS = frozenset({80, 443, 8080, 8443})

_REFUSED_V4 = tuple(
    ipaddress.IPv4Network(network)
    for network in (
        "0.0.0.0/8",  # this network; unspecified
        "10.0.0.0/8",  # private
        "100.64.0.0/10",  # carrier-grade NAT; Alibaba Cloud's metadata is 100.100.100.200
        "127.0.0.0/8",  # loopback
        "168.63.129.16/32",  # Azure's host agent, on a public address
        "169.254.0.0/16",  # link-local; metadata is 169.254.169.254
        "172.16.0.0/12",  # private
        "192.0.0.0/24",  # IETF protocol assignments; Oracle Cloud's metadata is 192.0.0.192
        "192.0.2.0/24",  # documentation
        "192.31.196.0/24",  # AS112
        "192.52.193.0/24",  # multicast tunnelling
        "192.88.99.0/24",  # 6to4 relays
        "192.168.0.0/16",  # private
        "192.175.48.0/24",  # AS112
        "198.18.0.0/15",  # benchmarks
        "198.51.100.0/24",  # documentation
        "203.0.113.0/24",  # documentation
        "224.0.0.0/4",  # multicast
        "240.0.0.0/4",  # reserved; broadcast
    )
)
# Only 2000::/3 is handed out. Outside it lie loopback, IPv4-mapped, NAT64 (64:ff9b::/96), unique local with
# AWS's fd00:ec2::254, link-local and multicast.
_GLOBAL_V6 = ipaddress.IPv6Network("2000::/3")
_REFUSED_V6 = tuple(
    ipaddress.IPv6Network(network)
    for network in (
        "2001::/23",  # IETF protocol assignments: Teredo, ORCHID, benchmarks
        "2001:db8::/32",  # documentation
        "2002::/16",  # 6to4: an IPv4 address in disguise
        "2620:4f:8000::/48",  # AS112
        "3fff::/20",  # documentation
    )
)


def is_public(address: Address) -> bool:
    """Return whether *address* belongs to the public Internet."""
    if isinstance(address, ipaddress.IPv4Address):
        return not _within(address, _REFUSED_V4)
    return address.scope_id is None and address in _GLOBAL_V6 and not _within(address, _REFUSED_V6)


def may_reach(address: Address, port: int, allowed: Sequence[Network]) -> bool:
    """Return whether a webhook may go to *address* and *port*; *allowed* networks are free, on any port."""
    return _within(address, allowed) or (port in PORTS and is_public(address))


def _within(address: Address, networks: Iterable[Network]) -> bool:
    return any(address in network for network in networks)
