"""Exec and attach on real processes."""

from __future__ import annotations

import json
import re

import pytest

from minikube_py.cri.frames import RESIZE, STDIN, encode_frame
from minikube_py.cri.runtime import CRIError

from .conftest import Bench, converse, read_until, watched


@pytest.fixture
def box(bench: Bench) -> str:
    """A container that idles."""
    container_id = bench.start("sleep", "100", env={"WHO": "me"})
    bench.wait_for(container_id, "running")
    return container_id


@pytest.mark.parametrize(
    ("script", "code"),
    [
        pytest.param("true", 0, id="zero"),
        pytest.param("exit 7", 7, id="seven"),
        pytest.param("kill -9 $$", 137, id="killed"),
    ],
)
def test_exec_exit_codes(bench: Bench, box: str, script: str, code: int) -> None:
    assert bench.runtime.exec_sync(box, ["sh", "-c", script], 5).exit_code == code


def test_exec_sees_the_containers_environment(bench: Bench, box: str) -> None:
    result = bench.runtime.exec_sync(box, ["sh", "-c", "echo $WHO $HOSTNAME; echo err >&2"], 5)
    assert (result.stdout, result.stderr) == (b"me pod\n", b"err\n")


def test_exec_gives_all_of_a_large_output(bench: Bench, box: str) -> None:
    result = bench.runtime.exec_sync(box, ["sh", "-c", "yes | head -c 3000000"], 10)
    assert len(result.stdout) == 3_000_000


@pytest.mark.parametrize(
    ("command", "problem"),
    [
        pytest.param("nope", "executable file not found in $PATH", id="not in PATH"),
        pytest.param("/bin", "permission denied", id="a directory"),
    ],
)
def test_exec_of_what_cannot_run(bench: Bench, box: str, command: str, problem: str) -> None:
    with pytest.raises(CRIError) as caught:
        bench.runtime.exec_sync(box, [command], 5)
    assert re.fullmatch(
        r'failed to exec in container: failed to start exec "[0-9a-f]{64}": OCI runtime exec failed: exec failed: '
        rf'unable to start container process: exec: "{command}": {re.escape(problem)}: unknown',
        str(caught.value),
    )


def test_exec_timeout_kills_all_it_started(bench: Bench, box: str) -> None:
    with bench.runtime.exec(box, ["sh", "-c", "sleep 100 & echo $!; read line"], stdin=True, tty=False) as other:
        survivor = int(read_until(other, b"\n"))
        with pytest.raises(TimeoutError, match=r"timed out after 0\.2s"):
            bench.runtime.exec_sync(box, ["sh", "-c", "sleep 100 & echo $! > /proc/$PPID/none; wait"], 0.2)
        with watched([survivor]) as ended:
            bench.runtime.stop_container(box, 0)
            ended()


def test_exec_in_an_exited_container(bench: Bench) -> None:
    status = bench.run("true")
    with pytest.raises(CRIError, match="CONTAINER_EXITED"):
        bench.runtime.exec_sync(status.id, ["true"], 5)


def test_exec_stdin(bench: Bench, box: str) -> None:
    with bench.runtime.exec(box, ["tr", "a-z", "A-Z"], stdin=True, tty=False) as stream:
        output, end = converse(stream, b"some input\n")
    assert (output, end["exitCode"]) == (b"SOME INPUT\n", 0)


def test_exec_takes_more_stdin_than_a_pipe_holds(bench: Bench, box: str) -> None:
    with bench.runtime.exec(box, ["sh", "-c", "sleep 0.05; wc -c"], stdin=True, tty=False) as stream:
        output, _ = converse(stream, b"x" * 900_000)
    assert int(output) == 900_000


def test_exec_tty(bench: Bench, box: str) -> None:
    script = "read size; stty size; test -t 0 && test -t 1 && echo terminal $TERM; exit 3"
    with bench.runtime.exec(box, ["sh", "-c", script], stdin=True, tty=True) as stream:
        stream.sendall(encode_frame(RESIZE, json.dumps({"Width": 101, "Height": 33}).encode()))
        output, end = converse(stream, b"go\n")
    assert output.replace(b"\r\n", b"\n") == b"go\n33 101\nterminal xterm\n"
    assert end["exitCode"] == 3


def test_tty_interrupt(bench: Bench, box: str) -> None:
    with bench.runtime.exec(box, ["sh", "-c", "echo up; exec sleep 100"], stdin=True, tty=True) as stream:
        read_until(stream, b"up")
        _, end = converse(stream, b"\x03")
    assert end["exitCode"] == 130


def test_attach_passes_stdin_and_the_end(bench: Bench) -> None:
    container_id = bench.start("sh", "-c", "read a; echo got $a; exit 4", stdin=True)
    bench.wait_for(container_id, "running")
    with (
        bench.runtime.attach(container_id, stdin=False, tty=False) as listener,
        bench.runtime.attach(container_id, stdin=True, tty=False) as speaker,
    ):
        speaker.sendall(encode_frame(STDIN, b"hello\n"))
        for stream in (listener, speaker):
            output, end = converse(stream)
            assert (output, end) == (b"got hello\n", {"exitCode": 4})
    assert bench.log(container_id) == "got hello"


@pytest.mark.parametrize("once", [True, False])
def test_stdin_closes_with_the_first_attach_only_if_once(bench: Bench, once: bool) -> None:
    container_id = bench.start("sh", "-c", "cat; echo ended", stdin=True, stdin_once=once)
    bench.wait_for(container_id, "running")
    with bench.runtime.attach(container_id, stdin=True, tty=False) as stream:
        stream.sendall(encode_frame(STDIN, b"one\n"))
        read_until(stream, b"one\n")
    if not once:
        with bench.runtime.attach(container_id, stdin=True, tty=False) as stream:
            stream.sendall(encode_frame(STDIN, b"two\n"))
            read_until(stream, b"two\n")
        bench.runtime.stop_container(container_id, 0)
    bench.wait_for(container_id, "exited")
    assert bench.log(container_id) == ("one\nended" if once else "one\ntwo")


def test_a_container_with_a_terminal(bench: Bench) -> None:
    status = bench.run("sh", "-c", "test -t 1 && echo terminal", tty=True)
    assert bench.log(status.id) == "terminal"
