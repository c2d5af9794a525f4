"""A container's root: the host's programs, copy-on-write; everything else its own.

`/usr`, `/etc`, `/opt` and the like are overlays over the host's folders, whose upper layers lie in the container's private
folder; `/tmp`, `/var`, `/run`, `/root`, `/home` are private and empty; `/proc`, `/dev` belong to the container's namespaces.
Without root only one user id is mapped, so a host folder of another user is writable only where its upper layer was made
beforehand.
"""

from __future__ import annotations

import contextlib
import errno
import os
import stat
from typing import NamedTuple

from minikube_py.component_base.real_paths import open_real
from minikube_py.cri.agent.linux import (
    MS_BIND,
    MS_NOEXEC,
    MS_NOSUID,
    MS_PRIVATE,
    MS_RDONLY,
    MS_REC,
    bind,
    make_read_only,
    mount,
    pivot_root,
    unmount,
)

_HOST_FOLDERS = ("usr", "bin", "sbin", "lib", "lib32", "lib64", "libx32", "etc", "opt", "nix")
_VAR_FOLDERS = tuple(f"var/{name}" for name in ("cache", "lib", "local", "log", "mail", "opt", "spool"))
_PRIVATE_FOLDERS = ("dev", "proc", "sys", "run", "run/lock", "root", "home", "mnt", "srv", "media", ".old", *_VAR_FOLDERS)
_SHARED_FOLDERS = ("tmp", "var/tmp")  # mode 1777
_LINKS = {"var/run": "/run", "var/lock": "/run/lock"}
_WRITABLE = ("usr/bin", "usr/sbin", "usr/lib", "usr/share", "usr/local/bin", "usr/local/share", "usr/local/lib", "etc/ssl")
_DEVICES = ("null", "zero", "full", "random", "urandom", "tty")
_DEVICE_LINKS = {"fd": "/proc/self/fd", "stdin": "fd/0", "stdout": "fd/1", "stderr": "fd/2", "ptmx": "pts/ptmx"}
_OLD = "/.old"
_KERNEL = tuple(f"/proc/{name}" for name in ("bus", "fs", "irq", "sys", "sysrq-trigger"))  # seen, not changed
_HIDDEN = (
    *(f"/proc/{name}" for name in ("acpi", "asound", "kcore", "keys", "latency_stats", "sched_debug", "scsi")),
    *("/proc/timer_list", "/proc/timer_stats", "/sys/devices/virtual/powercap", "/sys/firmware"),
)
"""What engines keep from containers, too: it is the machine's, and root of a container is root there where there is no user namespace."""


class Shown(NamedTuple):
    """A host folder or file to be seen in the container; no part of `source` is a link."""

    target: str
    source: str
    read_only: bool


class RootPlan(NamedTuple):
    """What a container's root is made of. `folder` is its private folder on the host.

    `image` is a folder of files that lie over the host's own, "" for none. Who is `privileged` may change the kernel's settings.
    `hidden` are folders of the host that are empty here but for what is shown in them.
    """

    folder: str
    shown: tuple[Shown, ...]
    read_only: bool
    user_namespace: bool
    image: str = ""
    privileged: bool = False
    hidden: tuple[str, ...] = ()


def prepare_root(plan: RootPlan) -> None:
    """Make the folders of a root on the host, before any namespace is entered."""
    root = os.path.join(plan.folder, "root")
    for name in _PRIVATE_FOLDERS:
        os.makedirs(os.path.join(root, name), exist_ok=True)
    for name in _SHARED_FOLDERS:
        os.makedirs(os.path.join(root, name), exist_ok=True)
        os.chmod(os.path.join(root, name), 0o1777)  # noqa: S103
    for name, target in _LINKS.items():
        os.symlink(target, os.path.join(root, name))
    for name in _HOST_FOLDERS:
        host = "/" + name
        if os.path.islink(host):
            os.symlink(os.readlink(host), os.path.join(root, name))
        elif os.path.isdir(host):
            for layer in ("root", "upper", "work"):
                os.makedirs(os.path.join(plan.folder, layer, name))
    for path in (*_WRITABLE, *(shown.target for shown in plan.shown)):
        _prepare_upper(os.path.join(plan.folder, "upper"), path.strip("/"))
    os.chmod(root, 0o755)  # noqa: S103


def _prepare_upper(upper: str, path: str) -> None:
    """Make a host folder, and those above it, writable for the container by making them in the upper layer."""
    first, *rest = path.split("/")
    there = os.path.join(upper, first)
    if not os.path.isdir(there):
        return
    lower = "/" + first
    for name in rest:
        lower = os.path.join(lower, name)
        if os.path.islink(lower) or (os.path.lexists(lower) and not os.path.isdir(lower)):
            return
        if name == rest[-1] and not os.path.lexists(lower):
            return  # it is made when it is known whether it is a folder or a file
        there = os.path.join(there, name)
        os.makedirs(there, exist_ok=True)


