"""What the children say: into a file each, capped in size, or to the console with the child's name in front."""

from pathlib import Path

import click

_CAP = 5 * 2**20
_KEPT = 3


class ChildLog:
    """One child's log; at *cap* bytes the file becomes ``.1``, and so on up to ``.3``."""

    def __init__(self, path: Path, *, echo: bool = False, cap: int = _CAP):
        self.path = path
        self._echo = echo
        self._cap = cap
        self._unfinished = b""
        self._file = path.open("ab", buffering=0)

    def write(self, chunk: bytes) -> None:
        """Take what the child wrote, in whatever pieces it comes."""
        if self._echo:
            self._show(chunk)
            return
        if self._file.tell() + len(chunk) > self._cap:
            self._rotate()
        self._file.write(chunk)

    def tail(self, lines: int = 15) -> str:
        """Return the log's last lines."""
        return "\n".join(self.path.read_text(encoding="utf-8", errors="replace").splitlines()[-lines:])

    def close(self) -> None:
        self._file.close()

    def _show(self, chunk: bytes) -> None:
        *whole, self._unfinished = (self._unfinished + chunk).split(b"\n")
        for line in whole:
            click.echo(f"{self.path.stem:>8} | {line.decode('utf-8', 'replace')}", err=True)

    def _rotate(self) -> None:
        self._file.close()
        for number in range(_KEPT, 0, -1):
            older = self.path.with_suffix(f".log.{number - 1}") if number > 1 else self.path
            if older.exists():
                older.replace(self.path.with_suffix(f".log.{number}"))
        self._file = self.path.open("ab", buffering=0)
