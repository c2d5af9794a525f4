"""Walk-through 14: what a pod asks for is kept for it, what it may not exceed ends it."""

from __future__ import annotations

import re

from tests.e2e.shell import Shell, events_of, read_table


def test_requests_are_allocated(cluster: Shell) -> None:
    cluster.out("kubectl apply -f requests.yaml")
    cluster.wait_for("kubectl get pod requests-pod", "Running")
    text = cluster.out("kubectl describe node minikube")
    row = next(line.split() for line in text.splitlines() if "requests-pod " in line)
    assert (row[0], row[2], row[4], row[6]) == ("default", "50m", "0", "300Mi")
    allocated = text[text.index("Allocated resources:") :]
    assert re.search(r"^  cpu +50m \(\d+%\) +0 \(0%\)$", allocated, re.MULTILINE)
    assert re.search(r"^  memory +300Mi \(\d+%\) +0 \(0%\)$", allocated, re.MULTILINE)


def test_what_fits_nowhere_waits(cluster: Shell) -> None:
    cluster.wait_for("kubectl get events", "FailedScheduling")
    (pod,) = read_table(cluster.out("kubectl get pod requests-pod-big"))
    assert (pod["STATUS"], pod["READY"]) == ("Pending", "0/1")
    why = (
        "0/1 nodes are available: 1 Insufficient cpu. "
        "preemption: 0/1 nodes are available: 1 No preemption victims found for incoming pod."
    )
    assert events_of(cluster, "requests-pod-big") == [("Warning", "FailedScheduling", why)]
    cluster.out("kubectl delete pod --all")


def test_over_its_memory_limit_it_is_killed_again_and_again(slow: Shell) -> None:
    slow.wait_for("kubectl get pod memory-demo", r"CrashLoopBackOff +[1-9]", seconds=60)
    state = "{.status.containerStatuses[0].lastState.terminated.exitCode} {.status.containerStatuses[0].lastState.terminated.reason}"
    assert slow.out(f"kubectl get pod memory-demo -o jsonpath='{state}'") == "137 OOMKilled"
    text = slow.out("kubectl describe pod memory-demo")
    assert "    Last State:     Terminated\n      Reason:       OOMKilled\n      Exit Code:    137\n" in text
    assert "    Limits:\n      memory:  300Mi\n    Requests:\n      memory:     100Mi\n" in text


def test_its_restarts_grow(slow: Shell) -> None:
    slow.wait_for("kubectl get pod memory-demo", r" [2-9] \(", seconds=60)
