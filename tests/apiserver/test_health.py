"""What the API server says of its health."""

from __future__ import annotations

from typing import Any

import pytest

from minikube_py.apiserver import health
from minikube_py.client.http_message import HttpRequest
from minikube_py.client.request import Request
from minikube_py.storage.interface import StorageError
from tests.apiserver.conftest import Cluster

ALL = "[+]ping ok\n[+]log ok\n[+]etcd ok\n"


def ask(cluster: Cluster, target: str) -> tuple[int, str]:
    answer = cluster.server.describe(HttpRequest("GET", target), Request("get", "", "", ""))
    return answer.status, b"".join(answer.parts).decode()


@pytest.mark.parametrize(
    ("target", "status", "text"),
    [
        ("/healthz", 200, "ok"),
        ("/livez/", 200, "ok"),
        ("/readyz/etcd", 200, "ok"),
        ("/readyz/ping", 200, "ok"),
        ("/livez/shutdown", 404, "404 page not found\n"),
        ("/healthz?verbose", 200, f"{ALL}healthz check passed\n"),
        ("/readyz?verbose", 200, f"{ALL}[+]etcd-readiness ok\n[+]shutdown ok\nreadyz check passed\n"),
        ("/livez?verbose&exclude=etcd", 200, "[+]ping ok\n[+]log ok\n[+]etcd excluded: ok\nlivez check passed\n"),
        (
            "/livez?verbose&exclude=x",
            200,
            f'{ALL}warn: some health checks cannot be excluded: no matches for "x"\nlivez check passed\n',
        ),
    ],
)
def test_checks(cluster: Cluster, target: str, status: int, text: str) -> None:
    assert ask(cluster, target) == (status, text)


@pytest.mark.parametrize(
    ("target", "text"),
    [
        ("/livez", "[+]ping ok\n[+]log ok\n[-]etcd failed: reason withheld\nlivez check failed\n"),
        ("/livez/etcd", "internal server error: the disk is gone\n"),
    ],
)
def test_a_state_that_cannot_be_read_is_no_health(target: str, text: str) -> None:
    class Broken:
        def current_revision(self) -> int:
            raise StorageError("the disk is gone")

    class Server:
        store = Broken()

    server: Any = Server()
    answer = health.answer_health(server, HttpRequest("GET", target))
    assert answer is not None
    assert (answer.status, b"".join(answer.parts).decode()) == (500, text)


def test_the_method_does_not_matter(cluster: Cluster) -> None:
    answer = cluster.server.describe(HttpRequest("POST", "/healthz"), Request("post", "", "", ""))
    assert (answer.status, b"".join(answer.parts)) == (200, b"ok")
