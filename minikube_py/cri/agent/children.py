"""Starting processes and learning of their end. A child reports over a close-on-exec status pipe: nothing means it runs.

The pipe may carry `P<pid>` (the program runs as another process, the first one of a new PID namespace) and
`E<text>` (it cannot start).
"""

from __future__ import annotations

import contextlib
import errno
import fcntl
import os
import resource
import signal
import socket
import sys
import termios
from collections.abc import Callable, Mapping
from typing import NamedTuple, Protocol

from minikube_py.cri.agent.capabilities import drop_bounding_capabilities, forbid_new_privileges, keep_capabilities
from minikube_py.cri.agent.loop import READ, Loop
from minikube_py.cri.agent.program import ProgramError, enter_directory, execute

FORMAT_ERROR_EXIT = 255
_IGNORED_BY_PYTHON = [getattr(signal, name) for name in ("SIGPIPE", "SIGXFSZ", "SIGXFZ") if hasattr(signal, name)]


class Identity(NamedTuple):
    """The user a program runs as, and its rights; None leaves them. `capabilities` is a set of bits."""

    user: int | None = None
    group: int | None = None
    groups: tuple[int, ...] = ()
    capabilities: int | None = None
    no_new_privileges: bool = False


class Plan(NamedTuple):
    """How to run a program. `enter` runs first in the child (namespaces); when it forks it reports the new pid."""

    argv: tuple[str, ...]
    env: Mapping[str, str]
    directory: str
    identity: Identity = Identity()
    enter: Callable[[Callable[[int], None]], None] | None = None


class Stdio(NamedTuple):
    """The child's ends of its streams; they are closed here after the start. With a tty all three are the terminal."""

    stdin: int
    stdout: int
    stderr: int
    tty: bool = False


class Child(Protocol):
    """Who is told of a process's fate: `started` or `failed` once, `exited` once after a start."""

    def started(self, pid: int) -> None: ...

    def failed(self, text: str) -> None: ...

    def exited(self, status: int) -> None: ...


class Children:
    """The agent's child processes."""

    def __init__(self, loop: Loop, before_exits: Callable[[list[int]], None]) -> None:
        self._loop = loop
        self._before_exits = before_exits
        self._starting: dict[int, tuple[int, Child, bytearray]] = {}  # by status pipe
        self._running: dict[int, Child] = {}  # by pid
        self._limits = resource.getrlimit(resource.RLIMIT_NOFILE)
        with contextlib.suppress(ValueError, OSError):
            resource.setrlimit(resource.RLIMIT_NOFILE, (self._limits[1], self._limits[1]))
        self._watch_signals()

    @property
    def pids(self) -> set[int]:
        """The processes that are somebody's main one."""
        return set(self._running) | {pid for pid, _, _ in self._starting.values()}

    def pid_of(self, child: Child) -> int:
        """Return the process of a child that runs or is being started; 0 if it has none."""
        starting = ((pid, one) for pid, one, _ in self._starting.values())
        return next((pid for pid, one in (*self._running.items(), *starting) if one is child), 0)

    def spawn(self, plan: Plan, stdio: Stdio, child: Child) -> int:
        """Start a program; return the pid of the new process. Its fate is told to `child` later, never from here."""
        status, child_status = os.pipe()
        sys.stdout.flush()
        pid = os.fork()
        if not pid:
            self._run_child(plan, stdio, child_status)
        os.close(child_status)
        for fd in {stdio.stdin, stdio.stdout, stdio.stderr}:
            os.close(fd)
        os.set_blocking(status, False)
        self._starting[status] = (pid, child, bytearray())
        self._loop.watch(status, READ, lambda _: self._read_status(status))
        return pid

    def _run_child(self, plan: Plan, stdio: Stdio, status: int) -> None:
        """Become the program; never returns."""
        code = 1
        try:
            prepare_child()
            resource.setrlimit(resource.RLIMIT_NOFILE, self._limits)
            if plan.enter is not None:
                plan.enter(lambda pid: _report(status, f"P{pid}\n"))
            os.setsid()
            _connect(stdio)
            enter_directory(plan.directory)
            _become(plan.identity)
            execute(plan.argv, plan.env)
            code = FORMAT_ERROR_EXIT
        except ProgramError as error:
            _report(status, f"E{error}\n")
        except OSError as error:
            _report(status, f"Eerror during container init: {error.strerror}: {error.filename or 'system call'}\n")
        finally:
            os._exit(code)

    def _read_status(self, status: int) -> None:
        pid, child, text = self._starting[status]
        while True:
            try:
                data = os.read(status, 4096)
            except BlockingIOError:
                return
            if not data:
                break
            text += data
        self._loop.unwatch(status)
        os.close(status)
        del self._starting[status]
        self._conclude(pid, child, text.decode(errors="replace"))

    def _conclude(self, pid: int, child: Child, text: str) -> None:
        for line in text.splitlines():
            if line.startswith("P"):
                pid = int(line[1:])
            elif line.startswith("E"):
                child.failed(line[1:])
                return
        self._running[pid] = child
        child.started(pid)

    def _watch_signals(self) -> None:
        """Have SIGCHLD wake the loop; the handler itself does nothing."""
        wake, self._wake_end = socket.socketpair()
        wake.setblocking(False)
        self._wake_end.setblocking(False)
        signal.set_wakeup_fd(self._wake_end.fileno(), warn_on_full_buffer=False)
        signal.signal(signal.SIGCHLD, lambda *_: None)
        self._wake = wake
        self._loop.watch(wake.fileno(), READ, lambda _: self._reap())

    def _reap(self) -> None:
        with contextlib.suppress(BlockingIOError):
            while self._wake.recv(4096):
                pass
        ended = _wait_ended()
        # A child that ended has written its last word: read it first, so that its pid is known.
        for status in list(self._starting):
            self._read_status(status)
        ours = [(pid, self._running.pop(pid), status) for pid, status in ended if pid in self._running]
        if ours:
            self._before_exits([pid for pid, _, _ in ours])
        for _, child, status in ours:
            child.exited(status)


