"""Requests over https from end to end: objects, sizes, compression, metrics, the audit log and faults."""

from __future__ import annotations

import contextlib
import gc
import gzip
import json
import socket
import sys
import threading
from pathlib import Path
from typing import Any

import pytest

from minikube_py.apiserver.serving.audit import AuditLog
from minikube_py.apiserver.serving.service import make_thread
from minikube_py.client.http.records import Channel, Upgrade
from minikube_py.component_base.clock import RealClock
from tests.apiserver.serving.conftest import MAPS, PATIENCE, Api, Folder, make_map, serve

EXEC = "/api/v1/namespaces/default/pods/web/exec?command=ls"


def test_objects_come_and_go(api: Api) -> None:
    assert api.create_map("box")["metadata"]["name"] == "box"
    assert api.read("POST", MAPS, make_map("box"))[0] == 409
    assert api.read("GET", f"{MAPS}/box")[1]["data"] == {"a": "1"}
    assert api.read("PUT", f"{MAPS}/box", {**make_map("box"), "data": {"a": "2"}})[1]["data"] == {"a": "2"}
    assert [item["metadata"]["name"] for item in api.read("GET", MAPS)[1]["items"]] == ["box"]
    assert api.read("DELETE", f"{MAPS}/box")[1]["status"] == "Success"
    assert api.read("GET", f"{MAPS}/box")[0] == 404


def test_the_field_manager_is_the_user_agents(api: Api) -> None:
    made = api.read("POST", MAPS, make_map("box"), User_Agent="robot/1.0 (linux)")[1]
    assert made["metadata"]["managedFields"][0]["manager"] == "robot"


def test_one_megabyte_is_taken_and_five_are_not(api: Api) -> None:
    large = {**make_map("large"), "data": {"a": "x" * 1_000_000}}
    assert api.read("POST", MAPS, large)[0] == 201
    status, answer = api.read("POST", MAPS, {**make_map("larger"), "data": {"a": "x" * 5_000_000}})
    assert (status, answer["reason"]) == (413, "RequestEntityTooLarge")
    assert answer["message"] == "Request entity too large: limit is 3145728"


def test_a_gzipped_body_is_not_unpacked(api: Api) -> None:
    body = gzip.compress(json.dumps(make_map("box")).encode())
    assert api.read("POST", MAPS, body, Content_Encoding="gzip")[0] == 400


@pytest.mark.parametrize(
    ("size", "accepted", "encoding"),
    [(200_000, "gzip", "gzip"), (200_000, "deflate, gzip;q=1.0", "gzip"), (200_000, "gzip;q=0", None), (10, "gzip", None)],
)
def test_large_answers_are_gzipped_for_who_reads_that(api: Api, size: int, accepted: str, encoding: str | None) -> None:
    api.read("POST", MAPS, {**make_map("box"), "data": {"a": "x" * size}})
    answer = api.ask("GET", f"{MAPS}/box", Accept_Encoding=accepted)
    body = answer.read()
    assert answer.getheader("Content-Encoding") == encoding
    assert len(json.loads(gzip.decompress(body) if encoding else body)["data"]["a"]) == size


def test_metrics_count_requests(api: Api) -> None:
    api.create_map("box")
    api.read("GET", f"{MAPS}/nope")
    lines = api.ask("GET", "/metrics").read().decode().splitlines()
    head, where = 'component="apiserver",dry_run="",group="",resource="configmaps"', 'subresource="",verb'
    assert f'apiserver_request_total{{code="201",{head},scope="namespace",{where}="POST",version="v1"}} 1' in lines
    assert f'apiserver_request_total{{code="404",{head},scope="resource",{where}="GET",version="v1"}} 1' in lines
    assert 'apiserver_storage_objects{resource="configmaps"} 1' in lines
    assert 'apiserver_current_inflight_requests{request_kind="readOnly"} 1' in lines


def watch_what_is_gone(api: Api) -> None:
    """Ask for a watch that ends by itself, and read it to its end."""
    server = api.folder.open_server()
    server.store.compact(server.store.current_revision())
    server.store.close()
    assert [event["type"] for event in api.watch("resourceVersion=1")] == ["ERROR"]


def read_metrics(api: Api) -> dict[str, float]:
    lines = api.ask("GET", "/metrics").read().decode().splitlines()
    return {name: float(value) for name, _, value in (line.rpartition(" ") for line in lines if not line.startswith("#"))}


