"""The web server's socket: opened by the supervisor, so that a restarted server loses no connection."""

import errno
import ipaddress
import socket

from moderation.supervisor.errors import CannotStart


def listen(host: str, port: int) -> socket.socket:
    """Listen on *host* and *port*; 0 takes any free port.

    Raises:
        CannotStart: the port is taken, or the address is not one of this machine.
    """
    try:
        family, _, _, _, address = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM, flags=socket.AI_PASSIVE)[0]
        return socket.create_server(address[:2], family=family, backlog=2048)
    except OSError as error:
        if error.errno == errno.EADDRINUSE:
            raise CannotStart(f"port {port} of {host} is in use: choose another with --port (0 takes any)") from error
        raise CannotStart(f"cannot listen on {authority(host, port)}: {error.strerror or error}") from error


def authority(host: str, port: int) -> str:
    """Return ``host:port`` as a URL spells it."""
    return f"[{host}]:{port}" if ":" in host else f"{host}:{port}"


def reachable(host: str) -> str:
    """Return the host under which this machine reaches a server that listens on *host*."""
    try:
        address = ipaddress.ip_address(host)
    except ValueError:
        return host
    if not address.is_unspecified:
        return host
    return "127.0.0.1" if address.version == 4 else "::1"
