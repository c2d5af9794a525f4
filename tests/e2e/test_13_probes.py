"""Walk-through 13: probes that restart a sick container, and one that keeps requests away."""

from __future__ import annotations

from tests.e2e.shell import Shell, events_of, read_table


def test_exec(slow: Shell) -> None:
    slow.wait_for("kubectl get pod probe-exec", r" [1-9] \(", seconds=30)
    events = [(kind, reason, message.strip()) for kind, reason, message in events_of(slow, "probe-exec")]
    failed = "Liveness probe failed: cat: /tmp/healthy: No such file or directory"
    assert ("Warning", "Unhealthy", failed) in events
    assert ("Normal", "Killing", "Container main failed liveness probe, will be restarted") in events


def test_tcp_socket(slow: Shell) -> None:
    slow.wait_for("kubectl get pod probe-tcp", r" [1-9] \(", seconds=30)
    address = slow.out("kubectl get pod probe-tcp -o jsonpath={.status.podIP}")
    failed = f"Liveness probe failed: dial tcp {address}:8080: connect: connection refused"
    assert ("Warning", "Unhealthy", failed) in events_of(slow, "probe-tcp")


def test_readiness_keeps_a_pod_out_of_its_service(slow: Shell) -> None:
    slow.out("kubectl expose pod probe-ready --port=80")
    (pod,) = read_table(slow.wait_for("kubectl get pod probe-ready", "Running"))
    assert (pod["READY"], pod["RESTARTS"]) == ("0/1", "0")
    ready = "kubectl get endpoints probe-ready -o jsonpath='{.subsets[*].addresses[*].ip}'"
    assert slow.out(ready) == ""
    slow.out("kubectl exec probe-ready -- touch /tmp/ready")
    slow.wait_for("kubectl get pod probe-ready", r"1/1 +Running +0 ")
    address = slow.out("kubectl get pod probe-ready -o jsonpath={.status.podIP}")
    assert slow.wait_for(ready, r"\S") == address


def test_http(slow: Shell) -> None:
    slow.wait_for("kubectl get pod liveness-http", r" [1-9] \(", seconds=60)
    events = events_of(slow, "liveness-http")
    assert ("Warning", "Unhealthy", "Liveness probe failed: HTTP probe failed with statuscode: 500") in events
    assert ("Normal", "Killing", "Container liveness failed liveness probe, will be restarted") in events
    text = slow.out("kubectl describe pod liveness-http")
    probe = "Liveness:       http-get http://:8080/healthz delay=10s timeout=1s period=5s #success=1 #failure=3\n"
    assert probe in text
    assert "    Last State:     Terminated\n" in text
