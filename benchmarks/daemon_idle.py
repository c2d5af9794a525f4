"""What a cluster costs that has nothing to do: the daemon's memory, and its share of one processor core over 30 seconds."""

from __future__ import annotations

import time
from collections.abc import Iterator
from pathlib import Path

from benchmarks.cluster import started
from benchmarks.costs import read_cpu_seconds, read_rss
from benchmarks.figures import Figure

SETTLE_SECONDS, SECONDS = 3.0, 30.0


def measure() -> Iterator[Figure]:
    """Look at /proc; where there is none, nothing is measured."""
    if not Path("/proc/self/stat").exists():
        return
    with started("process") as cluster:
        pid = cluster.daemon()
        time.sleep(SETTLE_SECONDS)
        before = read_cpu_seconds(pid)
        time.sleep(SECONDS)
        used = read_cpu_seconds(pid) - before
        yield Figure("idle daemon, memory (RSS)", read_rss(pid), "MB", 60.0)
        yield Figure(f"idle daemon, processor over {SECONDS:.0f} s", used / SECONDS * 100, "%", 0.5)
