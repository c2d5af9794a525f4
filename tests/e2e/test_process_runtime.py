"""What matters of the walk-throughs with `--runtime process`: plain processes, where there are no namespaces."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.e2e.conftest import running_cluster
from tests.e2e.shell import Shell, events_of, fetch


@pytest.fixture(scope="module")
def plain(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Shell]:
    """A cluster whose pods are plain processes, with the pods of this module begun."""
    with running_cluster(tmp_path_factory.mktemp("plain"), "--runtime process") as shell:
        shell.out("kubectl apply -f two-containers.yaml -f init-containers.yaml -f probes.yaml")
        shell.out("kubectl create deployment webserver --image=nginx --replicas=2")
        yield shell


def test_a_one_shot_pod(plain: Shell) -> None:
    assert "Hello from Docker!\n" in plain.out("kubectl run hello --image=hello-world -i --rm -q --restart=Never")


def test_two_web_servers_have_port_80_each(plain: Shell) -> None:
    plain.wait_for("kubectl get deployment webserver", "2/2")
    for pod in plain.out("kubectl get pods -l app=webserver -o name").split():
        with plain.port_forward(pod, 80) as (url, _):
            assert "<title>Welcome to nginx!</title>" in fetch(url)


def test_a_service_leads_to_them(plain: Shell) -> None:
    plain.wait_for("kubectl get deployment webserver", "2/2")
    plain.out("kubectl expose deployment webserver --port=80 --type=NodePort")
    plain.wait_for("kubectl get endpointslices -l kubernetes.io/service-name=webserver", r"127\S+,127\S+")
    port = plain.out("kubectl get service webserver -o jsonpath={.spec.ports[0].nodePort}")
    assert "<title>Welcome to nginx!</title>" in fetch(f"http://127.0.0.1:{port}/")


def test_containers_share_a_volume(plain: Shell) -> None:
    plain.out("kubectl wait --for=condition=Ready pod/two-containers --timeout=20s")
    plain.wait_for("kubectl exec two-containers -c writer-container -- cat /pod-data/index.html", "writer")
    with plain.port_forward("pod/two-containers", 80) as (url, _):
        assert fetch(url) == "Hello from the writer\n"


def test_init_containers_go_first(plain: Shell) -> None:
    plain.wait_for("kubectl get pod init-demo", r"1/1 +Running +0 ")
    assert plain.out("kubectl logs init-demo -c init-mydb") == "helloworld02\n"


def test_a_failing_probe_restarts(plain: Shell) -> None:
    plain.wait_for("kubectl get pod probe-tcp", r" [1-9] \(")
    assert ("Normal", "Killing", "Container main failed liveness probe, will be restarted") in events_of(plain, "probe-tcp")


def test_another_takes_the_place_of_a_deleted_one(plain: Shell) -> None:
    pod = plain.out("kubectl get pods -l app=webserver -o name").split()[0]
    plain.out(f"kubectl delete {pod}")
    plain.wait_for("kubectl get deployment webserver", "2/2")
    assert pod not in plain.out("kubectl get pods -l app=webserver -o name").split()
