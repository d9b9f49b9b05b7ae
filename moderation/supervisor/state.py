"""The state folder: private, locked by one supervisor at a time, with a socket path that the kernel takes."""

import errno
import fcntl
import hashlib
import os
import stat
import tempfile
import time
from contextlib import suppress
from pathlib import Path

from moderation.supervisor.errors import CannotStart

_LONGEST_SOCKET_PATH = 103  # bytes; Linux takes 107, macOS 103
_SUCCESSION_SECONDS = 10.0


class StateDir:
    """Everything the embedded service keeps: database, broker's files, secrets, logs, sockets."""

    def __init__(self, path: Path):
        self.path = path.resolve()
        self.secrets = self.path / "secrets"
        self.log = self.path / "log"
        self.run = self.path / "run"
        self.valkey = self.path / "valkey"

    @property
    def database(self) -> Path:
        return self.path / "daidun.db"

    @property
    def broker_socket(self) -> Path:
        """The broker's socket: in the run folder, or in a short private one if that path is too long for a socket."""
        path = self.run / "valkey.sock"
        if len(os.fsencode(path)) <= _LONGEST_SOCKET_PATH:
            return path
        name = hashlib.sha256(os.fsencode(self.path)).hexdigest()[:16]
        return Path(tempfile.gettempdir()) / f"daidun-{os.getuid()}-{name}" / "valkey.sock"

    def create(self) -> None:
        """Make the folders that are missing, for our eyes only."""
        for folder in (self.path, self.secrets, self.log, self.run, self.valkey, self.broker_socket.parent):
            try:
                folder.mkdir(mode=0o700, parents=folder == self.path, exist_ok=True)
            except OSError as error:
                raise CannotStart(f"the state folder {folder} cannot be made: {error.strerror}") from error
        self.path.chmod(0o700)
        _refuse_if_not_ours(self.broker_socket.parent)

    def tidy(self) -> None:
        """Remove the short folder, if there is one and the broker has left it."""
        if self.broker_socket.parent != self.run:
            with suppress(OSError):
                self.broker_socket.parent.rmdir()

    def lock(self) -> int:
        """Take the folder for this process; return the lock's file descriptor.

        A dead supervisor's warden holds the lock until it has killed what was left, so a lock whose owner is
        dead is waited for.
        """
        descriptor = os.open(self.path / "supervisor.lock", os.O_RDWR | os.O_CREAT, 0o600)
        deadline = time.monotonic() + _SUCCESSION_SECONDS
        while not _locked(descriptor):
            owner = os.pread(descriptor, 32, 0).decode("ascii", "replace").strip()
            if _alive(owner) or time.monotonic() > deadline:
                os.close(descriptor)
                raise CannotStart(
                    f"another `daidun up` (process {owner or 'unknown'}) runs on {self.path}: stop it first"
                )
            time.sleep(0.05)
        os.ftruncate(descriptor, 0)
        os.pwrite(descriptor, f"{os.getpid()}\n".encode(), 0)
        return descriptor


def _locked(descriptor: int) -> bool:
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError as error:
        if error.errno not in {errno.EAGAIN, errno.EACCES}:
            raise CannotStart(f"the state folder cannot be locked: {error.strerror}") from error
        return False
    return True


def _alive(process: str) -> bool:
    if not process.isdigit():
        return False
    try:
        os.kill(int(process), 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        return True
    return True


def _refuse_if_not_ours(folder: Path) -> None:
    # The short folder lies in a directory that others may write to: a planted one would give them the broker.
    found = folder.lstat()
    private = stat.S_ISDIR(found.st_mode) and found.st_uid == os.getuid() and not found.st_mode & 0o077
    if not private:
        raise CannotStart(f"{folder} must be a folder of ours that nobody else may enter: remove it, or chmod 700 it")
