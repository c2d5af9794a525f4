"""kill -9 of any part at any time: nothing is lost, nothing is left over."""

from __future__ import annotations

import json
import random
import subprocess
import sys
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

import pytest

from .homes import DEADLINE, Home, is_alive, wait_until

pytestmark = [pytest.mark.e2e, pytest.mark.skipif(sys.platform != "linux", reason="needs /proc")]

COUNT = "i=0; while true; do i=$((i+1)); echo line $i; sleep 0.05; done"
BACK_OFF_SECONDS = 120.0  # what died with its agent several times waits longer each time
UNTIL_TOLD = "until [ -e {}/go ]; do sleep 0.05; done; echo last words; exit 7"


@pytest.fixture(scope="module")
def cluster(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Home]:
    home = Home(tmp_path_factory.mktemp("crashes") / "home")
    home.start()
    yield home
    home.clean_up()


@pytest.fixture
def home(cluster: Home) -> Iterator[Home]:
    """The cluster, running and without pods."""
    cluster.start()
    yield cluster
    cluster.start()
    cluster.do("delete", "pods,configmaps", "--all", "--force", "--grace-period=0")


def log_lines(home: Home, pod: str) -> list[int]:
    return [int(line.removeprefix("line ")) for line in home.do("logs", pod).splitlines()]


def pod_processes(home: Home) -> set[int]:
    return {pid for pid, command in home.processes().items() if "minikube_py" not in command}


def hosts_of(pids: set[int]) -> set[str]:
    """Return the names of the pods that processes belong to."""
    found = set()
    for pid in pids:
        with suppress(OSError):
            variables = Path(f"/proc/{pid}/environ").read_bytes().split(b"\0")
            found |= {v.removeprefix(b"HOSTNAME=").decode() for v in variables if v.startswith(b"HOSTNAME=")}
    return found


def test_a_killed_daemon_leaves_pods_running(home: Home, tmp_path: Path) -> None:
    home.apply_pod("counter", COUNT)
    home.apply_pod("ender", UNTIL_TOLD.format(tmp_path), restartPolicy="Never")
    before = home.wait_running("counter")
    home.wait_running("ender")
    running = pod_processes(home)
    home.kill(home.daemon)
    seen = log_lines(home, "counter")[-1]
    (tmp_path / "go").touch()
    wait_until(lambda: "last words" in home.do("logs", "ender"))
    wait_until(lambda: log_lines(home, "counter")[-1] > seen)
    home.start()
    assert home.wait_exit("ender")["exitCode"] == 7
    after = home.container("counter")
    assert (after["restartCount"], after["containerID"], after["state"]) == (0, before["containerID"], before["state"])
    assert {pid for pid in running if is_alive(pid)} <= pod_processes(home)
    lines = log_lines(home, "counter")
    assert lines == list(range(1, len(lines) + 1))


def test_a_killed_node_agent_leaves_no_orphan_and_pods_are_restarted(home: Home) -> None:
    home.apply_pod("counter", f"setsid sleep 1000 & {COUNT}")
    home.wait_running("counter")
    wait_until(lambda: home.do("logs", "counter"))
    old = pod_processes(home)
    agent = home.agent
    home.kill(agent)
    wait_until(lambda: not any(map(is_alive, old)))
    after = home.wait_running("counter", restarts=1)
    assert after["restartCount"] == 1
    assert (after["lastState"]["terminated"]["exitCode"], after["lastState"]["terminated"]["reason"]) == (255, "Unknown")
    assert home.agent != agent


def test_a_killed_daemon_and_agent_come_back_with_their_pods(home: Home) -> None:
    home.apply_pod("counter", COUNT)
    home.wait_running("counter")
    old = set(home.processes())
    home.kill(home.daemon, home.agent)
    wait_until(lambda: not any(map(is_alive, old)))
    home.start()
    assert home.wait_running("counter", restarts=1)["restartCount"] == 1
    assert not old & set(home.processes())


