"""What is done to files alone (--local) and to the kubeconfig."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from tests.oracle.conftest import Both, Outcome, read_lines

FILES = Path(__file__).parent / "files"


@pytest.fixture
def files(both: Both) -> Both:
    """The files that the commands read, in the working folder."""
    for file in FILES.iterdir():
        shutil.copy(file, "bad.yaml" if file.name == "bad.txt" else file.name)
    Path("f.txt").write_text("one\ntwo\n")
    Path("dir").mkdir()
    Path("dir/a.txt").write_text("a")
    return both


def differ(both: Both, lines: list[str]) -> list[tuple[str, Outcome, Outcome]]:
    """Return the commands whose outcomes differ, theirs first."""
    outcomes = [(line, *both(line)) for line in lines]
    return [(line, theirs, ours) for line, theirs, ours in outcomes if theirs != ours]


@pytest.mark.parametrize("verb", ["label", "annotate", "patch", "set"])
def test_local(files: Both, verb: str) -> None:
    assert differ(files, [line for line in read_lines("local.txt") if line.startswith(verb)]) == []


def test_config(files: Both) -> None:
    """A kubeconfig of each, through a long life."""
    assert differ(files, read_lines("config.txt")) == []
