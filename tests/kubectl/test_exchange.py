"""From an HTTP request to an HTTP answer, over a cluster in this process."""

from __future__ import annotations

import json
import os
from pathlib import Path
from typing import Any

import pytest

from minikube_py.apimachinery.errors import ServiceUnavailable, StatusError
from minikube_py.apimachinery.protobuf.decode import decode_unknown
from minikube_py.apimachinery.protobuf.encode import encode_unknown
from minikube_py.apimachinery.protobuf.wire_format import read_fields
from minikube_py.client.http_message import HttpAnswer, HttpRequest
from minikube_py.client.request import OWNER, Request
from minikube_py.client.transport.exchange import answer, answer_error
from tests.kubectl.cmd.conftest import Cluster
from tests.kubectl.cmd.conftest import cluster as cluster

MAPS = "/api/v1/namespaces/default/configmaps"
BOX = b'{"apiVersion":"v1","kind":"ConfigMap","metadata":{"name":"box"},"data":{"a":"1"}}'


def send(cluster: Cluster, method: str, target: str, body: bytes = b"", **headers: str) -> HttpAnswer:
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    message = HttpRequest(method, target, named, body)
    try:
        return answer(cluster.transport, cluster.server, message, OWNER)
    except StatusError as error:
        return answer_error(cluster.server, message, error)


def read(answer: HttpAnswer) -> Any:
    return json.loads(b"".join(answer.parts))


@pytest.mark.parametrize(
    ("method", "target", "body", "status", "kind"),
    [
        ("GET", MAPS, b"", 200, "ConfigMapList"),
        ("GET", f"{MAPS}/box", b"", 200, "ConfigMap"),
        ("GET", f"{MAPS}/nope", b"", 404, "Status"),
        ("POST", MAPS, BOX.replace(b"box", b"other"), 201, "ConfigMap"),
        ("POST", MAPS, BOX, 409, "Status"),
        ("PUT", f"{MAPS}/box", BOX, 200, "ConfigMap"),
        ("DELETE", f"{MAPS}/box", b"", 200, "Status"),
        ("POST", f"{MAPS}/box", b"", 405, "Status"),
        ("TRACE", MAPS, b"", 405, "Status"),
        ("GET", "/api/v1/nosuch", b"", 404, "Status"),
        ("POST", "/version", b"", 405, "Status"),
        ("GET", "/api", b"", 200, "APIVersions"),
        ("GET", "/apis/apps/v1", b"", 200, "APIResourceList"),
        ("GET", "/api/v1/namespaces/default/pods/x/exec", b"", 404, "Status"),
    ],
)
def test_status_codes(cluster: Cluster, method: str, target: str, body: bytes, status: int, kind: str) -> None:
    send(cluster, "POST", MAPS, BOX)
    answer = send(cluster, method, target, body)
    assert (answer.status, read(answer)["kind"]) == (status, kind)
    assert ("Content-Type", "application/json") in answer.headers


@pytest.mark.parametrize(
    ("target", "status", "text"),
    [
        ("/healthz", 200, "ok"),
        ("/livez/ping", 200, "ok"),
        (
            "/readyz?verbose",
            200,
            "[+]ping ok\n[+]log ok\n[+]etcd ok\n[+]etcd-readiness ok\n[+]shutdown ok\nreadyz check passed\n",
        ),
        ("/apis/apps/v9", 404, "404 page not found\n"),
    ],
)
def test_plain_texts(cluster: Cluster, target: str, status: int, text: str) -> None:
    answer = send(cluster, "GET", target)
    assert (answer.status, b"".join(answer.parts).decode()) == (status, text)
    assert ("Content-Type", "text/plain; charset=utf-8") in answer.headers


def test_an_unknown_path_is_answered_with_the_known_ones(cluster: Cluster) -> None:
    answer = send(cluster, "GET", "/nope")
    assert answer.status == 404
    assert "/apis/apps/v1" in read(answer)["paths"]


