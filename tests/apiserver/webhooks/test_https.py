"""Calls over https, and what is said where they fail."""

from __future__ import annotations

import socket
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest

from minikube_py.apiserver.webhooks.https import CallFailed, find_place, post
from tests.apiserver.webhooks.tls_server import CA_BUNDLE, LOOPBACK, serve

Object = dict[str, Any]
HELLO = {"kind": "K", "apiVersion": "v1"}
X509 = "tls: failed to verify certificate: x509: "


def test_an_answer_is_read(tmp_path: Path) -> None:
    with serve(tmp_path, lambda body: {**HELLO, "got": body}) as server:
        answer = post({"url": server.url, "caBundle": CA_BUNDLE}, {"a": 1}, 7, None)
    assert answer == {**HELLO, "got": {"a": 1}}
    assert server.paths == ["/check?timeout=7s"]


def test_a_service_is_dialled_and_its_name_checked(tmp_path: Path) -> None:
    dialled: list[tuple[str, str, int]] = []
    with serve(tmp_path, lambda body: HELLO, ["hook.web.svc"]) as server:

        def dial(namespace: str, name: str, port: int) -> socket.socket:
            dialled.append((namespace, name, port))
            return socket.create_connection((LOOPBACK, server.port))

        config = {"service": {"namespace": "web", "name": "hook", "path": "/v", "port": 8443}, "caBundle": CA_BUNDLE}
        assert post(config, {}, 30, dial) == HELLO
    assert (dialled, server.paths) == ([("web", "hook", 8443)], ["/v?timeout=30s"])


@pytest.mark.parametrize(
    ("names", "bundle", "why"),
    [
        ([LOOPBACK], "", f"{X509}certificate signed by unknown authority"),
        (["10.0.0.1"], CA_BUNDLE, f"{X509}certificate is valid for 10.0.0.1, not {LOOPBACK}"),
        (["a.b"], CA_BUNDLE, f"{X509}cannot validate certificate for {LOOPBACK} because it doesn't contain any IP SANs"),
        ([LOOPBACK], "bm9wZQ==", "unable to load root certificates: unable to parse bytes as PEM block"),
    ],
    ids=["nobody's", "another address", "names only", "no bundle"],
)
def test_a_certificate_that_is_not_good_is_refused(tmp_path: Path, names: Sequence[str], bundle: str, why: str) -> None:
    with serve(tmp_path, lambda body: HELLO, names) as server, pytest.raises(CallFailed) as failed:
        post({"url": server.url, "caBundle": bundle}, {}, 30, None)
    assert str(failed.value) == f'Post "{server.url}?timeout=30s": {why}'


@pytest.mark.parametrize(
    ("names", "why"),
    [
        (["x.svc", "y.svc"], "certificate is valid for x.svc, y.svc, not hook.web.svc"),
        ([], "certificate relies on legacy Common Name field, use SANs instead"),
    ],
    ids=["others", "none"],
)
def test_a_services_name_has_to_be_in_the_certificate(tmp_path: Path, names: Sequence[str], why: str) -> None:
    config = {"service": {"namespace": "web", "name": "hook"}, "caBundle": CA_BUNDLE}
    with serve(tmp_path, lambda body: HELLO, names) as server, pytest.raises(CallFailed) as failed:
        post(config, {}, 30, lambda *where: socket.create_connection((LOOPBACK, server.port)))
    assert str(failed.value) == f'Post "https://hook.web.svc:443/?timeout=30s": {X509}{why}'


@pytest.mark.parametrize(
    ("status", "body", "why"),
    [
        (500, b"boom", 'an error on the server ("unknown") has prevented the request from succeeding'),
        (404, b"nothing", "the server could not find the requested resource"),
        (503, b"", "the server is currently unable to handle the request"),
        (418, b"", "the server responded with the status code 418 but did not return more information"),
        (400, b'{"kind":"Status","apiVersion":"v1","message":"say it"}', "say it"),
        (200, b"", "0-length response with status code: 200 and content type: application/json"),
        (200, b'{"kind":"K"}', "Object 'apiVersion' is missing in '{\"kind\":\"K\"}'"),
        (200, b"{}", "Object 'Kind' is missing in '{}'"),
    ],
    ids=["500", "404", "503", "418", "a Status", "nothing", "no version", "no kind"],
)
def test_an_answer_that_is_none(tmp_path: Path, status: int, body: bytes, why: str) -> None:
    with serve(tmp_path, lambda asked: body, status=status) as server, pytest.raises(CallFailed) as failed:
        post({"url": server.url, "caBundle": CA_BUNDLE}, {}, 30, None)
    assert str(failed.value) == why


def test_nobody_listens() -> None:
    with socket.socket() as free:
        free.bind((LOOPBACK, 0))
        where = f"{LOOPBACK}:{free.getsockname()[1]}"
        with pytest.raises(CallFailed) as failed:
            post({"url": f"https://{where}"}, {}, 30, None)
    assert str(failed.value) == f'Post "https://{where}/?timeout=30s": dial tcp {where}: connect: connection refused'


def test_a_server_that_says_nothing_is_not_waited_for() -> None:
    with socket.create_server((LOOPBACK, 0)) as silent, pytest.raises(CallFailed, match=r"context deadline exceeded$"):
        post({"url": f"https://{LOOPBACK}:{silent.getsockname()[1]}"}, {}, 0.02, None)


@pytest.mark.parametrize(
    ("config", "shown"),
    [
        ({"url": "https://a.b/c"}, "https://a.b/c?timeout=3s"),
        ({"url": "https://a.b:99"}, "https://a.b:99/?timeout=3s"),
        ({"service": {"namespace": "n", "name": "s"}}, "https://s.n.svc:443/?timeout=3s"),
        ({"service": {"namespace": "n", "name": "s", "path": "/p/q", "port": 9}}, "https://s.n.svc:9/p/q?timeout=3s"),
    ],
    ids=["url", "port", "service", "path"],
)
def test_places_are_shown(config: Object, shown: str) -> None:
    assert find_place(config, 3).shown == shown
