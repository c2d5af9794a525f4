"""Colours what goes to a terminal, line by line, after it was laid out: never a width, never a word is changed.

Loaded only where colour is wanted, so it costs nothing in a pipe.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import TextIO, cast

RESET = "\x1b[0m"
BOLD, RED, GREEN, YELLOW, CYAN = (f"\x1b[{code}m" for code in (1, 31, 32, 33, 36))

GOOD = {
    *(
        "Running",
        "Succeeded",
        "Completed",
        "Complete",
        "Ready",
        "Active",
        "Bound",
        "Available",
        "True",
        "Healthy",
        "Established",
    ),
    *("SuccessCriteriaMet", "Approved,Issued"),
}
BUSY = {
    *("Pending", "ContainerCreating", "PodInitializing", "Terminating", "Unknown", "NotReady", "SchedulingDisabled", "Warning"),
    *("Released", "Suspended", "SchedulingGated", "ContainerStatusUnknown", "<pending>", "<unknown>", "False"),
}
BAD = re.compile(
    r"^(?:Init:)?(?:\w*(?:Error|BackOff|Failed|Evicted|OOMKilled|Lost|DeadlineExceeded|NeverPull)\w*|ErrImage\w+)$"
)
JUDGED = {"STATUS", "READY", "PHASE", "TYPE", "REASON", "CONDITION", "AVAILABLE"}

_CELL = re.compile(r"\S+(?: \S+)*")
_HEADING = re.compile(r"^[A-Z][A-Z0-9 ()/%._-]*$")
_FRACTION = re.compile(r"^(\d+)/(\d+)$")
_YAML_KEY = re.compile(r"^(\s*(?:- )*)([^\s:\"'#-][^:]*|\"[^\"]*\"):(?=\s|$)(.*)$", re.S)
_JSON_KEY = re.compile(r'^(\s*)("(?:[^"\\]|\\.)*"):(.*)$', re.S)
_DESCRIBED = re.compile(r"^(\s*)([A-Z][\w /()-]*:)(.*)$", re.S)
_SCALAR = re.compile(r"^(\s*)(-?\d+(?:\.\d+)?|true|false|null|\{\}|\[\])(,?\s*)$", re.S)


def paint(text: str, code: str) -> str:
    """Return text in a colour."""
    return f"{code}{text}{RESET}" if text else text


def judge(word: str) -> str:
    """Return the colour of a state: red for trouble, yellow for what is on its way, green for what is well, "" for others."""
    first = word.split(",", 1)[0].split(" ", 1)[0]
    if BAD.match(first):
        return RED
    if word in GOOD or first in GOOD:
        return YELLOW if "," in word else GREEN
    if first in BUSY or first.startswith("Init:"):
        return YELLOW
    if fraction := _FRACTION.match(word):
        return GREEN if fraction[1] == fraction[2] else YELLOW
    return ""


class TablePainter:
    """Colours the cells of tables that tell of states; remembers where the columns of the last heading began."""

    def __init__(self) -> None:
        self._columns: list[tuple[int, str]] = []

    def __call__(self, line: str) -> str:
        """Return a line of a table in colour."""
        if _HEADING.match(line.rstrip("\n")) and "  " in line:
            self._columns = [(cell.start(), cell[0]) for cell in _CELL.finditer(line)]
            return paint(line.rstrip("\n"), BOLD) + "\n"
        return _CELL.sub(self._paint_cell, line)

    def _paint_cell(self, cell: re.Match[str]) -> str:
        heading = next((name for start, name in reversed(self._columns) if start <= cell.start()), "")
        return paint(cell[0], judge(cell[0])) if heading in JUDGED and judge(cell[0]) else cell[0]


def paint_yaml(line: str) -> str:
    """Return a line of YAML with its key, and a number or a word of YAML's own, in colour."""
    if found := _YAML_KEY.match(line):
        return found[1] + paint(found[2], CYAN) + ":" + _paint_scalar(found[3])
    return line


def paint_json(line: str) -> str:
    """Return a line of JSON with its key and its scalar in colour."""
    if found := _JSON_KEY.match(line):
        return found[1] + paint(found[2], CYAN) + ":" + _paint_scalar(found[3])
    return line


def _paint_scalar(text: str) -> str:
    found = _SCALAR.match(text)
    return found[1] + paint(found[2], YELLOW) + found[3] if found else text


def paint_description(line: str) -> str:
    """Return a line of a description with its label in colour, and a state that is all of its value."""
    if found := _DESCRIBED.match(line):
        value = found[3].strip()
        rest = found[3].replace(value, paint(value, judge(value)), 1) if value and judge(value) else found[3]
        return found[1] + paint(found[2], CYAN) + rest
    return line


def choose_painter(shows: str, output: str) -> Callable[[str], str] | None:
    """Return what colours a verb's output. `shows` is what it shows without -o: `table`, `description` or nothing."""
    if output in ("yaml", "neat"):
        return paint_yaml
    if output == "json":
        return paint_json
    if output not in ("", "wide"):
        return None
    if shows == "table":
        return TablePainter()
    return paint_description if shows == "description" else None


class PaintedStream:
    """A text stream that colours each line. What does not end a line is held back until it does, or until it is flushed."""

    def __init__(self, out: TextIO, painter: Callable[[str], str]) -> None:
        self._out, self._painter, self._held = out, painter, ""

    def write(self, text: str) -> int:
        """Write every line that has ended."""
        *lines, self._held = (self._held + text).split("\n")
        self._out.write("".join(self._painter(line + "\n") for line in lines))
        return len(text)

    def flush(self) -> None:
        """Let everything be seen."""
        if self._held:
            self._out.write(self._painter(self._held))
            self._held = ""
        self._out.flush()

    def isatty(self) -> bool:
        """Whether it is a terminal."""
        return self._out.isatty()


def paint_stream(out: TextIO, shows: str, output: str) -> TextIO:
    """Return the stream that colours what a verb shows, or `out` itself."""
    painter = choose_painter(shows, output)
    return out if painter is None else cast("TextIO", PaintedStream(out, painter))
