"""Lines in the form of kubectl's log, which goes to stderr. Upstream: k8s.io/klog."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from minikube_py.cli_runtime.factory import Factory


def warn_log(factory: Factory, line: int, message: str, file: str = "helpers.go") -> None:
    """Write a warning in the form of kubectl's log: `W1121 07:30:00.000000   31720 helpers.go:703] ...`."""
    write_log(factory, "W", line, message, file)


def write_log(factory: Factory, level: str, line: int, message: str, file: str) -> None:
    """Write a line in the form of kubectl's log; `level` is I, W or E."""
    import os
    import time

    now = factory.clock.now()
    stamp = time.strftime("%m%d %H:%M:%S", time.localtime(now)) + f".{int(now % 1 * 1_000_000):06d}"
    factory.warn(f"{level}{stamp} {os.getpid():7d} {file}:{line}] {message}")