def enter_root(plan: RootPlan) -> None:
    """Build the root in this process's new mount (and PID) namespace, and go there."""
    mount("none", "/", flags=MS_REC | MS_PRIVATE)
    root = os.path.join(plan.folder, "root")
    mount(root, root, flags=MS_BIND | MS_REC)
    overlays = [name for name in _HOST_FOLDERS if os.path.isdir(os.path.join(plan.folder, "upper", name))]
    for name in overlays:
        _mount_overlay(plan, name)
    os.chdir(root)
    pivot_root(".", ".old")
    os.chdir("/")
    _mount_proc()
    bind(f"{_OLD}/sys", "/sys")
    _mount_dev()
    if not plan.privileged:
        _guard_kernel()
    hidden = [path for path in plan.hidden if os.path.isdir(path)]
    for path in hidden:
        mount("tmpfs", path, "tmpfs", options="size=64k,mode=755")
    for shown in plan.shown:
        _show(shown)
    for path in hidden:
        make_read_only(path)
    unmount(_OLD)
    os.rmdir(_OLD)
    if plan.read_only:
        for name in overlays:
            make_read_only("/" + name)
        make_read_only("/")


def _mount_overlay(plan: RootPlan, name: str) -> None:
    upper, work, target = (os.path.join(plan.folder, layer, name) for layer in ("upper", "work", "root"))
    image = os.path.join(plan.image, name) if plan.image else ""
    lower = f"{_escape(image)}:/{name}" if image and os.path.isdir(image) else f"/{name}"
    options = f"lowerdir={lower},upperdir={_escape(upper)},workdir={_escape(work)}"
    try:
        mount("overlay", target, "overlay", options=options + (",userxattr" if plan.user_namespace else ""))
    except OSError:
        # A kernel or a file system that cannot: the host's folder as it is, for reading.
        bind("/" + name, target, read_only=True)


def _escape(path: str) -> str:
    return path.replace("\\", "\\\\").replace(",", "\\,").replace(":", "\\:")


def _mount_proc() -> None:
    try:
        mount("proc", "/proc", "proc", flags=MS_NOSUID | MS_NOEXEC)
    except OSError:
        # Where the host's own /proc is masked (inside another container) a new one is refused: show the host's.
        bind(f"{_OLD}/proc", "/proc")


def _guard_kernel() -> None:
    """Let nothing be changed that is the machine's, and hide what tells too much of it."""
    with open("/proc/self/mounts") as mounts:
        places = [line.split(" ")[1] for line in mounts]
    for place in (place for place in places if place == "/sys" or place.startswith("/sys/")):
        make_read_only(place)
    for path in filter(os.path.exists, _KERNEL):
        bind(path, path, read_only=True)
    for path in filter(os.path.exists, _HIDDEN):
        if os.path.isdir(path):
            mount("tmpfs", path, "tmpfs", flags=MS_RDONLY, options="size=0,mode=555")
        else:
            bind("/dev/null", path)


def _mount_dev() -> None:
    mount("tmpfs", "/dev", "tmpfs", flags=MS_NOSUID, options="mode=755,size=64k")
    for name in _DEVICES:
        _touch(f"/dev/{name}")
        bind(f"{_OLD}/dev/{name}", f"/dev/{name}")
    for name, target in _DEVICE_LINKS.items():
        os.symlink(target, f"/dev/{name}")
    os.mkdir("/dev/pts")
    mount("devpts", "/dev/pts", "devpts", flags=MS_NOSUID | MS_NOEXEC, options="newinstance,ptmxmode=0666,mode=0620")
    os.mkdir("/dev/shm")  # noqa: S108
    mount("tmpfs", "/dev/shm", "tmpfs", flags=MS_NOSUID, options="mode=1777,size=64m")  # noqa: S108


def _show(shown: Shown) -> None:
    """Mount what is shown. Links are followed in the container only: who made one must not reach the host by it, here or there."""
    source, target = open_real(shown.source, _OLD), os.path.realpath(shown.target)
    try:
        if os.path.commonpath((target, _OLD)) == _OLD:
            raise OSError(errno.EPERM, os.strerror(errno.EPERM), shown.target)
        if stat.S_ISDIR(os.fstat(source).st_mode):
            os.makedirs(target, exist_ok=True)
        else:
            os.makedirs(os.path.dirname(target), exist_ok=True)
            _touch(target)
        bind(f"/proc/self/fd/{source}", target, read_only=shown.read_only)
    finally:
        os.close(source)


def _touch(path: str) -> None:
    with contextlib.suppress(OSError):  # one that is there already may be another user's
        os.close(os.open(path, os.O_WRONLY | os.O_CREAT, 0o644))


def is_shown(path: str) -> bool:
    """Return whether a host path is in every root anyway."""
    first = path.strip("/").split("/")[0]
    return first in _HOST_FOLDERS and stat.S_ISDIR(os.lstat("/" + first).st_mode)
