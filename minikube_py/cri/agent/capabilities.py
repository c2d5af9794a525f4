"""What a process may do, by Linux's capabilities (capabilities(7)); sets are bits of an int."""

from __future__ import annotations

import ctypes
import os
from collections.abc import Iterable

NAMES = (
    *("CHOWN", "DAC_OVERRIDE", "DAC_READ_SEARCH", "FOWNER", "FSETID", "KILL", "SETGID", "SETUID", "SETPCAP"),
    *("LINUX_IMMUTABLE", "NET_BIND_SERVICE", "NET_BROADCAST", "NET_ADMIN", "NET_RAW", "IPC_LOCK", "IPC_OWNER"),
    *("SYS_MODULE", "SYS_RAWIO", "SYS_CHROOT", "SYS_PTRACE", "SYS_PACCT", "SYS_ADMIN", "SYS_BOOT", "SYS_NICE"),
    *("SYS_RESOURCE", "SYS_TIME", "SYS_TTY_CONFIG", "MKNOD", "LEASE", "AUDIT_WRITE", "AUDIT_CONTROL", "SETFCAP"),
    *("MAC_OVERRIDE", "MAC_ADMIN", "SYSLOG", "WAKE_ALARM", "BLOCK_SUSPEND", "AUDIT_READ", "PERFMON", "BPF"),
    "CHECKPOINT_RESTORE",
)
"""Each at the place of its bit."""
MKNOD = 1 << NAMES.index("MKNOD")

_PR_CAPBSET_READ = 23
_PR_CAPBSET_DROP = 24
_PR_SET_NO_NEW_PRIVS = 38
_VERSION = 0x20080522

_libc = ctypes.CDLL(None, use_errno=True)


def mask_capabilities(names: Iterable[str]) -> int | None:
    """Return the set of the capabilities named, those that nobody knows left out; None for `ALL`, which leaves all."""
    wanted = set(names)
    if "ALL" in wanted:
        return None
    return sum(1 << number for number, name in enumerate(NAMES) if name in wanted)


def drop_bounding_capabilities(mask: int) -> None:
    """Bar this process, and what it becomes, from ever having other capabilities than these. Raises OSError."""
    for number in range(64):
        has = _libc.prctl(_PR_CAPBSET_READ, number, 0, 0, 0)
        if has < 0:
            return  # the kernel knows no further ones
        if has and not mask >> number & 1:
            _check(_libc.prctl(_PR_CAPBSET_DROP, number, 0, 0, 0), "prctl")


def keep_capabilities(mask: int) -> None:
    """Give up all other capabilities than these, of those it has. Raises OSError."""
    header = (ctypes.c_uint32 * 2)(_VERSION, 0)
    data = (ctypes.c_uint32 * 6)()  # effective, permitted, inheritable: the lower halves, then the upper ones
    _check(_libc.capget(header, data), "capget")
    for half in (0, 1):
        kept = data[3 * half + 1] & (mask >> 32 * half) & 0xFFFFFFFF
        data[3 * half], data[3 * half + 1], data[3 * half + 2] = kept, kept, 0
    _check(_libc.capset(header, data), "capset")


def forbid_new_privileges() -> None:
    """Let no program that is executed from now on gain rights, by setuid bits or file capabilities. Raises OSError."""
    _check(_libc.prctl(_PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0), "prctl")


def _check(result: int, what: str) -> None:
    if result < 0:
        number = ctypes.get_errno()
        raise OSError(number, os.strerror(number), what)
