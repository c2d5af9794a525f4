"""What a process costs, as Linux counts it."""

from __future__ import annotations

import os
import time
from pathlib import Path


def read_cpu_seconds(pid: int) -> float:
    """Return the processor time a process has used, in user and system mode."""
    fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def read_rss(pid: int) -> float:
    """Return the resident memory of a process in megabytes."""
    pages = int(Path(f"/proc/{pid}/statm").read_text().split()[1])
    return pages * os.sysconf("SC_PAGE_SIZE") / 1e6


def count_threads(pid: int) -> int:
    """Return how many threads a process has."""
    return len(os.listdir(f"/proc/{pid}/task"))


def count_files(pid: int) -> int:
    """Return how many descriptors a process has open."""
    return len(os.listdir(f"/proc/{pid}/fd"))


class Spent:
    """What a block took: seconds on the wall, and of them processor time of one process."""

    def __init__(self, pid: int) -> None:
        self._pid = pid

    def __enter__(self) -> Spent:
        """Begin."""
        self._cpu, self._began = read_cpu_seconds(self._pid), time.perf_counter()
        return self

    def __exit__(self, *error: object) -> None:
        """End."""
        self.wall = time.perf_counter() - self._began
        self.cpu = read_cpu_seconds(self._pid) - self._cpu
