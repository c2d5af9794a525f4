"""Streams to pods are opened only to who may do that."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from minikube_py.apimachinery.errors import Forbidden
from minikube_py.apiserver.kube_apiserver import KubeApiServer
from minikube_py.client.credentials import Credentials
from minikube_py.client.request import Request
from minikube_py.cmd.guarded_streams import GuardedStreams
from minikube_py.component_base.clock import FakeClock
from minikube_py.storage.sqlite import Store

Object = dict[str, Any]
RBAC = "rbac.authorization.k8s.io"


class Opened:
    """Says what was opened."""

    def connect(self, request: Request) -> str:
        return request.subresource

    def logs(self, namespace: str, pod: str, request: object) -> str:
        return f"logs of {namespace}/{pod}"

    def exec(self, namespace: str, pod: str, container: str, command: object, **options: bool) -> str:
        return f"exec in {namespace}/{pod}"

    attach = open_port_forward = port_forward = exec

    def measure(self) -> str:
        return "measured"


@pytest.fixture
def server(tmp_path: Path) -> Iterator[KubeApiServer]:
    store = Store(tmp_path / "state.db", create=True)
    server = KubeApiServer(store, FakeClock())
    server.handle(Request("create", "", "v1", "namespaces", body={"metadata": {"name": "default"}}))
    yield server
    store.close()


def allow(server: KubeApiServer, verb: str, resource: str) -> None:
    """Let ann do something in the namespace default."""
    rule = {"apiGroups": [""], "resources": [resource], "verbs": [verb]}
    server.handle(Request("create", RBAC, "v1", "roles", "default", body={"metadata": {"name": "r"}, "rules": [rule]}))
    fields = {"roleRef": {"kind": "Role", "name": "r"}, "subjects": [{"kind": "User", "name": "ann"}]}
    server.handle(Request("create", RBAC, "v1", "rolebindings", "default", body={"metadata": {"name": "b"}, **fields}))


CALLS: dict[str, Callable[[Any], Any]] = {
    "log": lambda streams: streams.logs("default", "web", None),
    "exec": lambda streams: streams.exec("default", "web", "c", ["ls"], stdin=False, tty=False),
    "attach": lambda streams: streams.attach("default", "web", "c", (), stdin=False),
    "portforward": lambda streams: streams.open_port_forward("default", "web", "c", ()),
}


@pytest.mark.parametrize("subresource", CALLS)
def test_each_stream_needs_its_right(server: KubeApiServer, subresource: str) -> None:
    streams = GuardedStreams(Opened(), server, Credentials(name="ann"))
    request = Request("get", "", "v1", "pods", "default", "web", subresource)
    verb = "get" if subresource == "log" else "create"
    for call in (CALLS[subresource], lambda s: s.connect(request)):
        with pytest.raises(Forbidden) as refusal:
            call(streams)
        told = f'User "ann" cannot {verb} resource "pods/{subresource}" in API group "" in the namespace "default"'
        assert refusal.value.message == f'pods "web" is forbidden: {told}'
    allow(server, verb, f"pods/{subresource}")
    assert CALLS[subresource](streams).endswith(" default/web")
    assert streams.connect(request) == subresource


def test_a_websocket_needs_get_only(server: KubeApiServer) -> None:
    allow(server, "get", "pods/exec")
    assert CALLS["exec"](GuardedStreams(Opened(), server, Credentials(name="ann")))


def test_what_is_no_stream_is_not_reached(server: KubeApiServer) -> None:
    with pytest.raises(AttributeError):
        GuardedStreams(Opened(), server, Credentials(name="ann")).measure()