def test_tables(cluster: Cluster) -> None:
    send(cluster, "POST", MAPS, BOX)
    table = read(send(cluster, "GET", MAPS, accept="application/json;as=Table;v=v1;g=meta.k8s.io"))
    assert table["kind"] == "Table"
    assert [row["cells"][:2] for row in table["rows"]] == [["box", 1]]


def test_patch_by_content_type(cluster: Cluster) -> None:
    send(cluster, "POST", MAPS, BOX)
    answer = send(cluster, "PATCH", f"{MAPS}/box", b'{"data":{"b":"2"}}', content_type="application/merge-patch+json")
    assert read(answer)["data"] == {"a": "1", "b": "2"}
    applied = b"apiVersion: v1\nkind: ConfigMap\ndata: {c: x}\n"
    where = f"{MAPS}/new?fieldManager=me"
    assert send(cluster, "PATCH", where, applied, content_type="application/apply-patch+yaml").status == 201


def test_the_manager_is_the_user_agent(cluster: Cluster) -> None:
    made = read(send(cluster, "POST", MAPS, BOX, user_agent="curl/8.5.0"))
    assert [entry["manager"] for entry in made["metadata"]["managedFields"]] == ["curl"]


def test_warnings_are_headers(cluster: Cluster) -> None:
    answer = send(cluster, "POST", MAPS, BOX.replace(b'"data"', b'"datum":1,"data"'))
    assert ("Warning", '299 - "unknown field \\"datum\\""') in answer.headers


def test_a_watch_streams_lines(cluster: Cluster) -> None:
    send(cluster, "POST", MAPS, BOX)
    answer = send(cluster, "GET", f"{MAPS}?watch=1&timeoutSeconds=1000000")
    assert answer.streamed
    line = next(part for part in answer.parts if part)
    assert line.startswith(b'{"type":"ADDED","object":{"kind":"ConfigMap","apiVersion":"v1","metadata":{"name":"box",')
    assert line.endswith(b"}}\n")
    answer.parts.close()  # type: ignore[attr-defined]


def test_a_watch_that_cannot_begin(cluster: Cluster) -> None:
    assert send(cluster, "GET", f"{MAPS}?watch=1&labelSelector=a+in+b").status == 400


def test_a_closed_watch_leaves_no_socket(cluster: Cluster, tmp_path: Path) -> None:
    answer = send(cluster, "GET", f"{MAPS}?watch=1")
    assert list((tmp_path / "pokes").iterdir())
    answer.parts.close()  # type: ignore[attr-defined]
    assert not list((tmp_path / "pokes").iterdir())


def test_impersonation_needs_a_user(cluster: Cluster) -> None:
    answer = send(cluster, "GET", MAPS, impersonate_group="admins")
    assert (answer.status, read(answer)["message"]) == (400, "requested impersonation without a user")


def test_impersonation_by_headers_is_authorized(cluster: Cluster) -> None:
    answer = send(cluster, "GET", MAPS, impersonate_user="ann", impersonate_group="devs")
    refusal = 'configmaps is forbidden: User "ann" cannot list resource "configmaps" in API group "" in the namespace "default"'
    assert (answer.status, read(answer)["message"]) == (403, refusal)
    assert send(cluster, "GET", MAPS, impersonate_user="eve", impersonate_group="system:masters").status == 200
    assert send(cluster, "GET", "/version", impersonate_user="ann").status == 403
    assert send(cluster, "GET", "/api/v1/namespaces/default/pods/p/log", impersonate_user="ann").status == 403


def test_who_is_asked_by_headers(cluster: Cluster) -> None:
    body = b'{"apiVersion":"authentication.k8s.io/v1","kind":"SelfSubjectReview","metadata":{}}'
    named = {"impersonate_user": "ann", "impersonate_group": "system:masters", "impersonate_extra_team": "red"}
    answer = send(cluster, "POST", "/apis/authentication.k8s.io/v1/selfsubjectreviews", body, **named)
    assert read(answer)["status"]["userInfo"] == {
        "username": "ann",
        "groups": ["system:masters", "system:authenticated"],
        "extra": {"team": ["red"]},
    }


