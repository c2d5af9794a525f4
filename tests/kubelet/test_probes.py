"""Probes: what each one says, when it is done again, and what becomes of the container."""

from __future__ import annotations

from typing import Any

import pytest

from minikube_py.cri.runtime import CRIError, ExecResult
from tests.kubelet.fakes import POD_IP, Cluster, HttpServer, make_pod

Object = dict[str, Any]
HTTP = {"httpGet": {"path": "/healthz", "port": "web"}}
EXEC = {"exec": {"command": ["check"]}}


def run(cluster: Cluster, **probes: Object) -> None:
    container = {"name": "main", "image": "busybox", "ports": [{"name": "web", "containerPort": 8080}], **probes}
    cluster.apply(make_pod(containers=[container], terminationGracePeriodSeconds=1))


def fail_exec(cluster: Cluster, output: bytes = b"") -> None:
    cluster.runtime.exec_results["check"] = ExecResult(1, output, b"")


@pytest.mark.parametrize(
    ("response", "ready"),
    [
        pytest.param(HttpServer("200 OK"), True, id="200"),
        pytest.param(HttpServer("302 Found", headers="Location: http://elsewhere/\r\n"), True, id="redirect-elsewhere"),
        pytest.param(HttpServer("404 Not Found"), False, id="404"),
        pytest.param(HttpServer("500 Oh"), False, id="500"),
        pytest.param(lambda port: TimeoutError(), False, id="timeout"),
    ],
)
def test_http_readiness(cluster: Cluster, response: Any, ready: bool) -> None:
    cluster.runtime.dial_result = response
    run(cluster, readinessProbe=HTTP)
    assert cluster.container()["ready"] is ready
    assert cluster.container()["started"] is True


def test_what_a_http_probe_sends(cluster: Cluster) -> None:
    cluster.runtime.dial_result = dial = HttpServer("200 OK")
    headers = [{"name": "X-Custom", "value": "yes"}, {"name": "Host", "value": "me"}]
    run(cluster, readinessProbe={"httpGet": {"path": "/a?b=c", "port": 8080, "httpHeaders": headers}})
    request = dial.peers[0].recv(4096).decode()
    assert request.startswith("GET /a?b=c HTTP/1.1\r\n")
    assert "X-Custom: yes\r\n" in request and "User-Agent: kube-probe/1.33\r\n" in request
    assert [line for line in request.split("\r\n") if line.startswith("Host:")] == ["Host: me"]


@pytest.mark.parametrize(
    ("probe", "dial", "message"),
    [
        (HTTP, HttpServer("404 Not Found"), "HTTP probe failed with statuscode: 404"),
        (
            HTTP,
            lambda port: ConnectionRefusedError(111, "Connection refused"),
            f'Get "http://{POD_IP}:8080/healthz": dial tcp {POD_IP}:8080: connect: connection refused',
        ),
        (
            {"tcpSocket": {"port": 81}},
            lambda port: ConnectionRefusedError(111, "Connection refused"),
            f"dial tcp {POD_IP}:81: connect: connection refused",
        ),
        ({"tcpSocket": {"port": 81}}, lambda port: TimeoutError(), f"dial tcp {POD_IP}:81: i/o timeout"),
        (EXEC, None, "cat: can't open '/tmp/ok'\n"),
    ],
)
def test_events(cluster: Cluster, probe: Object, dial: Any, message: str) -> None:
    cluster.runtime.dial_result = dial
    fail_exec(cluster, b"cat: can't open '/tmp/ok'\n")
    run(cluster, readinessProbe=probe)
    cluster.advance(3)
    assert cluster.messages("Unhealthy") == [f"Readiness probe failed: {message}"]


def test_a_refused_connection_counts_only_after_the_start(cluster: Cluster) -> None:
    run(cluster, readinessProbe={"tcpSocket": {"port": 80}})
    cluster.advance(1)
    assert cluster.messages("Unhealthy") == []
    cluster.runtime.dial_result = HttpServer("200 OK")
    cluster.advance(0.5)
    assert cluster.container()["ready"], "and the next try comes soon"


def test_exec_timeout(cluster: Cluster) -> None:
    cluster.runtime.exec_results["check"] = TimeoutError()
    run(cluster, livenessProbe={"exec": {"command": ["check", "it"]}})
    assert cluster.messages("Unhealthy") == ['Liveness probe failed: command "check it" timed out']


def test_probes_that_cannot_be_done_change_nothing(cluster: Cluster) -> None:
    cluster.runtime.exec_results["check"] = CRIError("the agent is away")
    run(cluster, livenessProbe={**EXEC, "failureThreshold": 1}, readinessProbe={"tcpSocket": {"port": "none"}})
    cluster.advance(30)
    assert cluster.container()["restartCount"] == 0
    assert "Liveness probe errored and resulted in unknown state: the agent is away" in cluster.messages("Unhealthy")
    unknown = "Readiness probe errored and resulted in unknown state: couldn't find port: none in main"
    assert unknown in cluster.messages("Unhealthy")


