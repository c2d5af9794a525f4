"""Container logs, read from the files in CRI format that runtimes write: `<RFC3339Nano> <stream> <F or P> <line>`.

The CLI reads them directly, without the daemon: this module imports nothing heavy.
"""

from __future__ import annotations

import io
import os
from collections import deque
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, BinaryIO, NamedTuple

_BLOCK = 1 << 16
Object = dict[str, Any]


class LogOptions(NamedTuple):
    """What of a log is wanted, as in v1.PodLogOptions. `since` is seconds since the epoch; None means no bound."""

    tail_lines: int | None = None
    since: float | None = None
    timestamps: bool = False
    limit_bytes: int | None = None


def get_log_path(directory: Path, container: str, attempt: int) -> Path:
    """Return where a pod's folder has the log of one run of a container."""
    return directory / "logs" / container / f"{attempt}.log"


def choose_attempt(pod: Object, container: str, previous: bool) -> int:
    """Return which run's log `kubectl logs` shows, by the pod's status. Raises ValueError with the kubelet's words."""
    name, status = pod["metadata"]["name"], _find_status(pod, container)
    where = f'container "{container}" in pod "{name}"'
    if status is None:
        raise ValueError(f"{where} is not available")
    state, last = status.get("state", {}), status.get("lastState", {}).get("terminated")
    latest: int = status.get("restartCount", 0)
    if previous:
        if not last or not last.get("containerID"):
            raise ValueError(f"previous terminated {where} not found")
        return latest if last["containerID"] == status.get("containerID") else latest - 1
    if "running" in state:
        return latest
    if "terminated" in state or last:
        ended = state.get("terminated") or last
        if not ended.get("containerID"):
            raise ValueError(f"{where} is terminated")
        return latest
    reason = state.get("waiting", {}).get("reason", "")
    explained = {"ErrImagePull": "image can't be pulled", "ImagePullBackOff": "trying and failing to pull image"}
    raise ValueError(f"{where} is waiting to start: {explained.get(reason, reason)}")


def _find_status(pod: Object, container: str) -> Object | None:
    for key in ("containerStatuses", "initContainerStatuses", "ephemeralContainerStatuses"):
        for status in pod.get("status", {}).get(key) or ():
            if status["name"] == container:
                found: Object = status
                return found
    return None


def read_logs(path: Path, options: LogOptions, wait: Callable[[], bool] | None = None) -> Iterator[bytes]:
    """Yield what a container wrote, piece by piece, oldest first.

    Without `wait` it ends at the end of the log. With it, it follows: `wait()` blocks until there may be more and returns
    False once the container has ended, whereupon the rest is read and that is all; after each wait comes an empty piece, so that
    whoever reads can stop. Rotated files `<path>.<n>` are read
    first. A log that is not there is empty.
    """
    lines = _follow(path, options.tail_lines, wait) if wait else _read_all(path, options.tail_lines)
    return _limit(_render(lines, options), options.limit_bytes)


def read_beginning(path: Path, size: int) -> bytes:
    """Return what a container wrote until its present log file had so many bytes."""
    *rotated, present = list_files(path) or [path]
    lines = [line for file in rotated for line in io.BytesIO(file.read_bytes())]
    if present.exists():
        with present.open("rb") as opened:
            lines += io.BytesIO(opened.read(size))
    return b"".join(_render(iter(lines), LogOptions()))


def list_files(path: Path) -> list[Path]:
    """Return the files of one log, oldest first: `<path>.2`, `<path>.1`, `<path>`."""
    rotated = []
    try:
        entries = os.listdir(path.parent)
    except FileNotFoundError:
        return []
    for entry in entries:
        base, _, number = entry.rpartition(".")
        if base == path.name and number.isdigit():
            rotated.append((int(number), path.parent / entry))
    files = [file for _, file in sorted(rotated, reverse=True)]
    return [*files, path] if path.exists() else files


