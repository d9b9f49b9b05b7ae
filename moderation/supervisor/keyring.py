"""The embedded service's own secrets: made at the first start, one file each, readable by their owner only."""

import os
import secrets
from collections.abc import Callable, Mapping, MutableMapping
from pathlib import Path

from cryptography.fernet import Fernet

from moderation.settings import PREFIX
from moderation.supervisor.errors import CannotStart
from moderation.supervisor.state import StateDir

_MAKERS: dict[str, Callable[[], str]] = {
    "pepper": lambda: secrets.token_urlsafe(48),
    "encryption_keys": lambda: Fernet.generate_key().decode(),
    "session_key": lambda: secrets.token_urlsafe(48),
}


def ensure(state: StateDir, environ: Mapping[str, str]) -> dict[str, Path]:
    """Make the secrets that neither *environ* nor the state folder has; return the files to be read, by setting.

    Raises:
        CannotStart: a database is there but a secret it needs is gone. A new one would make it unreadable.
    """
    files = {name: state.secrets / name for name in _MAKERS if not _is_set(name, environ)}
    lost = [str(path) for path in files.values() if not path.exists()]
    if lost and state.database.exists():
        raise CannotStart(
            f"{state.database} is there, but not the secrets it was written with: {', '.join(lost)}. "
            "Restore them from a backup, or move the database away to start afresh."
        )
    for name, path in files.items():
        if not path.exists():
            _write_new(path, _MAKERS[name]())
    return files


def variables(files: Mapping[str, Path]) -> dict[str, str]:
    """Return the ``DAIDUN_…_FILE`` variables that hand *files* to a process."""
    return {f"{PREFIX}{name.upper()}_FILE": str(path) for name, path in files.items()}


def adopt(environ: MutableMapping[str, str]) -> None:
    """Give this process the secrets and the broker of the embedded service's state folder, where it has none set.

    That is how ``daidun keys`` in another terminal works on the running service. Not for ``up`` and ``demo``, which
    find out by themselves, and perhaps for another folder.
    """
    state = StateDir(Path(environ.get(f"{PREFIX}STATE_DIR", "var")))
    found = {name: state.secrets / name for name in _MAKERS if not _is_set(name, environ)}
    environ.update(variables({name: path for name, path in found.items() if path.is_file()}))
    if state.broker_socket.parent != state.run:
        environ.setdefault(f"{PREFIX}REDIS_URL", f"unix://{state.broker_socket}")


def _is_set(name: str, environ: Mapping[str, str]) -> bool:
    variable = f"{PREFIX}{name.upper()}"
    return bool(environ.get(variable)) or f"{variable}_FILE" in environ


def _write_new(path: Path, value: str) -> None:
    # Complete or not there at all: half a key would pass for a key.
    draft = path.with_suffix(".new")
    descriptor = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with os.fdopen(descriptor, "w", encoding="ascii") as file:
        file.write(f"{value}\n")
        file.flush()
        os.fsync(file.fileno())
    draft.rename(path)