def test_liveness_restarts_the_container(cluster: Cluster) -> None:
    run(cluster, livenessProbe={**EXEC, "periodSeconds": 1, "failureThreshold": 2})
    fail_exec(cluster, b"gone\n")
    cluster.advance(1.5)
    assert cluster.container()["restartCount"] == 0, "one failure is not enough"
    cluster.advance(1)
    assert cluster.container()["restartCount"] == 1
    assert cluster.messages("Killing") == ["Container main failed liveness probe, will be restarted"]
    assert cluster.container()["lastState"]["terminated"]["exitCode"] == 137
    assert cluster.runtime.stopped == [("main/0", 1.0)]


def test_a_success_between_starts_the_count_anew(cluster: Cluster) -> None:
    run(cluster, livenessProbe={**EXEC, "periodSeconds": 1, "failureThreshold": 2})
    for _ in range(4):
        fail_exec(cluster)
        cluster.advance(1)
        del cluster.runtime.exec_results["check"]
        cluster.advance(1)
    assert cluster.container()["restartCount"] == 0


def test_the_probes_own_grace_period(cluster: Cluster) -> None:
    fail_exec(cluster)
    run(cluster, livenessProbe={**EXEC, "failureThreshold": 1, "terminationGracePeriodSeconds": 7})
    assert cluster.runtime.stopped[0] == ("main/0", 7.0)


def test_initial_delay_and_period(cluster: Cluster) -> None:
    run(cluster, readinessProbe={**EXEC, "initialDelaySeconds": 5, "periodSeconds": 3})
    assert cluster.runtime.execs == []
    assert cluster.container()["ready"] is False
    cluster.advance(5)
    assert len(cluster.runtime.execs) == 1
    assert cluster.container()["ready"] is True
    cluster.advance(7)
    assert len(cluster.runtime.execs) == 3


def test_success_threshold(cluster: Cluster) -> None:
    run(cluster, readinessProbe={**EXEC, "periodSeconds": 1, "successThreshold": 3})
    cluster.advance(1)
    assert cluster.container()["ready"] is False
    cluster.advance(1.5)
    assert cluster.container()["ready"] is True


def test_readiness_is_lost_after_its_failure_threshold(cluster: Cluster) -> None:
    run(cluster, readinessProbe={**EXEC, "periodSeconds": 1, "failureThreshold": 3})
    assert cluster.conditions()["Ready"][0] == "True"
    fail_exec(cluster)
    cluster.advance(2)
    assert cluster.conditions()["Ready"][0] == "True"
    cluster.advance(1)
    assert cluster.conditions()["Ready"] == ("False", "ContainersNotReady", "containers with unready status: [main]")
    assert cluster.container()["restartCount"] == 0


def test_a_startup_probe_holds_the_others_back(cluster: Cluster) -> None:
    fail_exec(cluster)
    startup = {**EXEC, "periodSeconds": 1, "failureThreshold": 100}
    live = {"exec": {"command": ["live"]}, "periodSeconds": 1}
    run(cluster, startupProbe=startup, livenessProbe=live, readinessProbe={"exec": {"command": ["ready"]}})
    cluster.advance(3)
    assert {command for _, command in cluster.runtime.execs} == {("check",)}
    assert (cluster.container()["started"], cluster.container()["ready"]) == (False, False)
    assert set(cluster.messages("Unhealthy")) == {"Startup probe failed: "}
    del cluster.runtime.exec_results["check"]
    cluster.advance(1.5)
    assert (cluster.container()["started"], cluster.container()["ready"]) == (True, True)


def test_a_startup_probe_that_gives_up(cluster: Cluster) -> None:
    fail_exec(cluster)
    run(cluster, startupProbe={**EXEC, "periodSeconds": 1, "failureThreshold": 2})
    cluster.advance(1.5)
    assert cluster.messages("Killing") == ["Container main failed startup probe, will be restarted"]
    assert cluster.container()["restartCount"] == 1


def test_a_sidecar_that_is_not_started_holds_the_next_back(cluster: Cluster) -> None:
    fail_exec(cluster)
    sidecar = {"name": "proxy", "image": "nginx", "restartPolicy": "Always", "startupProbe": {**EXEC, "periodSeconds": 1}}
    cluster.apply(make_pod(initContainers=[sidecar]))
    assert cluster.messages("Started") == ["Started container proxy"]
    assert cluster.conditions()["Initialized"][0] == "False"
    del cluster.runtime.exec_results["check"]
    cluster.advance(2)
    assert cluster.conditions()["Ready"] == ("True", "", "")


def test_an_ended_container_is_not_probed(cluster: Cluster) -> None:
    cluster.apply(make_pod(containers=[{"name": "main", "image": "busybox", "livenessProbe": EXEC}], restartPolicy="Never"))
    cluster.exit("main/0")
    done = len(cluster.runtime.execs)
    cluster.advance(60)
    assert len(cluster.runtime.execs) == done