@pytest.mark.skipif(sys.platform != "linux", reason="tells what only Linux tells")
def test_metrics_tell_of_the_process(api: Api) -> None:
    found = read_metrics(api)
    assert 0 < found["process_start_time_seconds"] <= RealClock().now()
    assert 0 < found["process_resident_memory_bytes"] < found["process_virtual_memory_bytes"]
    assert 0 < found["process_open_fds"] <= found["process_max_fds"]
    assert found["process_cpu_seconds_total"] > 0
    assert found['apiserver_storage_size_bytes{storage_cluster_id="sqlite"}'] > 0


def test_metrics_name_requests_as_kubernetes_does(api: Api) -> None:
    applied = {"apiVersion": "v1", "kind": "ConfigMap", "metadata": {"name": "box"}}
    answer = api.ask("PATCH", f"{MAPS}/box?fieldManager=me", applied, Content_Type="application/apply-patch+yaml")
    assert answer.status == 201
    answer.read()
    api.ask("GET", "/readyz").read()
    counted = [name for name in read_metrics(api) if name.startswith("apiserver_request_total")]
    assert any('verb="APPLY"' in name for name in counted)
    assert any('subresource="/readyz",verb="GET"' in name for name in counted)


def test_metrics_count_what_is_open(api: Api) -> None:
    name = (
        'apiserver_longrunning_requests{component="apiserver",group="",resource="configmaps",scope="namespace",'
        'subresource="",verb="WATCH",version="v1"}'
    )
    api.watch("resourceVersion=0")
    assert read_metrics(api)[name] == 1
    watch_what_is_gone(api)
    assert read_metrics(api)[name] == 1


@pytest.fixture
def audited(folder: Folder, tmp_path: Path) -> Any:
    numbers = iter(range(1, 100))
    audit = AuditLog(tmp_path / "audit.log", lambda: 1_700_000_000.0)
    yield from serve(folder, audit=audit, new_uid=lambda: f"id-{next(numbers)}")


def test_the_audit_log_has_a_line_for_each_request(audited: Api, tmp_path: Path) -> None:
    audited.create_map("box")
    audited.read("GET", f"{MAPS}/box", Impersonate_User="ann")
    audited.ask("GET", "/version", token="").read()
    path = tmp_path / "audit.log"
    made, refused, version = map(json.loads, path.read_text().splitlines())
    assert path.stat().st_mode & 0o777 == 0o600
    assert {key: made[key] for key in ("kind", "level", "stage", "verb", "requestURI", "auditID")} == {
        "kind": "Event",
        "level": "Metadata",
        "stage": "ResponseComplete",
        "verb": "create",
        "requestURI": MAPS,
        "auditID": "id-1",
    }
    assert (made["user"]["username"], made["responseStatus"]["code"]) == ("kubernetes-admin", 201)
    assert made["objectRef"] == {"resource": "configmaps", "namespace": "default", "apiVersion": "v1"}
    assert made["stageTimestamp"] == "2023-11-14T22:13:20.000000Z"
    assert (refused["responseStatus"]["reason"], refused["annotations"]["authorization.k8s.io/decision"]) == (
        "Forbidden",
        "forbid",
    )
    assert refused["impersonatedUser"]["username"] == "ann"
    assert refused["objectRef"]["name"] == "box"
    assert (version["user"]["username"], "objectRef" in version) == ("system:anonymous", False)


def test_a_watch_has_a_line_when_it_begins_and_one_when_it_is_over(audited: Api, tmp_path: Path) -> None:
    watch_what_is_gone(audited)
    audited.ask("GET", "/version").read()  # of the same loop: the end of the watch was logged before
    lines = [json.loads(line) for line in (tmp_path / "audit.log").read_text().splitlines()]
    stages = [(line["stage"], line["auditID"], line["responseStatus"]["code"]) for line in lines if line["verb"] == "watch"]
    assert stages == [("ResponseStarted", "id-1", 200), ("ResponseComplete", "id-1", 200)]


@pytest.mark.parametrize(("asked", "answered"), [({}, "id-1"), ({"Audit-ID": "mine"}, "mine")], ids=["new", "the client's"])
def test_answers_have_the_id_that_the_log_has(audited: Api, tmp_path: Path, asked: dict[str, str], answered: str) -> None:
    answer = audited.ask("GET", f"{MAPS}/nope", **asked)
    answer.read()
    assert answer.getheader("Audit-Id") == answered
    assert json.loads((tmp_path / "audit.log").read_text())["auditID"] == answered


def test_too_many_at_once_are_asked_to_come_back(folder: Folder) -> None:
    for api in serve(folder, max_reading=0):
        answer = api.ask("GET", MAPS)
        assert (answer.status, answer.getheader("Retry-After")) == (429, "1")
        assert answer.read() == b"Too many requests, please try again later.\n"
        assert api.read("POST", MAPS, make_map("box"))[0] == 201


