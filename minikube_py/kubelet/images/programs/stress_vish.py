"""vish/stress: allocates memory in steps and uses processors, then stays."""

from __future__ import annotations

import os
import time

from . import pod, stress
from .http_echo import parse_options

_UNITS = {"Ki": 1 << 10, "Mi": 1 << 20, "Gi": 1 << 30, "k": 10**3, "K": 10**3, "M": 10**6, "G": 10**9}


def parse_quantity(text: str) -> int:
    """Return bytes of `100Mi`, `1G`, `4096`. Raises ValueError."""
    for unit, factor in _UNITS.items():
        if text.endswith(unit):
            return int(float(text[: -len(unit)]) * factor)
    return int(text)


def main(arguments: list[str]) -> int:
    """Use `-cpus N` processors and `-mem-total` memory, in steps of `-mem-alloc-size` each `-mem-alloc-sleep`."""
    options = parse_options(arguments)
    total = parse_quantity(options.get("mem-total", "0"))
    step = parse_quantity(options.get("mem-alloc-size", "4Ki"))
    pause = options.get("mem-alloc-sleep", "1ms")
    seconds = float(pause[:-2]) / 1000 if pause.endswith("ms") else stress.parse_time(pause)
    pod.end_on_signals()
    _say(f'Allocating "{total}" memory, in "{step}" chunks, with a {pause} sleep between allocations')
    for _ in range(int(options.get("cpus", "0"))):
        _say("Spawning a thread to consume CPU")
        _spawn_burner()
    held: list[bytearray] = []
    while len(held) * step < total:
        chunk = bytearray(step)
        chunk[::4096] = b"Z" * len(range(0, step, 4096))
        held.append(chunk)
        time.sleep(seconds)
    _say(f'Allocated "{total}" memory')
    while True:
        time.sleep(3600)


def _spawn_burner() -> None:
    """Start a process that uses one processor and goes when its parent is gone."""
    parent = os.getpid()
    if os.fork():
        return
    x = 0.5
    while os.getppid() == parent:
        for _ in range(100_000):
            x = (x * 3.9) * (1.0 - x)
    os._exit(0)


def _say(text: str) -> None:
    pod.write_error(f"I{time.strftime('%m%d %H:%M:%S')} {os.getpid():7d}] {text}\n")
