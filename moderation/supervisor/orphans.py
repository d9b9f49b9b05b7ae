"""No process outlives the supervisor, however it dies: two nets, neither of which needs the other.

* ``die_with_parent``: the kernel kills the calling process when its parent dies (Linux only).
* the warden: a process of its own, in its own session, that holds the reading end of a pipe. The supervisor
  names its process groups on it; when the pipe closes, the warden kills every group still named.

This file is also run as a script, without site-packages, so it knows the standard library only::

    python -I -S orphans.py leash PARENT COMMAND...    die_with_parent, then become COMMAND
    python -I -S orphans.py watch                      the warden: "+GROUP" and "-GROUP" lines on stdin
"""

import ctypes
import os
import signal
import sys
import time
from collections.abc import Iterable

_PR_SET_PDEATHSIG = 1
_LAST_LOOK_SECONDS = 5.0


def die_with_parent(parent: int | None = None, number: int = signal.SIGKILL) -> None:
    """Have the kernel send SIGKILL, or another signal, to this process when its parent dies.

    Not inherited by forks, so each fork calls it anew. With *parent*, the parent's process id as known from
    outside, a parent that died before the call is noticed too. The kernel watches the *thread* that forked us:
    fork from one that lives as long as its process. Outside Linux, and in a container's first process, whose
    parent is not of our making, this does nothing.

    Raises:
        OSError: the kernel refuses.
    """
    if sys.platform != "linux" or os.getpid() == 1:
        return
    libc = ctypes.CDLL(None, use_errno=True)
    if libc.prctl(_PR_SET_PDEATHSIG, ctypes.c_ulong(number), *[ctypes.c_ulong(0)] * 3):
        raise OSError(ctypes.get_errno(), "prctl(PR_SET_PDEATHSIG)")
    if parent is not None and os.getppid() != parent:
        os.kill(os.getpid(), number)


def kill_group(group: int) -> bool:
    """Kill what is left of a process group; return whether there was anything."""
    try:
        os.killpg(group, signal.SIGKILL)
    except (ProcessLookupError, PermissionError):  # macOS says EPERM of a group of zombies.
        return False
    return True


def _leash(parent: str, command: list[str]) -> None:
    die_with_parent(int(parent))
    # Python ignores SIGPIPE, and what is ignored stays so across exec.
    signal.signal(signal.SIGPIPE, signal.SIG_DFL)
    os.execv(command[0], command)  # noqa: S606


def _watch(lines: Iterable[str]) -> None:
    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, signal.SIG_IGN)
    groups: set[int] = set()
    for line in lines:
        (groups.add if line.startswith("+") else groups.discard)(int(line[1:]))
    # We hold the state folder's lock: leaving before they are gone would let a successor meet them.
    deadline = time.monotonic() + _LAST_LOOK_SECONDS
    while groups and time.monotonic() < deadline:
        groups = {group for group in groups if kill_group(group) and _lives(group)}
        time.sleep(0.01)


def _lives(group: int) -> bool:
    """Say whether the group has a member that is more than a zombie, which nobody may come to reap."""
    try:
        processes = [entry for entry in os.listdir("/proc") if entry.isdigit()]
    except FileNotFoundError:
        return True
    return any(_is_living_member(process, group) for process in processes)


def _is_living_member(process: str, group: int) -> bool:
    try:
        with open(f"/proc/{process}/stat", encoding="utf-8", errors="replace") as file:
            state, _, its_group, *_ = file.read().rpartition(")")[2].split()
    except OSError:
        return False
    return state not in {"Z", "X"} and int(its_group) == group


if __name__ == "__main__":
    if sys.argv[1] == "leash":
        _leash(sys.argv[2], sys.argv[3:])
    else:
        _watch(sys.stdin)
