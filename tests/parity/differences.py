"""Reads docs/differences.md: which commands of the transcripts may answer otherwise than they were recorded, and why."""

from __future__ import annotations

import re
from pathlib import Path
from typing import NamedTuple

PAGE = Path(__file__).parent.parent.parent / "docs" / "differences.md"
ROW = re.compile(
    r"^\| (?P<transcript>[a-z]+/[a-z0-9-]+)(?: \((?P<client>[a-z]+)\))? \| `(?P<command>.+)` \| (?P<reason>.+) \|$"
)


class Difference(NamedTuple):
    """One row: `folder/name`, the first line of the command, the reason, and whose difference it is: "" is everybody's."""

    transcript: str
    command: str
    reason: str
    client: str = ""


def list_differences() -> list[Difference]:
    """Return the rows of the page's tables that name a command."""
    found = map(ROW.match, PAGE.read_text().splitlines())
    return [Difference(m["transcript"], m["command"].replace("\\|", "|"), m["reason"], m["client"] or "") for m in found if m]


def format_row(transcript: str, command: str, reason: str) -> str:
    """Return the row that names a command."""
    return f"| {transcript} | `{command.replace('|', chr(92) + '|')}` | {reason} |"
