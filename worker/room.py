"""What a worker process holds: opened at its first task, after the fork, and closed with it."""

from moderation.services import Services, open_services
from moderation.settings import Settings

_open: list[Services] = []


def room() -> Services:
    """Return this process's services."""
    if not _open:
        _open.append(open_services(Settings()))
    return _open[0]


def close_room() -> None:
    """Give the connections back."""
    while _open:
        _open.pop().close()
