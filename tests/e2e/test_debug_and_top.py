"""debug, top and forwarding that moves, on pods that are real processes; nothing of them is left afterwards."""

from __future__ import annotations

import json
import os
import urllib.request
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.e2e.conftest import Machine
from tests.e2e.shell import Outcome

pytestmark = pytest.mark.e2e
PROBE = {"httpGet": {"port": 80}, "periodSeconds": 1}
WEB = {
    "apiVersion": "apps/v1",
    "kind": "Deployment",
    "metadata": {"name": "web"},
    "spec": {
        "selector": {"matchLabels": {"app": "web"}},
        "template": {
            "metadata": {"labels": {"app": "web"}},
            "spec": {"containers": [{"name": "nginx", "image": "nginx", "readinessProbe": PROBE}]},
        },
    },
}
LOOP = "while true; do :; done"


@pytest.fixture
def busy(machine: Machine) -> Iterator[str]:
    """A pod that uses all the cpu it can get."""
    assert machine.mk("run", "busy", "--image=busybox", "--", "sh", "-c", LOOP).code == 0
    assert machine.mk("wait", "--for=condition=Ready", "pod/busy").code == 0
    yield "busy"
    assert machine.mk("delete", "pod", "busy", "--grace-period=1").code == 0


def list_marked(mark: str) -> list[int]:
    """Return the processes that have a word in their environment."""
    found = []
    for entry in Path("/proc").iterdir():
        if entry.name.isdigit() and entry.name != str(os.getpid()):
            try:
                environment = (entry / "environ").read_bytes()
            except OSError:
                continue
            if mark.encode() in environment:
                found.append(int(entry.name))
    return found


def test_a_shell_beside_a_container(machine: Machine, busy: str) -> None:
    flags = ("-i", "-q", "--image=busybox", "-c", "beside", "--profile=general")
    assert machine.mk("debug", busy, *flags, "--", "sh", stdin="echo typed; exit 3\n") == Outcome("typed\n", "", 0)
    assert machine.mk("logs", busy, "-c", "beside").stdout == "typed\n"
    done = machine.mk("exec", busy, "-c", "beside", "--", "ls")
    assert done.stderr == 'error: Internal error occurred: unable to upgrade connection: container not found ("beside")\n'
    status = json.loads(machine.mk("get", "pod", busy, "-o", "json").stdout)["status"]["ephemeralContainerStatuses"][0]
    assert (status["state"]["terminated"]["exitCode"], status["restartCount"], status["ready"]) == (3, 0, False)


def test_a_debugging_container_ends_with_its_pod(machine: Machine) -> None:
    machine.mk("run", "short", "--image=busybox", "--", "sleep", "3600")
    machine.mk("wait", "--for=condition=Ready", "pod/short")
    mark = f"MARK_OF={os.getpid()}"
    env = ("--image=busybox", "-c", "beside", "--profile=general", f"--env={mark}")
    assert machine.mk("debug", "short", *env, "--", "sleep", "3601").code == 0
    path = "{.status.ephemeralContainerStatuses[0].state.running}"
    assert machine.mk("wait", f"--for=jsonpath={path}", "pod/short").code == 0
    assert list_marked(mark)
    assert machine.mk("delete", "pod", "short", "--grace-period=1").code == 0
    assert list_marked(mark) == []


def test_a_pod_on_the_node_sees_its_files(machine: Machine) -> None:
    flags = ("--attach", "--image=busybox", "--profile=general", "-c", "look")
    done = machine.mk("debug", "node/minikube", *flags, "--", "ls", "-d", "/host/etc")
    created, there = done.stdout.splitlines()
    assert (there.endswith("/etc"), done.code) == (True, 0)
    assert machine.mk("delete", "pod", created.split()[3]).code == 0


def test_top_shows_who_uses_the_cpu(machine: Machine, busy: str) -> None:
    name, cpu, memory = machine.mk("top", "pod", busy, "--no-headers").stdout.split()
    assert (name, cpu[-1], memory[-2:]) == (busy, "m", "Mi")
    assert int(cpu[:-1]) > 50
    node = machine.mk("top", "node", "--no-headers").stdout.split()
    assert node[0] == "minikube" and int(node[1][:-1]) > 50


def test_forwarding_goes_on_with_the_next_pod(machine: Machine) -> None:
    assert machine.mk("apply", "-f", "-", stdin=json.dumps(WEB)).code == 0
    assert machine.mk("wait", "--for=condition=Available", "deployment/web").code == 0
    process = machine.start_mk("port-forward", "deployment/web", ":80")
    try:
        assert process.stdout is not None and process.stderr is not None
        port = int(process.stdout.readline().split(" -> ")[0].rpartition(":")[2])
        before = machine.mk("get", "pods", "-l", "app=web", "-o", "name").stdout.strip()
        assert urllib.request.urlopen(f"http://127.0.0.1:{port}", timeout=20).status == 200
        machine.mk("delete", before, "--grace-period=1")
        assert urllib.request.urlopen(f"http://127.0.0.1:{port}", timeout=20).status == 200
        assert process.stderr.readline().startswith(f"{before} is gone, forwarding to pod/web-")
    finally:
        process.terminate()
        process.communicate()
        machine.mk("delete", "deployment", "web")
