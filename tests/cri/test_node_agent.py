"""The node agent outlives daemons, and nothing outlives the node agent."""

from __future__ import annotations

import os
import shutil
import signal
import socket
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from minikube_py.cri.agent_client import AgentClient
from minikube_py.cri.process import ProcessRuntime
from minikube_py.cri.runtime import CRIError

from .conftest import DEADLINE, Bench, watched

LINUX = pytest.mark.skipif(sys.platform != "linux", reason="needs /proc and pidfds")


@pytest.fixture
def second(tmp_path: Path, bench: Bench) -> Iterator[Bench]:
    """Another daemon on the same agent."""
    runtime = ProcessRuntime(str(tmp_path / "agent"))
    yield Bench(runtime, tmp_path)
    runtime.close()


def agent_pid(bench: Bench) -> int:
    return int((bench.directory / "agent" / "agent.lock").read_text())


def test_a_new_daemon_finds_everything(bench: Bench, tmp_path: Path) -> None:
    ended = bench.run("sh", "-c", "echo words; exit 9", name="ended")
    ip = bench.sandbox().ip
    running = bench.start("sh", "-c", "read x; echo $x; exit 3", name="running", stdin=True)
    before = bench.wait_for(running, "running")
    bench.runtime.close()
    later = ProcessRuntime(str(tmp_path / "agent"))
    daemon = Bench(later, tmp_path)
    try:
        assert daemon.container(ended.id) == ended
        assert daemon.log(ended.id) == "words"
        assert daemon.container(running) == before
        assert daemon.sandbox().ip == ip
        with later.attach(running, stdin=True, tty=False) as stream:
            stream.sendall(b"\x00\x00\x00\x00\x03hi\n")
            assert daemon.wait_for(running, "exited").exit_code == 3
        assert daemon.log(running) == "hi"
    finally:
        later.close()


def test_two_daemons_share_one_agent(bench: Bench, second: Bench) -> None:
    container_id = bench.start("sleep", "100")
    second.wait(lambda: second.runtime.status("pod") is not None)
    second.wait_for(container_id, "running")
    bench.runtime.stop_container(container_id, 0)
    assert second.wait_for(container_id, "exited").exit_code == 137


@LINUX
def test_killing_the_agent_leaves_no_orphan(bench: Bench) -> None:
    container_id = bench.start("sh", "-c", "setsid sleep 100 & echo $!; wait")
    main = bench.wait_for(container_id, "running").pid
    bench.wait_for_log(container_id, "")
    result = bench.runtime.exec_sync(container_id, ["sh", "-c", "setsid sleep 100 > /dev/null 2>&1 & echo $!"], 5)
    ended = bench.run("sh", "-c", "echo words; exit 9", name="ended")
    with watched([main, int(result.stdout)]) as wait:
        os.kill(agent_pid(bench), signal.SIGKILL)
        wait()
    status = bench.wait_for(container_id, "exited")
    assert (status.exit_code, status.reason) == (255, "Unknown")
    assert bench.container(ended.id) == ended
    assert bench.log(ended.id) == "words"
    assert bench.run("true", attempt=1).exit_code == 0


@LINUX
def test_killing_the_agent_and_its_guardian_leaves_no_orphan_to_the_next(bench: Bench) -> None:
    container_id = bench.start("sleep", "100")
    main = bench.wait_for(container_id, "running").pid
    agent = agent_pid(bench)
    guardian = int(Path(f"/proc/{agent}/stat").read_text().rpartition(")")[2].split()[1])
    with watched([main]) as wait:
        os.kill(guardian, signal.SIGKILL)
        os.kill(agent, signal.SIGKILL)
        wait()
    assert bench.wait_for(container_id, "exited").reason == "Unknown"


@LINUX
def test_the_agent_ends_with_its_folder(bench: Bench) -> None:
    main = bench.wait_for(bench.start("sleep", "100"), "running").pid
    with watched([main, agent_pid(bench)]) as wait:
        bench.runtime.close()
        shutil.rmtree(bench.directory / "agent")
        wait()


@LINUX
def test_shutdown_ends_everything(bench: Bench) -> None:
    main = bench.wait_for(bench.start("sh", "-c", 'trap "" TERM; sleep 100'), "running").pid
    agent = agent_pid(bench)
    with watched([main, agent]) as wait:
        bench.runtime.shutdown()
        wait()
    assert not (bench.directory / "agent" / "agent.sock").exists()


@LINUX
def test_after_a_shutdown_the_next_agent_knows_what_ran(bench: Bench) -> None:
    running = bench.wait_for(bench.start("sleep", "100"), "running")
    ended = bench.run("sh", "-c", "exit 9", name="ended")
    bench.runtime.shutdown()
    later = Bench(ProcessRuntime(str(bench.directory / "agent")), bench.directory)
    try:
        status = later.container(running.id)
        assert (status.state, status.exit_code, status.reason) == ("exited", 255, "Unknown")
        assert later.container(ended.id) == ended
        sandbox = later.runtime.status("pod")
        assert sandbox is not None
        assert sandbox.state == "stopped"
    finally:
        later.runtime.close()


@LINUX
def test_the_agent_is_small_and_sleeps(bench: Bench) -> None:
    bench.wait_for(bench.start("sleep", "100"), "running")
    folder = Path(f"/proc/{agent_pid(bench)}")
    resident = next(line for line in (folder / "status").read_text().splitlines() if line.startswith("VmRSS"))
    assert int(resident.split()[1]) < 20_000
    assert (folder / "wchan").read_text() in ("ep_poll", "do_epoll_wait", "0")


def test_the_socket_is_private_and_speaks_only_the_protocol(bench: Bench) -> None:
    path = bench.directory / "agent" / "agent.sock"
    assert path.stat().st_mode & 0o777 == 0o600
    assert path.parent.stat().st_mode & 0o777 == 0o700
    with socket.socket(socket.AF_UNIX) as stranger:
        folder = os.open(path.parent, os.O_RDONLY)
        stranger.connect(f"/proc/self/fd/{folder}/agent.sock" if sys.platform == "linux" else str(path))
        os.close(folder)
        stranger.settimeout(DEADLINE)
        stranger.sendall(b"GET / HTTP/1.1\r\n\r\n")
        assert stranger.recv(10) == b""
    assert bench.runtime.list() == []


def test_malformed_requests_end_nothing(bench: Bench) -> None:
    container_id = bench.start("sleep", "100")
    before = bench.wait_for(container_id, "running")
    agent = AgentClient(str(bench.directory / "agent"), ["process", "127.64.0.0/10"])
    for request in ({"op": "exec"}, {"op": "status"}, {"op": "start_container", "args": [{}]}, {"op": "nonsense"}, {}):
        with pytest.raises(CRIError):
            agent.open_stream(request)
    assert bench.container(container_id) == before
