"""The pure rules behind a pod's status."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from minikube_py.client.backoff import Backoff
from minikube_py.cri.runtime import ContainerStatus, SandboxStatus
from minikube_py.kubelet.container_status import Health, Observed, Waiting, make_container_id
from minikube_py.kubelet.phase import compute_phase
from minikube_py.kubelet.pod_actions import compute_actions
from minikube_py.kubelet.status import PodState, generate_pod_status, get_known_status, make_status_patch
from tests.kubelet.fakes import make_pod, merge

Object = dict[str, Any]
RUNNING: Object = {"state": {"running": {}}, "started": True}
DONE: Object = {"state": {"terminated": {"exitCode": 0}}}
FAILED: Object = {"state": {"terminated": {"exitCode": 1}}}
NEW: Object = {"state": {"waiting": {}}}
LOOPING: Object = {"state": {"waiting": {}}, "lastState": {"terminated": {"exitCode": 1}}}


@pytest.mark.parametrize(
    ("policy", "statuses", "phase"),
    [
        ("Always", {"a": RUNNING, "b": RUNNING}, "Running"),
        ("Always", {"a": RUNNING, "b": NEW}, "Pending"),
        ("Always", {"a": RUNNING, "b": LOOPING}, "Running"),
        ("Always", {"a": DONE, "b": DONE}, "Running"),
        ("Always", {"a": RUNNING}, "Pending"),
        ("OnFailure", {"a": DONE, "b": FAILED}, "Running"),
        ("OnFailure", {"a": DONE, "b": DONE}, "Succeeded"),
        ("Never", {"a": DONE, "b": FAILED}, "Failed"),
        ("Never", {"a": FAILED, "b": RUNNING}, "Running"),
        ("Never", {"a": DONE, "b": DONE}, "Succeeded"),
    ],
)
def test_phase(policy: str, statuses: Object, phase: str) -> None:
    pod = make_pod(containers=[{"name": "a"}, {"name": "b"}], restartPolicy=policy)
    assert compute_phase(pod, statuses, terminal=False, initialized=True) == phase


@pytest.mark.parametrize(
    ("init", "policy", "phase"),
    [(NEW, "Always", "Pending"), (RUNNING, "Never", "Pending"), (FAILED, "Never", "Failed"), (FAILED, "OnFailure", "Pending")],
)
def test_phase_of_init_containers(init: Object, policy: str, phase: str) -> None:
    pod = make_pod(containers=[{"name": "a"}], initContainers=[{"name": "i"}], restartPolicy=policy)
    assert compute_phase(pod, {"a": NEW, "i": init}, terminal=False, initialized=False) == phase


def run_of(name: str, state: str = "running", code: int = 0, attempt: int = 0) -> ContainerStatus:
    return ContainerStatus(f"u/{name}/{attempt}", "u", name, attempt, "nginx", state, started_at=100.0, exit_code=code)


def make_state(*runs: ContainerStatus, **more: Any) -> PodState:
    sandbox = SandboxStatus("u", "default", "web", "ready", "10.0.0.1", 1.0, runs)
    return PodState(previous={}, sandbox=sandbox, host_ip="1.2.3.4", now=200.0, **more)


def test_fields_of_a_container() -> None:
    mounts = [{"name": "v", "mountPath": "/v"}, {"name": "t", "mountPath": "/t", "readOnly": True}]
    resources = {"limits": {"memory": "64Mi"}, "requests": {"cpu": "1", "memory": "64Mi"}}
    pod = make_pod(containers=[{"name": "a", "image": "nginx", "volumeMounts": mounts, "resources": resources}])
    observed = Observed(images={"nginx": ("docker.io/library/nginx:latest", "docker.io/library/nginx@sha256:00")})
    [container] = generate_pod_status(pod, make_state(run_of("a"), observed=observed))["containerStatuses"]
    assert container == {
        "name": "a",
        "image": "docker.io/library/nginx:latest",
        "imageID": "docker.io/library/nginx@sha256:00",
        "containerID": make_container_id("u/a/0"),
        "restartCount": 0,
        "ready": True,
        "started": True,
        "state": {"running": {"startedAt": "1970-01-01T00:01:40Z"}},
        "lastState": {},
        "resources": resources,
        "allocatedResources": {"cpu": "1", "memory": "64Mi"},
        "user": {"linux": {"uid": 0, "gid": 0, "supplementalGroups": [0]}},
        "volumeMounts": [
            {"name": "v", "mountPath": "/v"},
            {"name": "t", "mountPath": "/t", "readOnly": True, "recursiveReadOnly": "Disabled"},
        ],
    }


def test_last_state_is_that_of_the_run_before() -> None:
    pod = make_pod(containers=[{"name": "a", "image": "nginx"}])
    runs = (run_of("a", "exited", 3), run_of("a", attempt=1))
    [container] = generate_pod_status(pod, make_state(*runs))["containerStatuses"]
    assert container["lastState"]["terminated"]["exitCode"] == 3
    assert container["restartCount"] == 1


def test_why_a_container_waits_shows_only_while_it_does_not_run() -> None:
    pod = make_pod(containers=[{"name": "a", "image": "nginx"}, {"name": "b", "image": "nginx"}])
    observed = Observed(waiting={name: Waiting("CrashLoopBackOff", "text") for name in "ab"})
    state = make_state(run_of("a"), run_of("b", "exited", 1), observed=observed)
    first, second = generate_pod_status(pod, state)["containerStatuses"]
    assert list(first["state"]) == ["running"]
    assert second["state"] == {"waiting": {"reason": "CrashLoopBackOff", "message": "text"}}
    assert second["lastState"]["terminated"]["exitCode"] == 1


def test_health() -> None:
    pod = make_pod(containers=[{"name": "a", "image": "nginx"}])
    observed = Observed(health={"a": Health(started=True, ready=False)})
    [container] = generate_pod_status(pod, make_state(run_of("a"), observed=observed))["containerStatuses"]
    assert (container["started"], container["ready"]) == (True, False)


def test_a_condition_keeps_its_time_while_its_status_stays() -> None:
    pod = make_pod(containers=[{"name": "a", "image": "nginx"}])
    first = generate_pod_status(pod, make_state(run_of("a")))
    later = PodState(previous=first, sandbox=make_state(run_of("a")).sandbox, host_ip="1.2.3.4", now=999.0)
    assert generate_pod_status(pod, later) == first
    ended = PodState(previous=first, sandbox=make_state(run_of("a", "exited", 1)).sandbox, host_ip="1.2.3.4", now=999.0)
    times = {c["type"]: c["lastTransitionTime"] for c in generate_pod_status(pod, ended)["conditions"]}
    assert times["Ready"] == "1970-01-01T00:16:39Z" and times["Initialized"] == "1970-01-01T00:03:20Z"


def test_a_terminal_phase_is_never_left() -> None:
    pod = make_pod(containers=[{"name": "a", "image": "nginx"}])
    state = PodState(previous={"phase": "Failed", "reason": "Evicted"}, sandbox=None, host_ip="1.2.3.4", now=1.0)
    status = generate_pod_status(pod, state)
    assert (status["phase"], status["reason"]) == ("Failed", "Evicted")


VALUES = st.sampled_from(["True", "False"])
CONDITIONS = st.lists(st.sampled_from(["Ready", "Initialized", "PodScheduled"]), unique=True).flatmap(
    lambda names: st.tuples(
        *(st.fixed_dictionaries({"type": st.just(n), "status": VALUES}, optional={"reason": st.just("r")}) for n in names)
    )
)


@given(before=CONDITIONS, after=CONDITIONS, reason=st.sampled_from([None, "x"]))
def test_the_patch_makes_the_one_status_the_other(before: Any, after: Any, reason: str | None) -> None:
    old = {"phase": "Pending", "reason": "old", "conditions": list(before), "podIPs": [{"ip": "1.1.1.1"}]}
    kept = [c for c in before if c["type"] not in {a["type"] for a in after}]
    new: Object = {"phase": "Running", "conditions": kept + list(after), "podIPs": [{"ip": "2.2.2.2"}]}
    if reason:
        new["reason"] = reason
    patch = make_status_patch("u", old, new)
    assert patch is not None
    merged = merge({"metadata": {"uid": "u"}, "status": old}, patch)["status"]
    assert {c["type"]: c for c in merged.pop("conditions")} == {c["type"]: c for c in new.pop("conditions")}
    assert merged == new
    assert make_status_patch("u", old, dict(old)) is None


def test_what_was_written_counts_more_than_the_cache() -> None:
    pod = {
        "status": {"phase": "Pending", "conditions": [{"type": "Ready", "status": "False"}, {"type": "x", "status": "True"}]}
    }
    written = {"phase": "Running", "conditions": [{"type": "Ready", "status": "True"}]}
    known = get_known_status(pod, written)
    assert known["phase"] == "Running"
    assert known["conditions"] == [{"type": "x", "status": "True"}, {"type": "Ready", "status": "True"}]
    assert get_known_status(pod, None) == pod["status"]


def test_actions_keep_finished_containers_finished() -> None:
    pod = make_pod(containers=[{"name": "a", "image": "nginx"}, {"name": "b", "image": "nginx"}], restartPolicy="OnFailure")
    latest = {"a": run_of("a", "exited", 0), "b": run_of("b", "exited", 1)}
    assert [c["name"] for c in compute_actions(pod, latest, set()).start] == ["b"]
    latest["b"] = run_of("b", "exited", 0, 1)
    assert compute_actions(pod, latest, set()).finished


@given(st.lists(st.floats(0, 700), max_size=30))
def test_a_delay_never_exceeds_five_minutes(steps: list[float]) -> None:
    backoff, now = Backoff(), 0.0
    for step in steps:
        now += step
        backoff.next("key", now)
        assert 10 <= backoff.get_delay("key", now) <= 300
    backoff.forget("key")
    assert backoff.get_delay("key", now) == 0