@pytest.mark.parametrize("seed", range(1, 6))
def test_kills_at_any_moment_end_in_what_was_asked_for(home: Home, seed: int) -> None:
    """Daemon and agent die while a workload is changed; at the end just its pods run, and no process of another."""
    rng = random.Random(seed)
    home.do(
        "create", "deployment", "web", "--image=busybox", "--replicas=3", "--", "sh", "-c", "trap exit TERM; sleep 1000 & wait"
    )
    for replicas in (4, 0, 2):
        scaling = home.popen("scale", "deployment/web", f"--replicas={replicas}")
        for _ in range(rng.randrange(3)):
            home.do("get", "pods")
        victims = [pid for pid in rng.choice(([home.daemon], [home.agent], [home.agent, home.daemon])) if is_alive(pid)]
        home.kill(*victims)
        assert scaling.communicate()[1] == ""
        home.start()
    wait_until(lambda: home.get("deployment", "web")["status"].get("readyReplicas") == 2, BACK_OFF_SECONDS)
    wait_until(
        lambda: hosts_of(pod_processes(home)) == {pod["metadata"]["name"] for pod in home.get("pods")["items"]},
        BACK_OFF_SECONDS,
    )
    assert len(home.get("pods")["items"]) == 2
    home.do("delete", "deployment", "web")
    wait_until(lambda: not pod_processes(home), BACK_OFF_SECONDS)  # a grace period is 30 s
    wait_until(lambda: not home.get("pods")["items"], BACK_OFF_SECONDS)


def test_a_killed_command_leaves_no_half_made_object(home: Home, tmp_path: Path) -> None:
    maps = [
        {"apiVersion": "v1", "kind": "ConfigMap", "metadata": {"name": f"m{n}"}, "data": {"text": "x" * 2000}}
        for n in range(2000)
    ]
    (tmp_path / "many.json").write_text(json.dumps({"apiVersion": "v1", "kind": "List", "items": maps}))
    for target in (1, 200):
        creating = home.popen("create", "-f", str(tmp_path / "many.json"))
        assert creating.stdout is not None
        for _ in range(target):
            creating.stdout.readline()
        creating.kill()
        creating.communicate()
        found = [m for m in home.get("configmaps")["items"] if m["metadata"]["name"].startswith("m")]
        assert all(m["data"] == {"text": "x" * 2000} and m["metadata"]["uid"] for m in found)
        assert home.mk("get", "pods").code == 0
    home.do("apply", "-f", str(tmp_path / "many.json"), "--server-side", "--force-conflicts")
    assert len([m for m in home.get("configmaps")["items"] if m["metadata"]["name"].startswith("m")]) == 2000


def test_stop_keeps_everything_and_start_brings_it_back(home: Home) -> None:
    home.apply_pod("counter", COUNT)
    home.wait_running("counter")
    home.do("create", "configmap", "kept", "--from-literal=a=b")
    home.do("stop")
    assert pod_processes(home) == set()
    wait_until(lambda: not home.processes())
    assert home.get("configmap", "kept")["data"] == {"a": "b"}
    assert home.mk("status").code == 7
    home.start()
    assert home.wait_running("counter", restarts=1)["ready"]
    assert home.get("configmap", "kept")["data"] == {"a": "b"}


def test_a_cluster_ends_when_its_folder_is_removed(tmp_path: Path) -> None:
    home = Home(tmp_path / "home", profile="lost")
    try:
        home.start()
        home.apply_pod("counter", COUNT)
        home.wait_running("counter")
        subprocess.run(["rm", "-rf", str(home.directory)], check=False)  # what is just being written may stay
        wait_until(lambda: not home.processes())
        subprocess.run(["rm", "-rf", str(home.directory)], check=True)
        outcome = home.mk("get", "pods")
        assert (outcome.code, outcome.stderr.count("\n")) == (1, 1)
        assert "is gone" in outcome.stderr
        home.start()
        assert home.get("pods")["items"] == []
    finally:
        home.clean_up()


def test_delete_leaves_neither_process_nor_file(tmp_path: Path) -> None:
    home = Home(tmp_path / "home", profile="brief")
    try:
        home.start()
        home.apply_pod("stubborn", f'trap "" TERM; setsid sleep 1000 & {COUNT}')
        home.wait_running("stubborn")
        assert len(home.processes()) >= 4
        home.do("cluster", "delete", "-p", "brief")
        assert pod_processes(home) == set()
        wait_until(lambda: not home.processes())
        assert not home.directory.exists()
        assert "brief" not in home.kubeconfig.read_text()
    finally:
        home.clean_up()


@pytest.mark.parametrize("killed", ["daemon", "agent", "both"])
def test_delete_finds_what_a_kill_left(tmp_path: Path, killed: str) -> None:
    home = Home(tmp_path / "home")
    try:
        home.start()
        home.apply_pod("counter", COUNT)
        home.wait_running("counter")
        pids = {"daemon": [home.daemon], "agent": [home.agent], "both": [home.agent, home.daemon]}[killed]
        home.kill(*pids)
        home.do("cluster", "delete")
        wait_until(lambda: not home.processes(), DEADLINE)
        assert not home.directory.exists()
    finally:
        home.clean_up()
