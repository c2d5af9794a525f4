"""What `kubectl logs` prints of the files that runtimes write."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from minikube_py.component_base.clock import parse_rfc3339
from minikube_py.kubelet.logs import LogOptions, choose_attempt, get_log_path, list_files, read_beginning, read_logs

LINES = ["line 1", "line 2", "line 3", "line 4", "oops"]


def stamp(second: int) -> str:
    return f"2026-11-21T06:30:{second:02d}.123456789Z"


def write(path: Path, lines: list[str], first: int = 0, mode: str = "w") -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open(mode) as file:
        for number, line in enumerate(lines, first):
            file.write(f"{stamp(number)} stdout F {line}\n")


@pytest.fixture
def log(tmp_path: Path) -> Path:
    path = get_log_path(tmp_path, "main", 0)
    write(path, LINES)
    with path.open("a") as file:
        file.write(f"{stamp(9)} stdout P no newline at the end\n")
    return path


def show(path: Path, **options: Any) -> str:
    return b"".join(read_logs(path, LogOptions(**options))).decode()


@pytest.mark.parametrize(
    ("options", "expected"),
    [
        pytest.param({}, "line 1\nline 2\nline 3\nline 4\noops\nno newline at the end", id="all"),
        pytest.param({"tail_lines": 2}, "oops\nno newline at the end", id="tail"),
        pytest.param({"tail_lines": 0}, "", id="tail-none"),
        pytest.param(
            {"tail_lines": 99}, "line 1\nline 2\nline 3\nline 4\noops\nno newline at the end", id="tail-more-than-all"
        ),
        pytest.param({"limit_bytes": 10}, "line 1\nlin", id="bytes"),
        pytest.param({"since": parse_rfc3339("2026-11-21T06:30:04Z")}, "oops\nno newline at the end", id="since"),
        pytest.param({"tail_lines": 1, "timestamps": True}, f"{stamp(9)} no newline at the end", id="timestamps"),
    ],
)
def test_options(log: Path, options: dict[str, Any], expected: str) -> None:
    assert show(log, **options) == expected


def test_pieces_of_a_long_line_are_put_together(tmp_path: Path) -> None:
    log = tmp_path / "0.log"
    log.write_text(f"{stamp(0)} stdout P one \n{stamp(1)} stdout P two \n{stamp(2)} stderr F three\n{stamp(3)} stdout F four\n")
    assert show(log) == "one two three\nfour\n"
    assert show(log, timestamps=True) == f"{stamp(0)} one two three\n{stamp(3)} four\n"


def test_rotated_files_come_first(tmp_path: Path) -> None:
    log = tmp_path / "0.log"
    write(tmp_path / "0.log.2", ["a"])
    write(tmp_path / "0.log.1", ["b", "c"])
    write(log, ["d"])
    write(tmp_path / "10.log", ["another run"])
    assert [file.name for file in list_files(log)] == ["0.log.2", "0.log.1", "0.log"]
    assert show(log) == "a\nb\nc\nd\n"
    assert show(log, tail_lines=2) == "c\nd\n"


def test_a_log_that_is_not_there_is_empty(tmp_path: Path) -> None:
    assert show(tmp_path / "nowhere" / "0.log") == ""


def test_following_ends_with_the_container(log: Path) -> None:
    turns = iter([["more"], ["last"], None])

    def wait() -> bool:
        lines = next(turns)
        if lines is not None:
            write(log, lines, 10, "a")
        return lines is not None

    assert b"".join(read_logs(log, LogOptions(tail_lines=1), wait)).decode() == "no newline at the endmore\nlast\n"


def test_following_goes_on_after_a_rotation(tmp_path: Path) -> None:
    log = tmp_path / "0.log"
    write(log, ["one"])
    turns = iter([True, False])

    def wait() -> bool:
        if running := next(turns):
            write(log, ["two"], 1, "a")
            log.rename(tmp_path / "0.log.1")
            write(log, ["three"], 2)
        return running

    assert b"".join(read_logs(log, LogOptions(), wait)) == b"one\ntwo\nthree\n"


def test_following_waits_for_a_log_to_begin(tmp_path: Path) -> None:
    log = tmp_path / "0.log"
    turns = iter([True, False])

    def wait() -> bool:
        if running := next(turns):
            write(log, ["one"])
        return running

    assert b"".join(read_logs(log, LogOptions(), wait)) == b"one\n"


@given(lines=st.lists(st.text(alphabet="ab é", max_size=5), max_size=30), count=st.integers(0, 40))
def test_tail_gives_the_last_lines(tmp_path_factory: pytest.TempPathFactory, lines: list[str], count: int) -> None:
    log = tmp_path_factory.mktemp("logs") / "0.log"
    write(log, lines)
    assert show(log, tail_lines=count).splitlines() == (lines[-count:] if count else [])


def make_pod(**status: Any) -> dict[str, Any]:
    return {"metadata": {"name": "bad"}, "status": {"containerStatuses": [{"name": "main", "restartCount": 2, **status}]}}


ENDED = {"terminated": {"exitCode": 1, "containerID": "containerd://1"}}


@pytest.mark.parametrize(
    ("status", "previous", "attempt"),
    [
        pytest.param({"state": {"running": {}}, "lastState": ENDED}, False, 2, id="running"),
        pytest.param({"state": {"running": {}}, "lastState": ENDED, "containerID": "containerd://2"}, True, 1, id="one-before"),
        pytest.param({"state": ENDED}, False, 2, id="ended"),
        pytest.param(
            {"state": {"waiting": {}}, "lastState": ENDED, "containerID": "containerd://1"}, False, 2, id="crash-loop"
        ),
        pytest.param(
            {"state": {"waiting": {}}, "lastState": ENDED, "containerID": "containerd://1"}, True, 2, id="crash-loop-previous"
        ),
    ],
)
def test_which_run(status: dict[str, Any], previous: bool, attempt: int) -> None:
    assert choose_attempt(make_pod(**status), "main", previous) == attempt


@pytest.mark.parametrize(
    ("status", "previous", "message"),
    [
        ({"state": {"running": {}}}, True, 'previous terminated container "main" in pod "bad" not found'),
        (
            {"state": {"waiting": {"reason": "PodInitializing"}}},
            False,
            'container "main" in pod "bad" is waiting to start: PodInitializing',
        ),
        (
            {"state": {"waiting": {"reason": "ImagePullBackOff"}}},
            False,
            'container "main" in pod "bad" is waiting to start: trying and failing to pull image',
        ),
    ],
)
def test_no_log_to_show(status: dict[str, Any], previous: bool, message: str) -> None:
    with pytest.raises(ValueError, match=r".") as caught:
        choose_attempt(make_pod(**status), "main", previous)
    assert str(caught.value) == message


def test_the_beginning_ends_where_the_file_had_come(tmp_path: Path) -> None:
    path = get_log_path(tmp_path, "main", 0)
    write(path.with_name(path.name + ".1"), ["rotated"])
    write(path, ["before"], first=1)
    size = path.stat().st_size
    write(path, ["after"], first=2, mode="a")
    assert read_beginning(path, size) == b"rotated\nbefore\n"
    assert read_beginning(path, 0) == b"rotated\n"


def test_the_beginning_of_a_log_that_is_not_there_is_empty(tmp_path: Path) -> None:
    assert read_beginning(tmp_path / "none.log", 100) == b""
