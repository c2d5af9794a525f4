from __future__ import annotations

import os
import signal
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

import minikube_py.kubelet.images as images
from minikube_py.kubelet.images.programs import stress, stress_vish, wget

Start = Callable[..., Any]
Run = Callable[..., Any]
RUNNER = Path(images.__file__).with_name("run_program.py")


def read_until(process: subprocess.Popen[bytes], word: bytes) -> bytes:
    """Return standard output up to the line that holds `word`."""
    assert process.stdout is not None
    text = b""
    for line in process.stdout:
        text += line
        if word in line:
            return text
    raise AssertionError(f"ended after {text!r}")


def test_hello_world(run: Run) -> None:
    ended = run("hello_world")
    assert ended.returncode == 0
    lines = ended.stdout.splitlines()
    assert lines[1:3] == ["Hello from Docker!", "This message shows that your installation appears to be working correctly."]


@pytest.mark.parametrize(
    ("program", "arguments"), [("pause", ()), ("agnhost", ("pause",)), ("batch_job", ("--seconds", "600"))]
)
def test_what_waits_ends_on_sigterm(program: str, arguments: tuple[str, ...]) -> None:
    command = [sys.executable, "-S", "-E", str(RUNNER), program, *arguments]
    with subprocess.Popen(command, stdout=subprocess.PIPE) as process:
        if arguments:
            read_until(process, b"Paused" if program == "agnhost" else b"starting")
        else:
            wait_for_handler(process)
        process.send_signal(signal.SIGTERM)
        assert process.wait(timeout=10) == 0


def wait_for_handler(process: subprocess.Popen[bytes]) -> None:
    """Wait until the process keeps SIGTERM for the thread that waits for it."""
    file = Path(f"/proc/{process.pid}/status")
    if not file.exists():
        pytest.skip("needs /proc")
    mask = 0
    while not mask & 1 << signal.SIGTERM - 1:
        assert process.poll() is None
        text = file.read_text()
        mask = int(text.partition("SigBlk:")[2].split()[0], 16)


def test_batch_job_ends_well(run: Run) -> None:
    ended = run("batch_job", "--seconds", "0")
    assert ended.returncode == 0 and ended.stdout.endswith("Finished succesfully\n")


@pytest.mark.parametrize(("text", "size"), [("500M", 500 << 20), ("1G", 1 << 30), ("64k", 65536), ("4096", 4096), ("10B", 10)])
def test_sizes(text: str, size: int) -> None:
    assert stress.parse_size(text) == size


@pytest.mark.parametrize(("text", "size"), [("100Mi", 100 << 20), ("1G", 10**9), ("7", 7), ("0.5Ki", 512)])
def test_quantities(text: str, size: int) -> None:
    assert stress_vish.parse_quantity(text) == size


def test_options_of_stress() -> None:
    options = stress.parse_options(["--vm", "1", "--vm-bytes=250M", "--vm-hang", "1", "-c", "2", "-t", "3m", "--verbose"])
    assert options == stress.Options(cpu=2, vm=1, vm_bytes=250 << 20, hang=1.0, timeout=180.0)


@pytest.mark.parametrize(
    ("arguments", "text"),
    [
        (["--nope"], "unrecognized option: --nope"),
        (["--vm"], "missing argument to option '--vm'"),
        (["--vm", "x"], "not a number: x"),
        (["--vm-bytes", "5X"], "unrecognized suffix: X"),
    ],
)
def test_stress_refuses(run: Run, arguments: list[str], text: str) -> None:
    ended = run("stress", *arguments)
    assert ended.returncode == 1 and ended.stderr.endswith(f"] {text}\n")


def find_child(process: subprocess.Popen[bytes]) -> int:
    children = Path(f"/proc/{process.pid}/task/{process.pid}/children")
    if not children.exists():
        pytest.skip("needs /proc with children")
    while not (text := children.read_text()):
        assert process.poll() is None
    return int(text.split()[0])


def test_stress_really_uses_memory_and_fails_when_its_worker_is_killed() -> None:
    command = [sys.executable, "-S", "-E", str(RUNNER), "stress", "--vm", "1", "--vm-bytes", "30M", "--vm-hang", "0"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE) as process:
        assert b"dispatching hogs: 0 cpu, 0 io, 1 vm, 0 hdd" in read_until(process, b"dispatching")
        child = find_child(process)
        while int(Path(f"/proc/{child}/statm").read_text().split()[1]) * os.sysconf("SC_PAGE_SIZE") < 30 << 20:
            assert process.poll() is None
        os.kill(child, signal.SIGKILL)
        _, err = process.communicate(timeout=10)
    assert process.returncode == 1
    assert f"<-- worker {child} got signal 9".encode() in err and b"failed run completed in" in err


def test_stress_takes_its_workers_along() -> None:
    command = [sys.executable, "-S", "-E", str(RUNNER), "stress", "--vm", "1", "--vm-bytes", "1M", "--vm-hang", "0"]
    with subprocess.Popen(command, stdout=subprocess.PIPE) as process:
        read_until(process, b"dispatching")
        find_child(process)
        process.terminate()
        out, _ = process.communicate(timeout=10)  # ends only when no worker holds the pipe any more
    assert process.returncode == 0 and out == b""


def test_agnhosts_other_commands(run: Run) -> None:
    assert run("agnhost", "entrypoint-tester", "a", "b").stdout == "[/agnhost entrypoint-tester a b]\n"
    assert run("agnhost", "nope").stderr.startswith('Error: unknown command "nope" for "app"\n')
    ended = run("agnhost", "logs-generator", "--log-lines-total=3", "--run-duration=0s")
    assert len(ended.stdout.splitlines()) == 3


@pytest.mark.parametrize(
    ("arguments", "options"),
    [
        (["-qO-", "http://a"], wget.Options("http://a", "-", quiet=True)),
        (["-q", "-O", "-", "a:80/x"], wget.Options("a:80/x", "-", quiet=True)),
        (["-T2", "--spider", "a"], wget.Options("a", timeout=2.0, spider=True)),
        (["--timeout=2", "-qO", "f", "a"], wget.Options("a", "f", timeout=2.0, quiet=True)),
        (["--header", "X: y", "--post-data=k=v", "a"], wget.Options("a", headers=("X: y",), body="k=v")),
    ],
)
def test_options_of_wget(arguments: list[str], options: wget.Options) -> None:
    assert wget.parse_options(arguments) == options


def test_wget_reaches_the_pod_as_localhost(start: Start, run: Run) -> None:
    if not sys.platform.startswith("linux"):
        pytest.skip("127.0.0.0/8 is local on Linux only")
    server = start("kubia", MINIKUBE_PY_BIND="127.77.3.6")
    ended = run("wget", "-qO-", f"localhost:{server.port}", MINIKUBE_PY_BIND="127.77.3.6")
    assert (ended.returncode, ended.stdout, ended.stderr) == (0, "You've hit web-0\n", "")


def test_wgets_errors(start: Start, run: Run) -> None:
    server = start("liveness")
    ended = run("wget", "-qO-", f"http://localhost:{server.port}/nope")
    assert (ended.returncode, ended.stderr) == (1, "wget: server returned error: HTTP/1.1 404 Not Found\n")
    refused = run("wget", "-qO-", "localhost:1")
    assert (refused.returncode, refused.stderr) == (1, "wget: can't connect to remote host (127.0.0.1): Connection refused\n")
    unknown = run("wget", "-O-", "no-such-host.invalid")
    assert (unknown.returncode, unknown.stderr) == (1, "wget: bad address 'no-such-host.invalid'\n")
