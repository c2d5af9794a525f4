"""What a process tells Prometheus of itself, under the names that all client libraries use."""

from __future__ import annotations

import os
import resource
import sys
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from typing import Any

from minikube_py.apiserver.serving.exposition import write_head, write_line

VIRTUAL, RESIDENT = 0, 1  # fields of /proc/self/statm, in pages
START = 19  # field of /proc/self/stat behind the program's name, in ticks since the machine started


def write_lines() -> Iterator[str]:
    """Yield the metrics of this process; what only Linux tells is left out elsewhere."""
    used = resource.getrusage(resource.RUSAGE_SELF)
    values: list[tuple[str, str, str, float | None]] = [
        ("cpu_seconds_total", "counter", "Processor time that this process used.", used.ru_utime + used.ru_stime),
        ("max_fds", "gauge", "How many files and sockets this process may have open.", _read_limit()),
        ("open_fds", "gauge", "Files and sockets that this process has open.", count_files()),
        ("resident_memory_bytes", "gauge", "Memory of this process.", measure_memory(used)),
        ("start_time_seconds", "gauge", "When this process was started, in seconds since the epoch.", _read_start()),
        ("virtual_memory_bytes", "gauge", "Address space of this process.", _read_pages(VIRTUAL)),
    ]
    for name, kind, text, value in values:
        if value is not None:
            yield from write_head(f"process_{name}", kind, text)
            yield write_line(f"process_{name}", (), float(value))


def _read_limit() -> int | None:
    limit = resource.getrlimit(resource.RLIMIT_NOFILE)[0]
    return None if limit == resource.RLIM_INFINITY else limit


def measure_memory(used: Any) -> int:
    """Return the bytes of memory this process has: now where Linux tells it, else the most it had."""
    now = _read_pages(RESIDENT)
    return now if now is not None else int(used.ru_maxrss) * (1 if sys.platform == "darwin" else 1024)


def _read_pages(field: int) -> int | None:
    try:
        return int(Path("/proc/self/statm").read_text().split()[field]) * os.sysconf("SC_PAGE_SIZE")
    except OSError:
        return None


def _read_start() -> float | None:
    """Return when this process was started, None where that is not told."""
    with suppress(OSError, StopIteration):
        ticks = int(Path("/proc/self/stat").read_text().rpartition(")")[2].split()[START])
        booted = next(line for line in Path("/proc/stat").read_text().splitlines() if line.startswith("btime "))
        return int(booted.split()[1]) + ticks / os.sysconf("SC_CLK_TCK")
    return None


def count_files() -> int:
    """Return how many descriptors this process has open."""
    try:
        return len(os.listdir("/dev/fd"))
    except OSError:
        return 0
