"""Connections to what stands behind a Service."""

from __future__ import annotations

import socket
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

from minikube_py.apiserver.kube_apiserver import KubeApiServer
from minikube_py.cmd.service_dialer import ServiceDialer
from minikube_py.component_base.clock import FakeClock
from minikube_py.storage.interface import Key
from minikube_py.storage.sqlite import Store

Object = dict[str, Any]


class Pods:
    """Takes note of what is dialled; the pod `bad` refuses."""

    def __init__(self) -> None:
        self.dialled: list[tuple[str, int]] = []

    def __call__(self, uid: str, port: int, seconds: float) -> Any:
        self.dialled.append((uid, port))
        if uid == "bad":
            raise ConnectionRefusedError
        return object()


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    with closing(Store(tmp_path / "state.db", create=True)) as store:
        yield store


def put(store: Store, resource: str, name: str, obj: Object) -> None:
    with store.transaction():
        store.create(Key(resource, "n", name), {"metadata": {"name": name, "namespace": "n"}, **obj})


def put_slice(store: Store, *endpoints: Object) -> None:
    labels = {"kubernetes.io/service-name": "s"}
    whole = {"metadata": {"name": "s", "namespace": "n", "labels": labels}, "ports": [{"name": "web", "port": 8443}]}
    put(store, "endpointslices.discovery.k8s.io", "s", {**whole, "endpoints": list(endpoints)})


def pod(uid: str, *, ready: bool = True) -> Object:
    return {"addresses": ["10.0.0.1"], "conditions": {"ready": ready}, "targetRef": {"kind": "Pod", "uid": uid}}


def put_service(store: Store, **spec: Any) -> None:
    put(store, "services", "s", {"spec": {"clusterIP": "10.9.9.9", "ports": [{"name": "web", "port": 443}], **spec}})


def test_a_ready_pod_is_dialled_at_the_target_port(store: Store) -> None:
    put_service(store)
    put_slice(store, pod("idle", ready=False), pod("bad"), pod("good"))
    pods = Pods()
    ServiceDialer(KubeApiServer(store, FakeClock()), pods)("n", "s", 443)
    assert pods.dialled == [("bad", 8443), ("good", 8443)]


def test_an_address_that_is_no_pods_is_dialled(store: Store) -> None:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        put_service(store)
        labels = {"kubernetes.io/service-name": "s"}
        whole = {
            "metadata": {"name": "s", "namespace": "n", "labels": labels},
            "ports": [{"name": "web", "port": listener.getsockname()[1]}],
            "endpoints": [{"addresses": ["127.0.0.1"]}],
        }
        put(store, "endpointslices.discovery.k8s.io", "s", whole)
        with closing(ServiceDialer(KubeApiServer(store, FakeClock()), Pods())("n", "s", 443)) as connected:
            assert connected.getpeername() == listener.getsockname()


@pytest.mark.parametrize(
    ("spec", "port", "why"),
    [
        (None, 443, 'service "s" not found'),
        ({}, 80, 'no service port 80 found for service "s"'),
        ({}, 443, "dial tcp 10.9.9.9:443: connect: connection refused"),
        ({"clusterIP": "None"}, 443, 'no endpoints available for service "s"'),
    ],
    ids=["no service", "no port", "no endpoints", "headless"],
)
def test_nobody_is_there(store: Store, spec: Object | None, port: int, why: str) -> None:
    if spec is not None:
        put_service(store, **spec)
    with pytest.raises(ConnectionError) as failed:
        ServiceDialer(KubeApiServer(store, FakeClock()), Pods())("n", "s", port)
    assert str(failed.value) == why
