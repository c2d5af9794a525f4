"""Structured log lines of the daemon and the node agent, `key=value`, to a file that the profile keeps."""

from __future__ import annotations

import sys
import traceback
from collections.abc import Callable
from typing import TextIO

from minikube_py.component_base.clock import Clock, format_rfc3339_micro


class Logger:
    """Writes one line an event. `verbosity` 1 and up includes debug lines."""

    def __init__(self, out: TextIO | None = None, clock: Clock | None = None, verbosity: int = 0) -> None:
        self._out = out or sys.stderr
        self._now: Callable[[], float] | None = clock.now if clock else None
        self._verbosity = verbosity

    def debug(self, message: str, **fields: object) -> None:
        """Log something only a developer wants to know."""
        if self._verbosity:
            self._write("D", message, fields)

    def info(self, message: str, **fields: object) -> None:
        """Log something that happened."""
        self._write("I", message, fields)

    def exception(self, message: str, error: BaseException, **fields: object) -> None:
        """Log an error with its traceback."""
        self._write("E", message, {**fields, "error": repr(error)})
        self._out.write("".join(traceback.format_exception(error)))
        self._out.flush()

    def _write(self, level: str, message: str, fields: dict[str, object]) -> None:
        stamp = format_rfc3339_micro(self._now()) if self._now else "-"
        rest = "".join(f" {name}={value!r}" for name, value in fields.items())
        self._out.write(f"{level} {stamp} {message}{rest}\n")
        self._out.flush()
