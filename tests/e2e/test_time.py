"""Clusters whose time is their own: moved, repeated, and faster than the machine's."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import pytest

from minikube_py.component_base.clock import parse_rfc3339

from .conftest import Machine

CRON_JOB = """
apiVersion: batch/v1
kind: CronJob
metadata: {name: report}
spec:
  schedule: "*/5 * * * *"
  jobTemplate:
    spec:
      template:
        spec:
          restartPolicy: Never
          containers: [{name: c, image: hello-world}]
"""
COMMANDS = (
    "apply -f -",
    "create deployment web --image nginx --replicas 5",
    "expose deployment web --port 80 --type NodePort",
    "advance 20m",
    "set image deployment/web nginx=nginx:1.29",
    "delete pod -l app=web --wait=false",
    "drain minikube-m02 --ignore-daemonsets --force",
    "advance 1h",
)
LOOK = "get all,nodes,events,endpoints,endpointslices,leases,serviceaccounts,namespaces,clusterroles -A -o yaml --show-managed-fields"


def make_machine(folder: Path) -> Machine:
    folder.mkdir()
    return Machine(folder)


def start(machine: Machine, options: str) -> None:
    started = machine.mk("start", *options.split())
    assert started.code == 0, started


@pytest.fixture
def machines(tmp_path: Path) -> Iterator[list[Machine]]:
    made = [make_machine(tmp_path / name) for name in ("one", "two")]
    yield made
    for machine in made:
        machine.mk("cluster", "delete")


def test_the_same_seed_and_commands_make_the_same_cluster(machines: list[Machine]) -> None:
    said = []
    for machine in machines:
        start(machine, "--runtime fake --nodes 3 --clock-speed 0 --seed 7")
        said.append([machine.mk(*words.split(), stdin=CRON_JOB) for words in (*COMMANDS, LOOK)])
    assert all(outcome.code == 0 for outcome in said[0]), said[0]
    assert said[0] == said[1]
    jobs = json.loads(machines[0].mk("get", "jobs", "-o", "json").stdout)["items"]
    assert [job["status"]["startTime"] for job in jobs] == [f"2026-01-01T01:{minute}:00Z" for minute in ("05", "10", "15")]


def test_time_goes_on_over_restarts_and_is_the_same_for_commands(machines: list[Machine]) -> None:
    machine = machines[0]
    start(machine, "--runtime fake --clock-speed 0 --seed 7")
    machine.mk("advance", "2d")
    machine.mk("stop")
    machine.mk("start")
    machine.mk("create", "configmap", "late")
    stamp = machine.mk("get", "configmap", "late", "-o", "jsonpath={.metadata.creationTimestamp}").stdout
    assert stamp == "2026-01-03T00:00:00Z"
    assert machine.mk("get", "node", "minikube").stdout.splitlines()[1].split()[3] == "2d"


def test_a_second_of_a_process_is_a_minute_of_the_cluster(machines: list[Machine]) -> None:
    machine = machines[0]
    start(machine, "--runtime process --clock-speed 60")
    assert machine.mk(*["run", "brief", "--image", "busybox", "--restart", "Never", "--", "sleep", "1"]).code == 0
    assert machine.mk("wait", "--for=jsonpath={.status.phase}=Succeeded", "pod/brief", "--timeout=20s").code == 0
    ended = json.loads(machine.mk("get", "pod", "brief", "-o", "json").stdout)["status"]["containerStatuses"][0]["state"]
    began, finished = (parse_rfc3339(ended["terminated"][name]) for name in ("startedAt", "finishedAt"))
    assert finished - began >= 59
    refused = machine.mk("advance", "1h")
    assert (refused.code, refused.stderr.partition(",")[0]) == (1, 'error: the pods of "minikube" are real processes')
