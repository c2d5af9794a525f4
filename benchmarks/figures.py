"""What a benchmark gives back, and the ways to time a command."""

from __future__ import annotations

import os
import shutil
import statistics
import time
from collections.abc import Iterable, Mapping, Sequence
from typing import NamedTuple


class Figure(NamedTuple):
    """One measured number; less is better. `peer` is the same of the program it is held against, None where there is none."""

    name: str
    value: float
    unit: str
    target: float | None = None
    peer: float | None = None
    peer_name: str = ""

    @property
    def ratio(self) -> float | None:
        """How many times the peer's number it is."""
        return self.value / self.peer if self.peer else None

    def describe(self) -> str:
        """Return one line of text."""
        parts = [f"{self.name:42} {_format(self.value, self.unit):>11}"]
        if self.target is not None:
            verdict = "met" if self.value <= self.target else "MISSED"
            parts.append(f"target {_format(self.target, self.unit)} {verdict}")
        if self.peer is not None:
            parts.append(f"{self.peer_name}: {_format(self.peer, self.unit)}, ratio {self.ratio:.2f}")
        return "   ".join(parts)


def _format(value: float, unit: str) -> str:
    return f"{value:.2f} {unit}" if value < 10 else f"{value:.1f} {unit}"


class Run(NamedTuple):
    """One run of a command: seconds on the wall, and of processor time in user and system mode together."""

    wall: float
    cpu: float


def run(command: list[str], environment: Mapping[str, str]) -> Run:
    """Run a command with its output thrown away. Raises RuntimeError where it fails."""
    nowhere = [(os.POSIX_SPAWN_OPEN, 1, os.devnull, os.O_WRONLY, 0)]
    began = time.perf_counter()
    pid = os.posix_spawn(command[0], command, environment, file_actions=nowhere)
    _, status, usage = os.wait4(pid, 0)
    wall = time.perf_counter() - began
    if status:
        raise RuntimeError(f"{' '.join(command)} failed")
    return Run(wall, usage.ru_utime + usage.ru_stime)


def take_turns(commands: Sequence[list[str]], environment: Mapping[str, str], times: int) -> list[list[Run]]:
    """Run each command so many times, one after another in turn, so that a busy machine is as unfair to all of them."""
    runs: list[list[Run]] = [[] for _ in commands]
    for _ in range(times):
        for number, command in enumerate(commands):
            runs[number].append(run(command, environment))
    return runs


def median_of(values: Iterable[float]) -> float:
    """Return the middle one."""
    return statistics.median(values)


def find_kubectl() -> str | None:
    """Return the path of the real kubectl, None where the one on PATH is missing or a script such as our own shim."""
    path = shutil.which("kubectl")
    if path is None:
        return None
    with open(path, "rb") as file:
        return None if file.read(2) == b"#!" else path
