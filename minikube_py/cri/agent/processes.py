"""What the system knows of processes, from /proc: who belongs to whom, since when, how much memory."""

from __future__ import annotations

import contextlib
import ctypes
import os
import signal
from collections.abc import Callable, Iterable
from typing import NamedTuple

_PR_SET_CHILD_SUBREAPER = 36
_ROUNDS = 8

HAS_PROCESS_TABLE = os.path.exists("/proc/self/stat")


class Process(NamedTuple):
    """One line of the process table. `start` is in clock ticks since boot."""

    pid: int
    parent: int
    session: int
    start: int
    zombie: bool


def become_subreaper() -> bool:
    """Make orphaned descendants children of this process (Linux, prctl(2)). Return whether that worked."""
    with contextlib.suppress(OSError, AttributeError):
        return bool(ctypes.CDLL(None).prctl(_PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0) == 0)
    return False


def read_process(pid: int) -> Process | None:
    """Return a live or zombie process, or None where there is none or no /proc."""
    try:
        with open(f"/proc/{pid}/stat", "rb") as file:
            text = file.read()
    except OSError:
        return None
    fields = text[text.rindex(b")") + 2 :].split()
    return Process(pid, int(fields[1]), int(fields[3]), int(fields[19]), fields[0] in (b"Z", b"X"))


def drops_signal(pid: int, number: int) -> bool:
    """Return whether a signal would be lost: the first process of a namespace gets those only that it handles or holds back."""
    try:
        with open(f"/proc/{pid}/status", encoding="ascii", errors="replace") as file:
            fields = dict(line.split(":", 1) for line in file)
    except OSError:
        return False
    if fields.get("NSpid", "").split()[1:][-1:] != ["1"]:
        return False
    taken = int(fields["SigBlk"], 16) | int(fields["SigCgt"], 16)
    return not taken >> (number - 1) & 1


def list_processes() -> dict[int, Process]:
    """Return the process table by pid; empty without /proc."""
    try:
        names = os.listdir("/proc")
    except OSError:
        return {}
    found = (read_process(int(name)) for name in names if name.isdigit())
    return {process.pid: process for process in found if process is not None}


def find_members(table: dict[int, Process], sessions: Iterable[int], belongs: Callable[[int], bool]) -> list[int]:
    """Return who lives of the sessions, of this process's stray children that `belongs` claims, and of their descendants.

    The oldest come first: a shell that outlived its command, if only for a moment, would go on to the next line.
    """
    roots = set(sessions)
    me = os.getpid()
    members = {p.pid for p in table.values() if p.session in roots or p.pid in roots}
    members |= {p.pid for p in table.values() if p.parent == me and p.pid not in members and not p.zombie and belongs(p.pid)}
    living = [table[pid] for pid in _with_descendants(table, members) if not table[pid].zombie]
    return [process.pid for process in sorted(living, key=lambda process: (process.start, process.pid))]


def find_descendants(table: dict[int, Process], root: int) -> list[int]:
    """Return the living descendants of a process, itself left out."""
    return [pid for pid in _with_descendants(table, {root}) if pid != root and pid in table and not table[pid].zombie]


def _with_descendants(table: dict[int, Process], members: set[int]) -> set[int]:
    children: dict[int, list[int]] = {}
    for process in table.values():
        children.setdefault(process.parent, []).append(process.pid)
    todo = list(members)
    found = set(members)
    while todo:
        for child in children.get(todo.pop(), ()):
            if child not in found:
                found.add(child)
                todo.append(child)
    return found


def kill_all(find: Callable[[], list[int]]) -> None:
    """SIGKILL what `find` returns until it returns nobody new: a process may fork while it is being killed."""
    killed: set[int] = set()
    for _ in range(_ROUNDS):
        new = [pid for pid in find() if pid not in killed]
        if not new:
            return
        for pid in new:
            send_signal(pid, signal.SIGKILL)
        killed.update(new)


def send_signal(pid: int, number: int) -> None:
    """Signal a process, if it still is one of ours."""
    with contextlib.suppress(ProcessLookupError, PermissionError):
        os.kill(pid, number)


def kill_group(leader: int) -> None:
    """SIGKILL a process group: all that can be done without /proc."""
    with contextlib.suppress(ProcessLookupError, PermissionError):
        os.killpg(leader, signal.SIGKILL)


def has_environment(pid: int, wanted: frozenset[bytes]) -> bool:
    """Return whether a process was started with all the `NAME=value` entries."""
    try:
        with open(f"/proc/{pid}/environ", "rb") as file:
            return wanted <= set(file.read().split(b"\0"))
    except OSError:
        return False


def list_tree(root: int) -> list[int]:
    """Return a process and its descendants without reading the whole process table."""
    tree = [root]
    for pid in tree:
        with contextlib.suppress(OSError), open(f"/proc/{pid}/task/{pid}/children", "rb") as file:
            tree.extend(map(int, file.read().split()))
    return tree


def read_memory(pids: Iterable[int]) -> int:
    """Return the resident bytes of processes, from /proc/<pid>/statm."""
    pages = 0
    for pid in pids:
        with contextlib.suppress(OSError), open(f"/proc/{pid}/statm", "rb") as file:
            pages += int(file.read().split()[1])
    return pages * os.sysconf("SC_PAGE_SIZE")


def read_cpu_seconds(pids: Iterable[int]) -> float:
    """Return the user and system time of processes and of their children that ended."""
    ticks = 0
    for pid in pids:
        with contextlib.suppress(OSError), open(f"/proc/{pid}/stat", "rb") as file:
            text = file.read()
            ticks += sum(map(int, text[text.rindex(b")") + 2 :].split()[11:15]))
    return ticks / os.sysconf("SC_CLK_TCK")


def read_boot_id() -> str:
    """Return what tells this boot from others, or "": recorded pids mean nothing after a reboot."""
    try:
        with open("/proc/sys/kernel/random/boot_id") as file:
            return file.read().strip()
    except OSError:
        return ""
