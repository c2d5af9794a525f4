"""The real kubectl as an oracle: it asks a server in this process, which gives it the object a test wants printed."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from typing import Any, NamedTuple

import pytest

RESOURCES = [
    {
        "name": "configmaps",
        "singularName": "configmap",
        "namespaced": True,
        "kind": "ConfigMap",
        "verbs": ["get", "list", "watch"],
    }
]
DISCOVERY = {
    "/api": {"kind": "APIVersions", "versions": ["v1"]},
    "/apis": {"kind": "APIGroupList", "apiVersion": "v1", "groups": []},
    "/api/v1": {"kind": "APIResourceList", "groupVersion": "v1", "resources": RESOURCES},
}


class Output(NamedTuple):
    """What a run of kubectl gave."""

    stdout: str
    stderr: str
    code: int


class OneObjectServer(HTTPServer):
    """Answers `reply` to every request that is not discovery."""

    reply: dict[str, Any] = {}


class Handler(BaseHTTPRequestHandler):
    """Serves GET as JSON."""

    server: OneObjectServer

    def do_GET(self) -> None:
        body = json.dumps(DISCOVERY.get(self.path.partition("?")[0], self.server.reply)).encode()
        self.send_response(200)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, format: str, *args: Any) -> None:
        """Say nothing."""


class RealKubectl:
    """`kubectl get configmap` with a given answer of the server."""

    def __init__(self, program: str, server: OneObjectServer, home: Path) -> None:
        self._program = program
        self._server = server
        self._environment = {**os.environ, "HOME": str(home), "KUBECONFIG": os.devnull, "NO_PROXY": "127.0.0.1"}

    def get(self, reply: dict[str, Any], *args: str) -> Output:
        """Run `kubectl get` with more arguments; `reply` is an object, a list or a table."""
        self._server.reply = reply
        name = [] if "items" in reply or reply["kind"] == "Table" else [reply["metadata"]["name"]]
        command = [self._program, "get", "configmaps", *name, "-s", f"http://127.0.0.1:{self._server.server_port}", *args]
        run = subprocess.run(command, capture_output=True, env=self._environment, timeout=60, check=False)
        return Output(run.stdout.decode(), run.stderr.decode(), run.returncode)


@pytest.fixture(scope="session")
def kubectl(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RealKubectl]:
    """The kubectl on PATH; without one the test is skipped."""
    program = shutil.which("kubectl")
    if program is None:
        pytest.skip("no kubectl on PATH")
    with OneObjectServer(("127.0.0.1", 0), Handler) as server:
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
        thread.start()
        yield RealKubectl(program, server, tmp_path_factory.mktemp("home"))
        server.shutdown()
        thread.join()
