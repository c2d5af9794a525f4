"""Lines in the form of kubectl's log, which goes to stderr. Upstream: k8s.io/klog."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from minikube_py.component_base.clock import Clock


class Command(Protocol):
    """What a log needs of a command: its time, and where it complains."""

    @property
    def clock(self) -> Clock: ...

    def warn(self, text: str) -> None: ...


def warn_log(command: Command, line: int, message: str, file: str = "helpers.go") -> None:
    """Write a warning in the form of kubectl's log: `W1121 07:30:00.000000   31720 helpers.go:703] ...`."""
    write_log(command, "W", line, message, file)


def write_log(command: Command, level: str, line: int, message: str, file: str) -> None:
    """Write a line in the form of kubectl's log; `level` is I, W or E."""
    import os
    import time

    now = command.clock.now()
    stamp = time.strftime("%m%d %H:%M:%S", time.localtime(now)) + f".{int(now % 1 * 1_000_000):06d}"
    command.warn(f"{level}{stamp} {os.getpid():7d} {file}:{line}] {message}")
