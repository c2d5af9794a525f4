"""System calls that Python 3.11 lacks: namespaces and mounts. Each raises OSError with what was tried as its file name."""

from __future__ import annotations

import ctypes
import os

CLONE_NEWNS = 0x00020000
CLONE_NEWUTS = 0x04000000
CLONE_NEWIPC = 0x08000000
CLONE_NEWUSER = 0x10000000
CLONE_NEWPID = 0x20000000
CLONE_NEWNET = 0x40000000

MS_RDONLY = 0x1
MS_NOSUID = 0x2
MS_NODEV = 0x4
MS_NOEXEC = 0x8
MS_REMOUNT = 0x20
MS_BIND = 0x1000
MS_REC = 0x4000
MS_PRIVATE = 0x40000
MNT_DETACH = 2

_SYS_PIVOT_ROOT = {"x86_64": 155, "aarch64": 41, "riscv64": 41, "ppc64le": 203, "s390x": 217, "armv7l": 218, "i686": 217}
# How statvfs(3) shows the access time flags of mount(2): noatime, nodiratime, relatime.
_ATIME_FLAGS = {0x400: 0x400, 0x800: 0x800, 0x1000: 0x200000}

_libc = ctypes.CDLL(None, use_errno=True)


def _check(result: int, what: str) -> None:
    if result < 0:
        number = ctypes.get_errno()
        raise OSError(number, os.strerror(number), what)


def unshare(flags: int) -> None:
    """Leave namespaces for new ones."""
    _check(_libc.unshare(flags), "unshare")


def setns(descriptor: int, flags: int) -> None:
    """Enter a namespace by its descriptor, or several of a process by a pidfd."""
    _check(_libc.setns(descriptor, flags), "setns")


def sethostname(name: str) -> None:
    """Set the host name of the UTS namespace."""
    data = name.encode()
    _check(_libc.sethostname(data, len(data)), "sethostname")


def mount(source: str, target: str, kind: str = "", flags: int = 0, options: str = "") -> None:
    """Mount a file system."""
    result = _libc.mount(source.encode(), target.encode(), kind.encode(), ctypes.c_ulong(flags), options.encode() or None)
    _check(result, f"mount {target}")


def bind(source: str, target: str, *, read_only: bool = False) -> None:
    """Show a folder or file at another place, with what is mounted below it."""
    mount(source, target, flags=MS_BIND | MS_REC)
    if read_only:
        make_read_only(target)


def make_read_only(target: str) -> None:
    """Forbid writing through one mount. In a user namespace the flags it has must be kept."""
    seen = os.statvfs(target).f_flag
    flags = seen & (MS_NOSUID | MS_NODEV | MS_NOEXEC)
    for shown, wanted in _ATIME_FLAGS.items():
        flags |= wanted if seen & shown else 0
    mount("none", target, flags=MS_BIND | MS_REMOUNT | MS_RDONLY | flags)


def unmount(target: str) -> None:
    """Take a mount away as soon as nobody uses it."""
    _check(_libc.umount2(target.encode(), MNT_DETACH), f"umount {target}")


def pivot_root(new: str, old: str) -> None:
    """Make a mount the root, and show the former root at a folder in it."""
    _check(_libc.syscall(ctypes.c_long(_SYS_PIVOT_ROOT[os.uname().machine]), new.encode(), old.encode()), "pivot_root")
