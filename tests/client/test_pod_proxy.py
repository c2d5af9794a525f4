"""The subresource proxy: where a name leads, what the program is asked, and what becomes of its links and redirects."""

from __future__ import annotations

import asyncio
import json
import socket
from collections.abc import Iterator
from typing import Any

import pytest

from minikube_py.apimachinery.errors import BadRequest, NotFound, ServiceUnavailable, StatusError
from minikube_py.apiserver.paths import parse_path
from minikube_py.client.http.blocking import wait_for_answer
from minikube_py.client.http.records import Upgrade
from minikube_py.client.http_message import HttpAnswer, HttpRequest
from minikube_py.client.request import Request
from minikube_py.client.streams import StreamError
from minikube_py.client.transport.pod_proxy import Passing, pass_on, prepare_proxy, split_name
from tests.apiserver.conftest import Cluster, clock, cluster

__all__ = ["clock", "cluster"]  # fixtures
ROOT = "/api/v1/namespaces/default"
POD = {
    "metadata": {"name": "web"},
    "spec": {
        "nodeName": "n",
        "containers": [
            {"name": "c", "image": "nginx", "ports": [{"containerPort": 8000}, {"containerPort": 9000, "name": "admin"}]}
        ],
    },
}
SERVICE = {"metadata": {"name": "web"}, "spec": {"ports": [{"name": "http", "port": 80}, {"name": "admin", "port": 81}]}}
ADDRESS = {"ip": "10.244.0.9", "targetRef": {"kind": "Pod", "name": "web", "namespace": "default"}}
ENDPOINTS = {
    "metadata": {"name": "web"},
    "subsets": [{"addresses": [ADDRESS], "ports": [{"name": "http", "port": 8000}, {"name": "admin", "port": 9000}]}],
}


class Pods:
    """A transport whose pods answer one thing, and remember what they were asked."""

    def __init__(self, answer: bytes) -> None:
        self._answer = answer
        self.dialled: list[Request] = []
        self._ends: list[socket.socket] = []
        self.error: Exception | None = None

    def connect(self, request: Request) -> socket.socket:
        if self.error is not None:
            raise self.error
        self.dialled.append(request)
        near, far = socket.socketpair()
        far.sendall(self._answer)
        far.shutdown(socket.SHUT_WR)
        self._ends.append(far)
        return near

    def read(self) -> bytes:
        return self._ends[-1].recv(1 << 16)

    def close(self) -> None:
        for end in self._ends:
            end.close()


@pytest.fixture
def pods() -> Iterator[Pods]:
    made = Pods(b"HTTP/1.1 200 OK\r\nContent-Type: text/plain\r\nDate: now\r\nConnection: close\r\n\r\nhello")
    yield made
    made.close()


@pytest.fixture
def served(cluster: Cluster) -> Cluster:
    cluster.create("pods", POD)
    cluster.patch("pods", "web", {"status": {"podIP": "10.244.0.9"}}, subresource="status")
    cluster.create("services", SERVICE)
    cluster.create("endpoints", ENDPOINTS)
    cluster.create("nodes", {"metadata": {"name": "n"}})
    return cluster


def ask(cluster: Cluster, pods: Any, target: str, method: str = "GET", body: bytes = b"", **headers: str) -> HttpAnswer:
    request = parse_path(method, target)
    assert request is not None
    prepared = prepare_proxy(pods, cluster.server, HttpRequest(method, target, headers, body), request)
    return wait_for_answer(pass_on(prepared)) if isinstance(prepared, Passing) else prepared


@pytest.mark.parametrize(
    ("target", "port"),
    [
        ("/pods/web/proxy/", "8000"),
        ("/pods/web:9000/proxy/", "9000"),
        ("/pods/web:admin/proxy/", "9000"),
        ("/pods/http:web:/proxy/", "8000"),
        ("/services/web:http/proxy/", "8000"),
        ("/services/web:81/proxy/", "9000"),
        ("/services/http:web:admin/proxy/", "9000"),
    ],
)
def test_where_names_lead(served: Cluster, pods: Pods, target: str, port: str) -> None:
    answer = ask(served, pods, ROOT + target)
    assert (answer.status, b"".join(answer.parts)) == (200, b"hello")
    (dialled,) = pods.dialled
    assert (dialled.resource, dialled.name, dialled.subresource, dialled.params) == (
        "pods",
        "web",
        "portforward",
        {"port": port},
    )