def _read_all(path: Path, tail_lines: int | None) -> Iterator[bytes]:
    files = list_files(path)
    if tail_lines is None:
        for file in files:
            with file.open("rb") as opened:
                yield from opened
        return
    tail: deque[bytes] = deque()
    for file in reversed(files):
        if len(tail) >= tail_lines:
            break
        with file.open("rb") as opened:
            tail.extendleft(reversed(_read_tail(opened, tail_lines - len(tail))))
    yield from tail


def _read_tail(file: BinaryIO, count: int) -> list[bytes]:
    """Return the last `count` lines, reading no more of the file than they take."""
    if count == 0:
        return []
    position, data = file.seek(0, os.SEEK_END), b""
    while position > 0 and data.count(b"\n") <= count:
        size = min(_BLOCK, position)
        position = file.seek(position - size)
        data = file.read(size) + data
    return data.splitlines(keepends=True)[-count:]


def _follow(path: Path, tail_lines: int | None, wait: Callable[[], bool]) -> Iterator[bytes]:
    """Yield the lines there are and then those that come, across rotations."""
    while not path.exists():
        if not wait():
            break
        yield b""
    if not path.exists():
        return
    file = path.open("rb")
    end = file.seek(0, os.SEEK_END)
    try:
        yield from _read_before(path, file, end, tail_lines)
        partial, running = b"", True
        while True:
            chunk = file.read(_BLOCK)
            if chunk:
                *lines, partial = (partial + chunk).split(b"\n")
                yield from (line + b"\n" for line in lines)
            elif _was_replaced(path, file):
                file.close()
                file = path.open("rb")
            elif running:
                running = wait()
                yield b""
            else:
                return
    finally:
        file.close()


def _read_before(path: Path, file: BinaryIO, end: int, tail_lines: int | None) -> Iterator[bytes]:
    """Yield what the log has up to `end` of its newest file, and leave the file there (at a line's beginning)."""
    if tail_lines is None:
        for older in list_files(path)[:-1]:
            with older.open("rb") as opened:
                yield from opened
        file.seek(0)
        return
    data = b"".join(_read_tail(file, tail_lines))
    complete = data[: data.rfind(b"\n") + 1]
    yield from complete.splitlines(keepends=True)
    file.seek(end - (len(data) - len(complete)))


def _was_replaced(path: Path, file: BinaryIO) -> bool:
    try:
        return path.stat().st_ino != os.fstat(file.fileno()).st_ino
    except FileNotFoundError:
        return False


def _render(lines: Iterator[bytes], options: LogOptions) -> Iterator[bytes]:
    begins = True
    for line in lines:
        if not line:
            yield line
            continue
        stamp, _, rest = line.rstrip(b"\n").partition(b" ")
        _, _, rest = rest.partition(b" ")
        tag, _, text = rest.partition(b" ")
        if options.since is not None and _parse_stamp(stamp) < options.since:
            continue
        prefix = stamp + b" " if options.timestamps and begins else b""
        begins = not tag.startswith(b"P")
        yield prefix + text + (b"\n" if begins else b"")


def _parse_stamp(stamp: bytes) -> float:
    """Return the seconds of an RFC3339Nano time; of one that is none, 0."""
    from minikube_py.component_base.clock import parse_rfc3339

    text = stamp.decode("ascii", "replace")
    head, dot, fraction = text.removesuffix("Z").partition(".")
    try:
        return (
            parse_rfc3339(head + "Z") + (float("0." + fraction) if dot else 0.0) if text.endswith("Z") else parse_rfc3339(text)
        )
    except ValueError:
        return 0.0


def _limit(pieces: Iterator[bytes], limit: int | None) -> Iterator[bytes]:
    left = limit
    for piece in pieces:
        if left is None:
            yield piece
            continue
        if len(piece) >= left:
            yield piece[:left]
            return
        left -= len(piece)
        yield piece
