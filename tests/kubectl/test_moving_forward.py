"""Port-forwarding that goes to another pod when the first is gone, and stays where the pod is well."""

from __future__ import annotations

import io
import socket
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from minikube_py.cli_runtime.factory import Factory, Streams
from minikube_py.cli_runtime.verb import parse_verb
from minikube_py.client.request import Request
from minikube_py.client.streams import StreamError
from minikube_py.kubectl.cmd.port_forward import VERB, complete, make_dial
from tests.kubectl.cmd.conftest import Cluster
from tests.kubectl.cmd.conftest import cluster as cluster
from tests.kubectl.cmd.conftest import kubectl as kubectl
from tests.kubectl.cmd.pods import Impatient, after_listing, create_pod, set_status

Object = dict[str, Any]


class Dialled:
    """Streams that remember which port of which pod was dialled; those of `dead` pods refuse."""

    def __init__(self) -> None:
        self.dialled: list[tuple[str, int]] = []
        self.dead: set[str] = set()

    def open_port_forward(self, namespace: str, pod: str) -> Callable[[int], socket.socket]:
        def dial(port: int) -> socket.socket:
            if pod in self.dead:
                raise StreamError("refused")
            self.dialled.append((pod, port))
            return socket.socket()

        return dial


def start_pod(cluster: Cluster, name: str, port: int) -> None:
    create_pod(cluster, name, labels={"app": "web"}, ports=[{"name": "http", "containerPort": port}])
    set_status(cluster, name)


def delete_pod(cluster: Cluster, name: str) -> None:
    cluster.server.handle(Request("delete", "", "v1", "pods", "default", name, body={"gracePeriodSeconds": 0}))


@pytest.fixture
def streams(cluster: Cluster) -> Dialled:
    start_pod(cluster, "first", 8080)
    spec = {"selector": {"app": "web"}, "ports": [{"port": 80, "targetPort": "http"}]}
    cluster.create(
        "", "services", {"apiVersion": "v1", "kind": "Service", "metadata": {"name": "web"}, "spec": spec}, "default"
    )
    cluster.streams = Dialled()
    return cluster.streams


@pytest.fixture
def dial(
    cluster: Cluster, streams: Dialled, kubectl: object
) -> Callable[..., tuple[Callable[[int], socket.socket], io.StringIO]]:
    def make(words: str) -> tuple[Callable[[int], socket.socket], io.StringIO]:
        stderr = io.StringIO()
        parsed = parse_verb(VERB, words.split())
        factory = Factory(cluster.connect, parsed, Streams(io.StringIO(), io.StringIO(), stderr), cluster.clock)
        options = complete(parsed, factory)
        return make_dial(options, factory, cluster.get("pods", options.pod)), stderr

    return make


Make = Callable[[str], tuple[Callable[[int], socket.socket], io.StringIO]]


def test_a_connection_goes_to_the_next_pod_with_the_port_of_that(cluster: Cluster, streams: Dialled, dial: Make) -> None:
    connect, stderr = dial("svc/web 8000:80")
    connect(8080).close()
    delete_pod(cluster, "first")
    streams.dead.add("first")
    start_pod(cluster, "second", 9090)
    connect(8080).close()
    connect(8080).close()
    assert streams.dialled == [("first", 8080), ("second", 9090), ("second", 9090)]
    assert stderr.getvalue() == "pod/first is gone, forwarding to pod/second\n"


def test_it_waits_for_a_pod_that_is_ready(cluster: Cluster, streams: Dialled, dial: Make, tmp_path: Path) -> None:
    connect, _ = dial("svc/web 80")
    delete_pod(cluster, "first")
    streams.dead.add("first")
    create_pod(cluster, "late", labels={"app": "web"}, ports=[{"name": "http", "containerPort": 8080}])
    after_listing(cluster, tmp_path, lambda: set_status(cluster, "late"))
    connect(8080).close()
    assert streams.dialled == [("late", 8080)]


def test_no_pod_comes(cluster: Cluster, streams: Dialled, dial: Make, tmp_path: Path) -> None:
    connect, stderr = dial("svc/web 80")
    delete_pod(cluster, "first")
    streams.dead.add("first")
    cluster.listen = lambda: Impatient(tmp_path / "pokes", cluster.clock)
    with pytest.raises(StreamError):
        connect(8080)
    assert stderr.getvalue() == ""


@pytest.mark.parametrize("words", ["svc/web 80", "pod/first 8080"], ids=["service", "named pod"])
def test_a_pod_that_is_well_but_refuses_is_not_left(cluster: Cluster, streams: Dialled, dial: Make, words: str) -> None:
    connect, _ = dial(words)
    start_pod(cluster, "second", 8080)
    streams.dead.add("first")
    with pytest.raises(StreamError):
        connect(8080)


def test_a_named_pod_is_never_left(cluster: Cluster, streams: Dialled, dial: Make) -> None:
    connect, _ = dial("first 8080")
    delete_pod(cluster, "first")
    start_pod(cluster, "second", 8080)
    streams.dead.add("first")
    with pytest.raises(StreamError):
        connect(8080)