def test_a_watch_ends_when_the_cluster_is_deleted(cluster: Cluster) -> None:
    class Gone:
        """A wake-up that nobody will ever give."""

        def __init__(self) -> None:
            self.read, self.write = os.pipe()

        def fileno(self) -> int:
            return self.read

        def drain(self) -> bool:
            return False

        def is_gone(self) -> bool:
            return True

        def close(self) -> None:
            os.close(self.read)
            os.close(self.write)

    cluster.listen = Gone  # type: ignore[assignment]
    request = Request("watch", "", "v1", "configmaps", "default", params={"resourceVersion": "1"})
    events = cluster.transport.watch(request, timeout=0.001)  # in the clock that stands still: it never comes
    with pytest.raises(ServiceUnavailable, match="the cluster was deleted"):
        list(events)


PROTOBUF = "application/vnd.kubernetes.protobuf"


def test_bodies_and_answers_in_protobuf(cluster: Cluster) -> None:
    body = encode_unknown({**json.loads(BOX), "data": {"a": "é"}})
    made = send(cluster, "POST", MAPS, body, content_type=PROTOBUF, accept=f"{PROTOBUF},application/json")
    assert (made.status, read(made)["data"]) == (201, {"a": "é"})
    answer = send(cluster, "GET", MAPS, accept=PROTOBUF)
    assert ("Content-Type", PROTOBUF) in answer.headers
    listed = decode_unknown(b"".join(answer.parts))
    assert (listed["kind"], [item["data"] for item in listed["items"]]) == ("ConfigMapList", [{"a": "é"}])
    missing = send(cluster, "GET", f"{MAPS}/nope", accept=PROTOBUF)
    assert decode_unknown(b"".join(missing.parts))["message"] == 'configmaps "nope" not found'


def test_options_of_a_deletion_in_protobuf(cluster: Cluster) -> None:
    send(cluster, "POST", MAPS, BOX)
    options = encode_unknown({"apiVersion": "v1", "kind": "DeleteOptions", "preconditions": {"uid": "another"}})
    assert send(cluster, "DELETE", f"{MAPS}/box", options, content_type=PROTOBUF).status == 409


def test_a_body_that_is_no_protobuf(cluster: Cluster) -> None:
    answer = send(cluster, "POST", MAPS, b"nonsense", content_type=PROTOBUF)
    assert (answer.status, read(answer)["message"]) == (
        400,
        "the object provided is unrecognized (must be of type ConfigMap): provided data does not appear to be a protobuf message, "
        "expected prefix [107 56 115 0] (6e6f6e73656e7365)",
    )


def test_a_watch_in_protobuf_and_none_in_yaml(cluster: Cluster) -> None:
    send(cluster, "POST", MAPS, BOX)
    answer = send(cluster, "GET", f"{MAPS}?watch=1", accept=PROTOBUF)
    assert ("Content-Type", f"{PROTOBUF};stream=watch") in answer.headers
    frame = next(part for part in answer.parts if part)
    answer.parts.close()  # type: ignore[attr-defined]
    assert int.from_bytes(frame[:4]) == len(frame) - 4
    event = {number: bytes(value) for number, _, value in read_fields(memoryview(frame)[4:]) if not isinstance(value, int)}
    assert event[1] == b"ADDED"
    assert b'"name"' not in event[2]
    ((_, _, raw),) = read_fields(memoryview(event[2]))
    assert not isinstance(raw, int)
    assert decode_unknown(bytes(raw))["metadata"]["name"] == "box"
    assert send(cluster, "GET", f"{MAPS}?watch=1", accept="application/yaml").status == 406


@pytest.mark.parametrize("target", [f"{MAPS}?timeoutSeconds=x", f"{MAPS}?watch=1&timeoutSeconds=x", f"{MAPS}?limit=x"])
def test_numbers_that_are_none(cluster: Cluster, target: str) -> None:
    answer = send(cluster, "GET", target)
    assert (answer.status, read(answer)["message"]) == (400, 'strconv.ParseInt: parsing "x": invalid syntax')