def test_what_the_program_is_asked(served: Cluster, pods: Pods) -> None:
    headers = {
        "host": "localhost:8001",
        "authorization": "Bearer x",
        "x-mine": "1",
        "impersonate-user": "ann",
        "upgrade": "h2c",
    }
    answer = ask(served, pods, f"{ROOT}/pods/web/proxy/a/b%20c/?x=1&watch=true", "POST", b"data", **headers)
    b"".join(answer.parts)
    head, _, body = pods.read().partition(b"\r\n\r\n")
    line, *sent = head.decode().lower().split("\r\n")
    assert (line, body) == ("post /a/b%20c/?x=1&watch=true http/1.1", b"data")
    named = dict(entry.split(": ", 1) for entry in sent)
    assert (named["host"], named["x-mine"], named["content-length"]) == ("10.244.0.9:8000", "1", "4")
    assert named.keys().isdisjoint(("authorization", "impersonate-user", "upgrade"))


def test_headers_of_the_answer(served: Cluster, pods: Pods) -> None:
    answer = ask(served, pods, f"{ROOT}/pods/web/proxy/")
    assert answer.headers == (("Content-Type", "text/plain"),)
    assert answer.streamed
    b"".join(answer.parts)


def test_links_and_redirects_lead_back(served: Cluster) -> None:
    page = b'<a href="/x">x</a><img src=\'//cdn/y\'><a href="z"><form action="/api/v1/namespaces/default/pods/web/proxy/q">'
    head = b"HTTP/1.1 302 Found\r\nLocation: /login\r\nContent-Type: text/html; charset=utf-8\r\nContent-Length: %d\r\n\r\n"
    pods = Pods(head % len(page) + page)
    answer = ask(served, pods, f"{ROOT}/pods/web/proxy/")
    pods.close()
    prefix = f"{ROOT}/pods/web/proxy"
    assert (answer.status, dict(answer.headers)["Location"]) == (302, f"{prefix}/login")
    expected = f'<a href="{prefix}/x">x</a><img src=\'//cdn/y\'><a href="z"><form action="{prefix}/q">'
    assert b"".join(answer.parts).decode() == expected


def test_names_that_are_words_of_the_path(served: Cluster, pods: Pods) -> None:
    served.create("services", {**SERVICE, "metadata": {"name": "proxy"}})
    served.create("endpoints", {**ENDPOINTS, "metadata": {"name": "proxy"}})
    b"".join(ask(served, pods, f"{ROOT}/services/proxy:http/proxy/a/proxy/b").parts)
    assert pods.read().startswith(b"GET /a/proxy/b HTTP/1.1\r\n")


class Caller:
    """A client's side of an upgraded connection, which says one thing and stays."""

    def __init__(self, said: bytes) -> None:
        self._said, self.heard = [said], b""

    async def read(self) -> bytes:
        if self._said:
            return self._said.pop()
        return await asyncio.get_running_loop().create_future()  # type: ignore[no-any-return]

    async def write(self, data: bytes) -> None:
        self.heard += data

    def close(self) -> None:
        pass


def test_an_upgrade_leads_to_the_program(served: Cluster) -> None:
    pods = Pods(b"HTTP/1.1 101 Switching Protocols\r\nConnection: upgrade\r\nUpgrade: WebSocket\r\n\r\nwelcome")
    target = f"{ROOT}/services/web:http/proxy/chat"
    headers = {"connection": "keep-alive, Upgrade", "upgrade": "WebSocket", "sec-websocket-key": "k"}
    request = parse_path("GET", target)
    assert request is not None
    prepared = prepare_proxy(pods, served.server, HttpRequest("GET", target, headers), request)  # type: ignore[arg-type]
    assert isinstance(prepared, Passing)
    caller = Caller(b"hello")

    async def play() -> None:
        reply = await pass_on(prepared)
        assert isinstance(reply, Upgrade)
        assert dict(reply.headers) == {"Connection": "upgrade", "Upgrade": "WebSocket"}
        await reply.run(caller)

    asyncio.run(play())
    assert caller.heard == b"welcome"
    head, _, rest = pods.read().partition(b"\r\n\r\n")
    assert head.startswith(b"GET /chat HTTP/1.1\r\n")
    assert {b"Connection: Upgrade", b"Upgrade: WebSocket", b"sec-websocket-key: k"} <= set(head.split(b"\r\n"))
    assert rest == b"hello"
    pods.close()


