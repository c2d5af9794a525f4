"""Clients of the API that read nothing, ask for too much or for what is none of theirs, and what is written of it."""

from __future__ import annotations

import json
import socket
import ssl
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

from minikube_py.apiserver.serving import subscriptions
from minikube_py.apiserver.serving.audit import AuditLog
from minikube_py.cmd.api_server_process import open_listener
from tests.apiserver.serving.conftest import MAPS, PATIENCE, Api, Folder, make_map, serve
from tests.apiserver.serving.test_identities import make_token

SECRETS = "/api/v1/namespaces/default/secrets"


@pytest.fixture
def raw(api: Api) -> Iterator[Any]:
    """Gives `open(text)`: a connection on which bytes were sent, as the cluster's owner."""
    opened: list[ssl.SSLSocket] = []

    def open_one(text: str, certificate: str = "admin") -> ssl.SSLSocket:
        plain = socket.create_connection(("127.0.0.1", api.port), timeout=PATIENCE)
        opened.append(api.make_context(certificate).wrap_socket(plain, server_hostname="127.0.0.1"))
        opened[-1].sendall(text.replace("\n", "\r\n").encode())
        return opened[-1]

    yield open_one
    for connection in opened:
        connection.close()


def read_status(connection: ssl.SSLSocket) -> int:
    with connection.makefile("rb") as file:
        return int(file.readline().split()[1])