def _wait_ended() -> list[tuple[int, int]]:
    ended = []
    with contextlib.suppress(ChildProcessError):
        while True:
            pid, status = os.waitpid(-1, os.WNOHANG)
            if not pid:
                break
            ended.append((pid, status))
    return ended


def prepare_child() -> None:
    """Give a forked process the signals a new program expects."""
    signal.set_wakeup_fd(-1)
    for number in (signal.SIGCHLD, signal.SIGTERM, signal.SIGINT, signal.SIGHUP, *_IGNORED_BY_PYTHON):
        signal.signal(number, signal.SIG_DFL)


def _report(status: int, text: str) -> None:
    with contextlib.suppress(BrokenPipeError):
        os.write(status, text.encode())


def _connect(stdio: Stdio) -> None:
    # Two steps, since one of the three may itself lie below 3 where another has to go.
    high = [fcntl.fcntl(fd, fcntl.F_DUPFD_CLOEXEC, 3) for fd in (stdio.stdin, stdio.stdout, stdio.stderr)]
    for number, fd in enumerate(high):
        os.dup2(fd, number)
    if stdio.tty:
        fcntl.ioctl(0, termios.TIOCSCTTY, 0)


def _become(identity: Identity) -> None:
    """Change the user and give up rights, in the order in which each step still may be done."""
    if identity.capabilities is not None:
        drop_bounding_capabilities(identity.capabilities)
    if os.geteuid() == 0:
        _change_user(identity)
    if identity.capabilities is not None:
        keep_capabilities(identity.capabilities)
    if identity.no_new_privileges:
        forbid_new_privileges()


def _change_user(identity: Identity) -> None:
    """Change the user; without the right to, stay who we are."""
    try:
        if identity.groups or identity.user is not None or identity.group is not None:
            os.setgroups(identity.groups)
        if identity.group is not None:
            os.setgid(identity.group)
        if identity.user is not None:
            os.setuid(identity.user)
    except OSError as error:
        # Inside a user namespace of one id no other user can be had.
        if error.errno not in (errno.EINVAL, errno.EPERM):
            raise
