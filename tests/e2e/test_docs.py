"""What the documents show is what happens: every console block is typed in, in order, and its output compared."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

import pytest

from tests.e2e.conftest import ROOT, new_shell
from tests.e2e.shell import Shell

NOT_RUN = "<!-- not run -->"
BLOCK = re.compile(rf"(?P<mark>{re.escape(NOT_RUN)}\n+)?^```console\n(?P<text>.*?)^```$", re.MULTILINE | re.DOTALL)
DOCUMENTS = ("README.md", "docs/walkthrough.md", "docs/beyond-kubectl.md", "docs/time.md")

# What differs from one time to the next. Steps of a rollout are shown as they are seen, so they are left out.
VARYING = (
    (r"(?m)^Waiting for .*\n", ""),
    (r"\b\w{3}, \d\d \w{3} \d{4} [\d:]{8} \+0000", "TIME"),
    (r"\b\d{4}[-/]\d\d[-/]\d\d[T ][\d:]{8}Z?", "TIME"),
    (r"\b(\d+[dhms]){1,2}\b", "AGE"),
    (r"\b\d+(\.\d+)?ms\b", "DURATION"),
    (r"\b10\.\d+\.\d+\.\d+\b", "ADDRESS"),
    (r"\b127\.0\.0\.1:\d+", "127.0.0.1:PORT"),
    (r"\b80:3\d{4}/TCP", "80:PORT/TCP"),
    (r"-[bcdfghjklmnpqrstvwxz2456789]{5}\b", "-RANDOM"),
    (r"\b\d+ changes\b", "N changes"),
    (r"\b[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}\b", "UID"),
    (r" +", " "),
    (r"(?m) $", ""),
)


class Step(NamedTuple):
    """A command as it is typed, and what the document says that it prints."""

    command: str
    output: str


def read_steps(text: str) -> Iterator[Step]:
    """Yield the steps of a document. `$ ` begins a command, `> ` goes on with it; blocks marked as not run are passed over."""
    for block in BLOCK.finditer(text):
        if block["mark"]:
            continue
        for part in re.split(r"(?m)^\$ ", block["text"])[1:]:
            first, *rest = part.splitlines(keepends=True)
            more = [line[2:] for line in rest if line.startswith("> ")]
            yield Step(first + "".join(more), "".join(rest[len(more) :]))


def normalise(text: str) -> str:
    """Replace what differs from one time to the next."""
    for pattern, word in VARYING:
        text = re.sub(pattern, word, text)
    return text


@pytest.fixture
def shell(tmp_path: Path) -> Iterator[Shell]:
    """A shell in an empty folder, without a cluster; one that a document leaves behind is deleted."""
    shell = new_shell(tmp_path / "reader")
    shell.directory = tmp_path / "folder"
    shell.directory.mkdir()
    yield shell
    shell.run("mk cluster delete")


@pytest.mark.parametrize("document", DOCUMENTS)
def test_the_document_shows_what_happens(shell: Shell, document: str) -> None:
    steps = list(read_steps((ROOT / document).read_text()))
    assert steps
    for step in steps:
        outcome = shell.run(f"{{ {step.command.rstrip()}\n}} 2>&1")
        assert normalise(outcome.stdout) == normalise(step.output), f"{document}: $ {step.command}{outcome.stdout}"


def test_steps_are_read() -> None:
    text = "```console\n$ one\nout\n$ two <<E\n> in\n> E\nmore\n```\n\n<!-- not run -->\n```console\n$ never\n```\n"
    assert list(read_steps(text)) == [Step("one\n", "out\n"), Step("two <<E\nin\nE\n", "more\n")]


def test_only_what_varies_is_normalised() -> None:
    before = "web-6dc5cd68db-5f2fj   1/1   Running   1 (5s ago)   2m3s   10.244.0.3"
    assert normalise(before) == "web-6dc5cd68db-RANDOM 1/1 Running 1 (AGE ago) AGE ADDRESS"
