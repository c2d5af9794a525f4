"""The last words of a container: its termination message. It lives in a file, or in the log's last lines.

https://kubernetes.io/docs/tasks/debug/debug-application/determine-reason-pod-failure/
"""

from __future__ import annotations

import os
import stat
from pathlib import Path

from minikube_py.kubelet.interfaces import Object
from minikube_py.kubelet.logs import LogOptions, read_logs

MAX_MESSAGE = 4096
MAX_LOG_MESSAGE = 2048
MAX_LOG_LINES = 80


def get_termination_log_path(directory: Path, container: str, attempt: int) -> Path:
    """Return the host file behind terminationMessagePath."""
    return directory / "termination" / container / str(attempt)


def make_termination_log(path: Path) -> None:
    """Make the empty file, which whatever user the container runs as may write; its folder is 0700."""
    path.touch()
    path.chmod(0o666)


def read_termination_message(directory: Path, container: Object, attempt: int, exit_code: int, log_path: Path) -> str:
    """Return the message of a run that has ended, "" where it left none."""
    text = _read_file(get_termination_log_path(directory, container["name"], attempt))
    if text or exit_code == 0 or container.get("terminationMessagePolicy") != "FallbackToLogsOnError":
        return text
    tail = b"".join(read_logs(log_path, LogOptions(tail_lines=MAX_LOG_LINES)))
    return tail[-MAX_LOG_MESSAGE:].decode(errors="replace")


def _read_file(path: Path) -> str:
    """Return the beginning of a file that a container wrote; what it made a link or a pipe is not read."""
    try:
        fd = os.open(path, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK)
    except OSError:
        return ""
    with os.fdopen(fd, "rb") as file:
        if not stat.S_ISREG(os.fstat(fd).st_mode):
            return ""
        return file.read(MAX_MESSAGE).decode(errors="replace")
