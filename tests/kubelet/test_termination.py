"""The message that a container leaves behind."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from minikube_py.kubelet.logs import get_log_path
from minikube_py.kubelet.termination import get_termination_log_path, read_termination_message

FALLBACK = {"name": "main", "terminationMessagePolicy": "FallbackToLogsOnError"}
FILE = {"name": "main", "terminationMessagePolicy": "File"}


@pytest.fixture
def directory(tmp_path: Path) -> Path:
    log = get_log_path(tmp_path, "main", 0)
    log.parent.mkdir(parents=True)
    log.write_text("".join(f"2026-11-21T06:30:00Z stdout F line {n}\n" for n in range(100)))
    get_termination_log_path(tmp_path, "main", 0).parent.mkdir(parents=True)
    return tmp_path


def read(directory: Path, container: dict[str, str], code: int) -> str:
    return read_termination_message(directory, container, 0, code, get_log_path(directory, "main", 0))


def test_the_file_counts_whatever_the_exit_code(directory: Path) -> None:
    get_termination_log_path(directory, "main", 0).write_text("sad story\n")
    assert read(directory, FILE, 1) == "sad story\n"
    assert read(directory, FALLBACK, 0) == "sad story\n"


def test_a_long_message_is_cut(directory: Path) -> None:
    get_termination_log_path(directory, "main", 0).write_text("x" * 9999)
    assert len(read(directory, FILE, 0)) == 4096


def test_the_log_speaks_where_the_file_is_empty(directory: Path) -> None:
    lines = read(directory, FALLBACK, 1).splitlines()
    assert (lines[0], lines[-1], len(lines)) == ("line 20", "line 99", 80)
    assert read(directory, FALLBACK, 0) == ""
    assert read(directory, FILE, 1) == ""


def test_links_and_pipes_are_not_read(directory: Path) -> None:
    path = get_termination_log_path(directory, "main", 0)
    (directory / "secret").write_text("of the host")
    path.symlink_to(directory / "secret")
    assert read(directory, FILE, 1) == ""
    path.unlink()
    os.mkfifo(path)
    assert read(directory, FILE, 1) == ""