def test_a_fault_of_ours_is_an_answer_and_is_told_of(folder: Folder) -> None:
    told: list[Exception] = []

    def fail(server: Any) -> Any:
        raise RuntimeError("broken")

    for api in serve(folder, make_transport=fail, tell=told.append):
        status, answer = api.read("GET", MAPS)
        assert (status, answer["reason"]) == (500, "InternalError")
    assert [str(error) for error in told] == ["broken"]


class FullDisk(AuditLog):
    """An audit log that cannot be written."""

    def write(self, ended: Any, status: int, seconds: float, *, goes_on: bool = False) -> None:
        raise OSError(28, "No space left on device")


def test_what_cannot_be_written_down_is_answered_all_the_same(folder: Folder, tmp_path: Path) -> None:
    told: list[Exception] = []
    for api in serve(folder, audit=FullDisk(tmp_path / "audit.log", lambda: 0.0), tell=told.append):
        assert api.read("POST", MAPS, make_map("box"))[0] == 201
    assert [str(error) for error in told] == ["[Errno 28] No space left on device"]


def test_a_fault_where_streams_are_opened_is_an_answer_too(folder: Folder) -> None:
    told: list[Exception] = []

    async def fail(message: Any, request: Any, run: Any) -> Any:
        raise RuntimeError("broken")

    for api in serve(folder, connect=fail, tell=told.append):
        asked = {"Upgrade": "websocket", "Connection": "Upgrade"}
        status, answer = api.read("GET", "/api/v1/namespaces/default/pods/web/exec?command=ls&stdout=1", **asked)
        assert (status, answer["reason"]) == (500, "InternalError")
    assert [str(error) for error in told] == ["broken"]


def test_streams_of_pods_are_opened_by_whoever_can(folder: Folder) -> None:
    asked: list[Any] = []

    async def connect(message: Any, request: Any, run: Any) -> Upgrade:
        asked.append((request.verb, request.name, request.user.name, await run(lambda worker: type(worker.server).__name__)))
        return Upgrade((("Connection", "Upgrade"), ("Upgrade", "SPDY/3.1")), say_hello)

    async def say_hello(channel: Channel) -> None:
        await channel.write(b"hello")

    for api in serve(folder, connect=connect):
        answer = api.ask("POST", EXEC, Connection="Upgrade", Upgrade="SPDY/3.1")
        assert answer.status == 101
        assert api.read("POST", EXEC, token="", Connection="Upgrade", Upgrade="SPDY/3.1")[0] == 403
    assert asked == [("create", "web", "kubernetes-admin", "KubeApiServer")]


def test_streams_without_an_upgrade_are_refused(api: Api) -> None:
    assert api.read("GET", EXEC)[1]["message"] == 'pods "web" not found'
    pods, _, _ = EXEC.rpartition("/web/exec")
    api.read("POST", pods.replace("pods", "serviceaccounts"), {"metadata": {"name": "default"}})
    api.read("POST", pods, {"metadata": {"name": "web"}, "spec": {"containers": [{"name": "c", "image": "nginx"}]}})
    assert api.read("GET", EXEC)[1]["message"] == "Upgrade request required"


def test_nothing_is_left_when_the_service_ends(folder: Folder) -> None:
    before = set(threading.enumerate())
    listener = socket.create_server(("127.0.0.1", 0))
    thread = make_thread(folder.make_parts(), listener)
    thread.start()
    api = Api(folder, listener.getsockname()[1])
    with socket.create_connection(("127.0.0.1", api.port)) as idle:
        idle.sendall(b"GET /version HTTP/1.1\r\nHost: x\r\n\r\n")
        assert idle.recv(15) == b"HTTP/1.1 200 OK"
        thread.stop()
    assert set(threading.enumerate()) == before
    assert listener.fileno() == -1
    assert list((folder.path / "pokes").iterdir()) == [] if (folder.path / "pokes").exists() else True


@pytest.mark.parametrize(
    "sent", [b"", b"\x16\x03\x01\x02\x00", b"GET / HTTP/1.1\r\n"], ids=["nothing", "half a hello", "no tls"]
)
def test_who_is_just_coming_when_the_service_ends_leaves_nothing_either(folder: Folder, sent: bytes) -> None:
    """A socket that nobody closed would be told of as an unraisable warning, and fail."""
    connections = []
    for api in serve(folder):
        for _ in range(3):
            connections.append(socket.create_connection(("127.0.0.1", api.port)))
            connections[-1].sendall(sent)
    gc.collect()
    for connection in connections:
        connection.settimeout(PATIENCE)
        with contextlib.suppress(ConnectionResetError):
            while connection.recv(4096):
                pass
        connection.close()
