"""Writes docs/commands.md from the verbs' own records: `python -m tests.write_commands_doc`. tests/test_house.py holds both equal."""

from __future__ import annotations

from itertools import groupby
from pathlib import Path

from tests.verbs import Listed, list_verbs

PAGE = Path(__file__).parent.parent / "docs" / "commands.md"
_HEAD = """# Commands

Every verb with what it does and one example; `mk VERB --help` tells the rest. Written by `python -m tests.write_commands_doc`.
"""


def make_page() -> str:
    """Return the page's text."""
    parts = [_HEAD]
    for heading, verbs in groupby(list_verbs(), key=lambda listed: listed.heading):
        rows = "".join(f"| `mk {v.path}` | {_escape(v.verb.short)} | `{_escape(find_example(v))}` |\n" for v in verbs)
        parts.append(f"\n## {heading}\n\n| Command | What it does | Example |\n| --- | --- | --- |\n{rows}")
    return "".join(parts)


def find_example(listed: Listed) -> str:
    """Return the first example of one line that calls the verb, else the first line that is no comment."""
    lines = [line.strip() for line in listed.verb.examples.splitlines() if line.strip() and not line.strip().startswith("#")]
    whole = [line for line in lines if not line.endswith("\\") and "<<" not in line]
    calls = [line for line in whole if line.startswith((f"mk {listed.path}", listed.path))]
    return (calls or whole or lines)[0]


def _escape(text: str) -> str:
    return text.replace("|", "\\|")


if __name__ == "__main__":
    PAGE.write_text(make_page())
