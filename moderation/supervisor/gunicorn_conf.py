"""The web server's configuration, embedded and in containers alike.

No access log: the reverse proxy keeps one, and ids in URLs are the callers' own.
"""

from typing import Any

from moderation.settings import Settings
from moderation.supervisor.listening import authority
from moderation.supervisor.orphans import die_with_parent

_settings = Settings()

bind = authority(_settings.host, _settings.port)
worker_class = "gthread"
workers = _settings.web_workers
threads = _settings.web_threads
timeout = 60
graceful_timeout = 15
loglevel = _settings.log_level.lower()
# Its default path is one for all of a user's servers.
control_socket_disable = True


def post_fork(arbiter: Any, worker: Any) -> None:
    """Leave no web worker behind when the arbiter is killed."""
    die_with_parent(arbiter.pid)
