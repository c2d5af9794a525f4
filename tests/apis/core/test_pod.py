"""The columns of pods: what STATUS, READY and RESTARTS say of every state."""

from __future__ import annotations

from typing import Any

import pytest

from minikube_py.apis.core.pod import KIND
from tests.apis.manifests import TWO_MINUTES_AGO, create, make_pod, show_row

Object = dict[str, Any]
DONE: Object = {"terminated": {"exitCode": 0, "reason": "Completed"}}
RUNNING: Object = {"running": {}}


def status(name: str, state: Object, *, ready: bool = False, restarts: int = 0, **more: Any) -> Object:
    return {"name": name, "ready": ready, "restartCount": restarts, "state": state, **more}


def waiting(reason: str) -> Object:
    return {"waiting": {"reason": reason}}


def ended(code: int, reason: str = "", signal: int = 0) -> Object:
    return {
        "terminated": {"exitCode": code, **({"reason": reason} if reason else {}), **({"signal": signal} if signal else {})}
    }


def condition(kind: str) -> Object:
    return {"type": kind, "status": "True"}


def pod_of_two(**pod_status: Any) -> Object:
    pod = make_pod(initContainers=[{"name": "i1"}, {"name": "i2"}])
    pod["spec"]["containers"] = [{"name": "a"}, {"name": "b"}]
    return {**pod, "status": {"phase": "Pending", **pod_status}}


CASES = {
    "pending": ({}, ["0/2", "Pending", "0"]),
    "first init": ({"init": [status("i1", RUNNING), status("i2", waiting("PodInitializing"))]}, ["0/2", "Init:0/2", "0"]),
    "second init": ({"init": [status("i1", DONE), status("i2", RUNNING)]}, ["0/2", "Init:1/2", "0"]),
    "init crash": (
        {"init": [status("i1", DONE), status("i2", waiting("CrashLoopBackOff"), restarts=3)]},
        ["0/2", "Init:CrashLoopBackOff", "3"],
    ),
    "init exit": ({"init": [status("i1", DONE), status("i2", ended(7), restarts=3)]}, ["0/2", "Init:ExitCode:7", "3"]),
    "init signal": ({"init": [status("i1", ended(137, signal=9))]}, ["0/2", "Init:Signal:9", "0"]),
    "init error": ({"init": [status("i1", ended(1, "Error"))]}, ["0/2", "Init:Error", "0"]),
    "creating": (
        {
            "init": [status("i2", DONE, restarts=3)],
            "all": [status("a", waiting("ContainerCreating")), status("b", waiting("ImagePullBackOff"))],
        },
        ["0/2", "ContainerCreating", "0"],
    ),
    "oom": (
        {"all": [status("a", RUNNING, ready=True, restarts=2), status("b", ended(137, "OOMKilled"), restarts=5)]},
        ["1/2", "OOMKilled", "7"],
    ),
    "half done": ({"all": [status("a", RUNNING, ready=True), status("b", DONE)]}, ["1/2", "NotReady", "0"]),
    "half done and ready": (
        {"all": [status("a", RUNNING, ready=True), status("b", DONE)], "conditions": ["Ready"]},
        ["1/2", "Running", "0"],
    ),
    "signal": ({"all": [status("a", ended(0, signal=9)), status("b", RUNNING, ready=True)]}, ["1/2", "Signal:9", "0"]),
    "exit": ({"all": [status("a", ended(3)), status("b", DONE)]}, ["0/2", "ExitCode:3", "0"]),
    "evicted": ({"reason": "Evicted"}, ["0/2", "Evicted", "0"]),
}


@pytest.mark.parametrize(("given", "cells"), CASES.values(), ids=CASES.keys())
def test_status_ready_and_restarts_follow_the_containers(given: Object, cells: list[str]) -> None:
    pod = pod_of_two(
        initContainerStatuses=given.get("init", []),
        containerStatuses=given.get("all", []),
        conditions=[condition(kind) for kind in given.get("conditions", ())],
        reason=given.get("reason", ""),
    )
    assert show_row(KIND, pod)[1:4] == cells


def test_sidecars_count_as_containers_and_their_restarts_stay() -> None:
    pod = make_pod(initContainers=[{"name": "side", "restartPolicy": "Always"}, {"name": "once"}])
    pod["status"] = {
        "phase": "Running",
        "initContainerStatuses": [
            status("side", RUNNING, ready=True, restarts=2, started=True),
            status("once", DONE, restarts=4),
        ],
        "containerStatuses": [status("c", RUNNING, ready=True, restarts=1)],
    }
    assert show_row(KIND, pod)[1:4] == ["2/2", "Running", "3"]


def test_the_last_restart_is_told() -> None:
    pod = make_pod()
    last = {"terminated": {"exitCode": 1, "finishedAt": TWO_MINUTES_AGO}}
    pod["status"] = {"phase": "Running", "containerStatuses": [status("c", RUNNING, ready=True, restarts=3, lastState=last)]}
    assert show_row(KIND, pod)[3] == "3 (2m ago)"


@pytest.mark.parametrize(
    ("phase", "reason", "word"),
    [("Running", "", "Terminating"), ("Succeeded", "", "Succeeded"), ("Running", "NodeLost", "Unknown")],
)
def test_a_pod_on_its_way_out_is_terminating_unless_it_ended(phase: str, reason: str, word: str) -> None:
    pod = make_pod()
    pod["metadata"]["deletionTimestamp"] = TWO_MINUTES_AGO
    pod["status"] = {"phase": phase, "reason": reason}
    assert show_row(KIND, pod)[2] == word


def test_gated_pods_say_so() -> None:
    pod = make_pod()
    pod["status"] = {
        "phase": "Pending",
        "conditions": [{"type": "PodScheduled", "status": "False", "reason": "SchedulingGated"}],
    }
    assert show_row(KIND, pod)[2] == "SchedulingGated"


def test_wide_columns_of_a_placed_pod() -> None:
    pod = make_pod(nodeName="n1", readinessGates=[{"conditionType": "a"}, {"conditionType": "b"}])
    pod["metadata"]["creationTimestamp"] = TWO_MINUTES_AGO
    pod["status"] = {"phase": "Running", "podIP": "10.0.0.5", "conditions": [condition("a")]}
    assert show_row(KIND, pod, wide=True) == ["web", "0/1", "Running", "0", "2m", "10.0.0.5", "n1", "<none>", "1/2"]


def test_selectable_fields_of_a_fresh_pod() -> None:
    chosen = {field: read(create(KIND, make_pod())) for field, read in KIND.selectable.items()}
    assert chosen == {
        "spec.nodeName": "",
        "spec.restartPolicy": "Always",
        "spec.schedulerName": "default-scheduler",
        "spec.serviceAccountName": "",
        "spec.hostNetwork": "false",
        "status.phase": "Pending",
        "status.podIP": "",
        "status.nominatedNodeName": "",
    }