def test_a_page_is_asked_for_with_a_slash(served: Cluster, pods: Pods) -> None:
    answer = ask(served, pods, f"{ROOT}/services/web/proxy?a=b")
    assert (answer.status, answer.headers) == (301, (("Location", f"{ROOT}/services/web/proxy/?a=b"),))
    assert not pods.dialled


@pytest.mark.parametrize(
    ("target", "kind", "message"),
    [
        ("/pods/nope/proxy/", NotFound, 'pods "nope" not found'),
        ("/pods/ftp:web:1/proxy/", BadRequest, 'invalid pod request "ftp:web:1"'),
        ("/services/a:b:c:d/proxy/", BadRequest, 'invalid service request "a:b:c:d"'),
        ("/services/web:82/proxy/", ServiceUnavailable, 'no service port 82 found for service "web"'),
        ("/services/web/proxy/", ServiceUnavailable, 'no endpoints available for service "web"'),
        ("/services/web:%C2%B2/proxy/", ServiceUnavailable, 'no endpoints available for service "web:²"'),
        (f"/services/web:{'9' * 5000}/proxy/", ServiceUnavailable, f'no endpoints available for service "web:{"9" * 5000}"'),
        ("/services/nope/proxy/", NotFound, 'services "nope" not found'),
        ("/pods/new/proxy/", BadRequest, "address not allowed"),
    ],
)
def test_refusals(served: Cluster, pods: Pods, target: str, kind: type[StatusError], message: str) -> None:
    served.create("pods", {**POD, "metadata": {"name": "new"}})
    with pytest.raises(kind) as caught:
        ask(served, pods, ROOT + target)
    assert caught.value.message == message


@pytest.mark.parametrize(
    ("told", "shown"),
    [
        (
            "error forwarding port 8000 to pod u, uid : failed to connect to localhost:8000 inside pod, IPv4: "
            "dial tcp4 127.0.0.1:8000: connect: connection refused",
            "dial tcp 10.244.0.9:8000: connect: connection refused",
        ),
        ("something else", "something else"),
    ],
)
def test_nobody_answers(served: Cluster, pods: Pods, told: str, shown: str) -> None:
    pods.error = StreamError(told)
    with pytest.raises(ServiceUnavailable) as caught:
        ask(served, pods, f"{ROOT}/pods/web/proxy/")
    assert caught.value.message == f"error trying to reach service: {shown}"


@pytest.mark.parametrize("answer", [b"", b"nonsense\r\n\r\n"], ids=["hangs up", "no HTTP"])
def test_no_answer_at_all(served: Cluster, answer: bytes) -> None:
    pods = Pods(answer)
    with pytest.raises(ServiceUnavailable, match="error trying to reach service: "):
        ask(served, pods, f"{ROOT}/pods/web/proxy/")
    pods.close()


def test_nodes_say_how_they_are_and_what_runs(served: Cluster, pods: Pods) -> None:
    assert b"".join(ask(served, pods, "/api/v1/nodes/n/proxy/healthz").parts) == b"ok"
    listed = json.loads(b"".join(ask(served, pods, "/api/v1/nodes/n:10250/proxy/pods").parts))
    assert [pod["metadata"]["name"] for pod in listed["items"]] == ["web"]
    assert ask(served, pods, "/api/v1/nodes/n/proxy/nope").status == 404


@pytest.mark.parametrize(
    ("name", "parts"),
    [
        ("web", ("", "web", "")),
        ("web:80", ("", "web", "80")),
        ("https:web:", ("https", "web", "")),
        ("http:web:x", ("http", "web", "x")),
    ],
)
def test_names(name: str, parts: tuple[str, str, str]) -> None:
    assert split_name(name, "pod") == parts