def test_watches_that_nobody_reads_stall_nobody(api: Api, raw: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(subscriptions, "MAX_WAITING_BYTES", 1 << 20)
    start = api.create_map("start")["metadata"]["resourceVersion"]
    for _ in range(5):
        raw(f"GET {MAPS}?watch=true&resourceVersion={start} HTTP/1.1\nHost: x\n\n")
    events = api.watch(f"resourceVersion={start}")
    for number in range(12):
        status, answer = api.read("POST", MAPS, {**make_map(f"m{number}"), "data": {"a": "x" * 900_000}})
        assert status == 201, answer
        assert next(events)["object"]["metadata"]["name"] == f"m{number}"


@pytest.mark.parametrize(
    "text",
    ["", "GET /ver", "POST /api/v1/namespaces HTTP/1.1\nHost: x\nContent-Length: 99\n\n{", "GET /api/v1/pods?watch=1 HTTP/1.1\nHost: x\n\n"],
    ids=["nothing", "half a head", "half a body", "a watch"],
)  # fmt: skip
def test_half_open_connections_stall_nobody(api: Api, raw: Any, text: str) -> None:
    for _ in range(30):
        raw(text)
    assert api.create_map("box")["metadata"]["name"] == "box"


@pytest.mark.parametrize(
    ("text", "status"),
    [
        ("GET https://evil.example/api/v1/namespaces/default/configmaps HTTP/1.1\nHost: evil.example\n\n", 200),
        ("GET http://127.0.0.1//api/v1/namespaces HTTP/1.1\nHost: x\n\n", 404),
        ("GET https://x/healthz/../api/v1/secrets HTTP/1.1\nHost: x\n\n", 404),
        ("GET //[ HTTP/1.1\nHost: x\n\n", 404),
        ("GET /api/v1/namespaces/default/..%2fkube-system/secrets HTTP/1.1\nHost: x\n\n", 404),
        ("GET /api/v1/namespaces/default%00/pods HTTP/1.1\nHost: x\n\n", 404),
        ("CONNECT 127.0.0.1:22 HTTP/1.1\nHost: x\n\n", 400),
        ("OPTIONS * HTTP/1.1\nHost: x\n\n", 400),
    ],
)
def test_odd_targets(raw: Any, text: str, status: int) -> None:
    assert read_status(raw(text)) == status


@pytest.mark.parametrize(
    "text",
    [
        "GET https://x/api/v1/secrets HTTP/1.1\nHost: x\n\n",
        "GET /healthz/%2e%2e/api/v1/secrets HTTP/1.1\nHost: x\n\n",
        "GET /%61pi/v1/secrets HTTP/1.1\nHost: x\n\n",
        "GET /version;/../api/v1/secrets HTTP/1.1\nHost: x\n\n",
        "GET /api/v1/secrets?x=/version HTTP/1.1\nHost: x\n\n",
        "GET /api/v1/secrets#/version HTTP/1.1\nHost: x\n\n",
        "GET /api/v1/secrets HTTP/1.1\nHost: x\nX-Forwarded-For: 127.0.0.1\nX-Remote-User: kubernetes-admin\nX-Remote-Group: system:masters\n\n",
        "GET /api/v1/secrets HTTP/1.1\nHost: x\nImpersonate-User: kubernetes-admin\nImpersonate-Group: system:masters\n\n",
        "GET /api/v1/secrets HTTP/1.1\nHost: x\nAuthorization: Basic YWRtaW46YWRtaW4=\n\n",
        "GET /version HTTP/1.1\nHost: x\nX-Original-Url: /api/v1/secrets\nX-HTTP-Method-Override: DELETE\nUpgrade: h2c\n\n",
    ],
)
def test_nobody_gets_at_secrets_by_a_trick(raw: Any, text: str) -> None:
    connection = raw(text, certificate="")
    with connection.makefile("rb") as file:
        head = iter(file.readline, b"\r\n")
        status = int(next(head).split()[1])
        length = next(int(line.split()[1]) for line in head if line.lower().startswith(b"content-length"))
        for _ in head:
            pass
        body = file.read(length)
    assert status in (400, 401, 403, 404) or b"gitVersion" in body
    assert b"SecretList" not in body


@pytest.mark.parametrize("size", [1_000_000, 2_000_000, 5_000_000])
def test_sizes(api: Api, size: int) -> None:
    """etcd takes 1.5 MiB, a request may have 3: what Kubernetes says to an object between the two, and to more."""
    rules = [{"apiGroups": [""], "resources": ["x" * 1000], "verbs": ["get"]} for _ in range(size // 1050)]
    role = {"apiVersion": "rbac.authorization.k8s.io/v1", "kind": "Role", "metadata": {"name": "r"}, "rules": rules}
    status, answer = api.read("POST", "/apis/rbac.authorization.k8s.io/v1/namespaces/default/roles", role)
    wanted = {
        1_000_000: (201, None),
        2_000_000: (500, "etcdserver: request is too large"),
        5_000_000: (413, "Request entity too large: limit is 3145728"),
    }
    assert (status, answer.get("message")) == wanted[size]


def test_the_audit_log_tells_no_secrets(folder: Folder, tmp_path: Path) -> None:
    audit = AuditLog(tmp_path / "audit.log", lambda: 1_700_000_000.0)
    for api in serve(folder, audit=audit):
        token = make_token(api, "bot")
        secret = {"metadata": {"name": "s"}, "stringData": {"password": "hunter2hunter2"}}
        assert api.read("POST", SECRETS, secret)[0] == 201
        assert api.read("GET", f"{SECRETS}/s")[0] == 200
        assert api.read("GET", f"{SECRETS}/s", token=token)[0] == 403
        assert api.read("GET", f"{SECRETS}/s", token="nonsense-token")[0] == 401
    text = (tmp_path / "audit.log").read_text()
    assert len(text.splitlines()) == 6
    for hidden in ("hunter2", "aHVudGVyMmh1bnRlcjI", token, token.split(".")[2], "nonsense-token"):
        assert hidden not in text
    assert json.loads(text.splitlines()[2])["objectRef"]["resource"] == "secrets"


@pytest.mark.parametrize("token", [None, ""], ids=["the owner", "nobody"])
def test_metrics_remember_no_words_of_clients(api: Api, token: str | None) -> None:
    """Else whoever makes up enough of them fills the memory."""
    headers = {} if token is None else {"token": token}
    for number in range(3):
        for path in (f"/apis/made-up-{number}.io/v1/things", f"/api/v1/pods/x/made-up-{number}", f"/made-up-{number}"):
            assert api.ask("GET", path, **headers).status in (403, 404)
    page = api.ask("GET", "/metrics").read().decode()
    assert "made-up" not in page
    assert 'verb="GET"' in page


def test_only_the_owner_reads_keys(folder: Folder) -> None:
    keys = list((folder.path / "pki").glob("*.key"))
    assert len(keys) >= 3
    assert {path.stat().st_mode & 0o777 for path in keys} == {0o600}


@pytest.mark.parametrize("told", [(), ("127.0.0.2",)])
def test_it_listens_on_loopback_unless_told_otherwise(told: tuple[str, ...]) -> None:
    with closing(open_listener(0, (), *told)) as listener:
        assert listener.getsockname()[0] == (*told, "127.0.0.1")[0]


BAD_FIELDS = [
    [{"fieldsV1": {"f:data": {}}, "fieldsType": "FieldsV1"}],
    [{"operation": "Nothing", "apiVersion": "v1", "fieldsType": "FieldsV1"}],
    [{"operation": "Apply", "apiVersion": "v1", "fieldsType": "FieldsV1", "fieldsV1": {"k:{": {}}}],
    [{"operation": "Apply", "apiVersion": "v1", "fieldsType": "FieldsV1", "fieldsV1": {"k:" + "[" * 5000: {}}}],
    [{"operation": "Update", "apiVersion": "v1", "fieldsType": "FieldsV1", "fieldsV1": {"f:data": {}}}],
]


@pytest.mark.parametrize("entries", BAD_FIELDS, ids=["no operation", "another one", "no JSON", "deep JSON", "no manager"])
def test_managed_fields_that_make_no_sense(api: Api, entries: Any) -> None:
    """What was stored of them must be something that the next write can read."""
    applied = {**make_map("box"), "data": {"b": "2"}}
    assert api.read("POST", MAPS, make_map("box"))[0] == 201
    for sent in ([{}], entries, entries):  # the first clears them: nothing sensible is left to fall back on
        changed = make_map("box")
        changed["metadata"]["managedFields"] = sent
        status, answer = api.read("PUT", f"{MAPS}/box", changed)
        assert status == 200, answer
    for _ in range(2):
        patch = api.read(
            "PATCH", f"{MAPS}/box?fieldManager=me&force=true", applied, Content_Type="application/apply-patch+yaml"
        )
        assert patch[0] == 200, patch
        assert api.read("PUT", f"{MAPS}/box", {**make_map("box"), "data": {"c": "3"}})[0] == 200
