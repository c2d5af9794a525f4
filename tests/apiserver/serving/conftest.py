"""The API over https in a thread, over a store of the test's, and clients that show certificates or tokens."""

from __future__ import annotations

import http.client
import json
import os
import random
import shutil
import socket
import ssl
from collections.abc import Iterator
from itertools import count
from pathlib import Path
from typing import Any

import pytest

from minikube_py.apiserver.authentication.keys import load_or_make
from minikube_py.apiserver.authentication.own_certificates import ensure_certificates
from minikube_py.apiserver.bootstrap import bootstrap
from minikube_py.apiserver.kube_apiserver import KubeApiServer
from minikube_py.apiserver.serving.handler import Parts
from minikube_py.apiserver.serving.service import make_thread
from minikube_py.apiserver.serving.tls import make_context
from minikube_py.client.transport.local import LocalTransport
from minikube_py.component_base.clock import RealClock
from minikube_py.component_base.poke import Listener
from minikube_py.storage.sqlite import Store

Object = dict[str, Any]
PATIENCE = 20.0
MAPS = "/api/v1/namespaces/default/configmaps"


def make_map(name: str, **labels: str) -> Object:
    return {"apiVersion": "v1", "kind": "ConfigMap", "metadata": {"name": name, "labels": labels}, "data": {"a": "1"}}


class Folder:
    """A cluster's folder: keys and state, with what every new cluster has."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self._numbers = count(1)

    def fill(self) -> None:
        load_or_make(self.path / "pki", RealClock().now())
        ensure_certificates(self.path / "pki", RealClock().now(), ("127.0.0.1",))
        server = self.open_server(create=True)
        bootstrap(server, "192.168.49.2", 8443)
        server.store.close()

    def open_server(self, *, create: bool = False) -> KubeApiServer:
        server = KubeApiServer(Store(self.path / "state.db", create=create), RealClock(), random.Random(next(self._numbers)))
        server.extensions["pki"] = str(self.path / "pki")
        return server

    def listen(self) -> Listener:
        return Listener(self.path / "pokes", f"test-{os.getpid()}-{next(self._numbers)}")

    def make_parts(self, **parts: Any) -> Parts:
        def refuse(request: Any) -> Any:
            raise AssertionError("no streams here")

        def make_transport(server: KubeApiServer) -> LocalTransport:
            return LocalTransport(server, self.listen, refuse, server.now)

        return Parts(self.open_server, make_transport, self.listen)._replace(**parts)


@pytest.fixture(scope="session")
def filled(tmp_path_factory: pytest.TempPathFactory) -> Folder:
    folder = Folder(tmp_path_factory.mktemp("cluster"))
    folder.fill()
    return folder


@pytest.fixture
def folder(filled: Folder, tmp_path: Path) -> Folder:
    return Folder(Path(shutil.copytree(filled.path, tmp_path / "cluster")))


class Api:
    """Requests over https; as the cluster's owner, unless a token or nobody is asked for."""

    def __init__(self, folder: Folder, port: int) -> None:
        self.folder, self.port = folder, port
        self._open: list[http.client.HTTPSConnection] = []

    def make_context(self, certificate: str = "admin") -> ssl.SSLContext:
        pki = self.folder.path / "pki"
        context = ssl.create_default_context(cafile=str(pki / "ca.crt"))
        if certificate:
            context.load_cert_chain(pki / f"{certificate}.crt", pki / f"{certificate}.key")
        return context

    def connect(self, certificate: str = "admin") -> http.client.HTTPSConnection:
        context = self.make_context(certificate)
        self._open.append(http.client.HTTPSConnection("127.0.0.1", self.port, timeout=PATIENCE, context=context))
        return self._open[-1]

    def ask(self, method: str, path: str, body: Any = None, **headers: str) -> http.client.HTTPResponse:
        """Send a request; the header `token` stands for a bearer token, "" for none and no certificate."""
        token = headers.pop("token", None)
        named = {name.replace("_", "-"): value for name, value in headers.items()}
        if token:
            named["Authorization"] = f"Bearer {token}"
        connection = self.connect("admin" if token is None else "")
        data = body if isinstance(body, bytes) or body is None else json.dumps(body).encode()
        connection.request(method, path, data, {"Content-Type": "application/json", **named})
        return connection.getresponse()

    def read(self, method: str, path: str, body: Any = None, **headers: str) -> tuple[int, Any]:
        """Return the status and the object of an answer."""
        answer = self.ask(method, path, body, **headers)
        return answer.status, json.loads(answer.read())

    def create_map(self, name: str, **labels: str) -> Object:
        status, obj = self.read("POST", MAPS, make_map(name, **labels))
        assert status == 201, obj
        made: Object = obj
        return made

    def watch(self, query: str, path: str = MAPS, **headers: str) -> Iterator[Object]:
        """Yield the events of a watch that has begun when this returns."""
        answer = self.ask("GET", f"{path}?watch=true&{query}", **headers)
        assert answer.status == 200, answer.read()
        return (json.loads(line) for line in iter(answer.readline, b""))

    def close(self) -> None:
        for connection in self._open:
            connection.close()


def serve(folder: Folder, **parts: Any) -> Iterator[Api]:
    """Serve a folder's cluster as long as the iterator lives."""
    listener = socket.create_server(("127.0.0.1", 0))
    api = Api(folder, listener.getsockname()[1])
    thread = make_thread(folder.make_parts(**parts), listener, make_context(folder.path / "pki"))
    thread.start()
    try:
        yield api
    finally:
        api.close()
        thread.stop()


@pytest.fixture
def api(folder: Folder) -> Iterator[Api]:
    yield from serve(folder)
