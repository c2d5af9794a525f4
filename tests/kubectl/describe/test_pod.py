from __future__ import annotations

from typing import Any

from minikube_py.apimachinery.errors import new_not_found
from minikube_py.client.rest import Client
from minikube_py.kubectl.describe.context import Context
from minikube_py.kubectl.describe.registry import describe_missing
from minikube_py.kubectl.describe.writer import Writer

from .conftest import Describe, Objects


def make_pod(phase: str) -> dict[str, Any]:
    metadata = {
        "name": "p",
        "namespace": "default",
        "deletionTimestamp": "2026-11-21T11:59:30Z",
        "deletionGracePeriodSeconds": 30,
    }
    return {"apiVersion": "v1", "kind": "Pod", "metadata": metadata, "spec": {"containers": []}, "status": {"phase": phase}}


def test_a_pod_that_is_being_deleted_is_terminating(describe: Describe) -> None:
    lines = describe(make_pod("Running")).splitlines()
    assert "Status:                    Terminating (lasts 30s)" in lines
    assert "Termination Grace Period:  30s" in lines


def test_a_pod_that_has_ended_is_not_terminating(describe: Describe) -> None:
    text = describe(make_pod("Failed"))
    assert "Status:       Failed\n" in text
    assert "Terminat" not in text


def tell_missing(kind: str, *objects: dict[str, Any], show_events: bool = True) -> str | None:
    context = Context(Writer(), Client(Objects(list(objects))), 0.0, show_events)
    return describe_missing(kind, "gone", "default", new_not_found("", "pods", "gone"), context)


EVENT = {
    "apiVersion": "v1",
    "kind": "Event",
    "metadata": {"name": "e", "namespace": "default"},
    "involvedObject": {"kind": "Pod", "name": "gone", "namespace": "default", "uid": "z"},
    "type": "Normal",
    "reason": "R",
    "message": "m",
}


def test_events_of_a_pod_that_is_gone_are_shown() -> None:
    assert tell_missing("Pod", EVENT) == (
        "Pod 'gone': error 'pods \"gone\" not found', but found events.\n"
        "Events:\n"
        "  Type    Reason  Age        From  Message\n"
        "  ----    ------  ----       ----  -------\n"
        "  Normal  R       <unknown>        m\n"
    )


def test_nothing_is_told_of_other_objects_that_are_gone() -> None:
    assert tell_missing("Pod") is None
    assert tell_missing("Pod", EVENT, show_events=False) is None
    assert tell_missing("ConfigMap", EVENT) is None
