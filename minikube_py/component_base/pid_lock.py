"""A file that a process holds locked as long as it lives, with its process id in it: a dead one is never taken for alive."""

from __future__ import annotations

import fcntl
import os
import select
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from os import PathLike
    from typing import TextIO

ATTEMPTS, PAUSE = 10, 0.05  # who only looks holds the lock too, for a moment


def take(path: str | PathLike[str]) -> TextIO | None:
    """Lock the file in this process' name, as long as what is returned stays open; None where another one has it."""
    file = open(path, "a+", opener=lambda p, f: os.open(p, f, 0o600))  # noqa: SIM115 - it outlives this call
    for _ in range(ATTEMPTS):
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            select.select([], [], [], PAUSE)
            continue
        file.truncate(0)
        file.write(f"{os.getpid()}\n")
        file.flush()
        return file
    file.close()
    return None


def find_holder(path: str | PathLike[str]) -> int | None:
    """Return the id of the process that holds the lock, or None where none does."""
    try:
        with open(path) as file:
            try:
                fcntl.flock(file, fcntl.LOCK_SH | fcntl.LOCK_NB)
            except BlockingIOError:
                text = file.read().strip()
                return int(text) if text.isdigit() else None
    except FileNotFoundError:
        return None
    return None
