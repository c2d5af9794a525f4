"""An API server that is a list of objects: discovery, get and list over HTTP, so that a real kubectl can look at any object."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread
from typing import Any
from urllib.parse import parse_qsl, urlsplit

from minikube_py.apimachinery.errors import NotFound, new_not_found
from minikube_py.apis.catalog import find_by_resource, list_kinds
from minikube_py.client.request import Request
from tests.kubectl.describe.conftest import Objects

Object = dict[str, Any]


@contextmanager
def serve(objects: Objects) -> Iterator[str]:
    """Serve the objects, which may change meanwhile, on a free port; give the server's address."""
    server = ThreadingHTTPServer(("127.0.0.1", 0), type("Handler", (_Handler,), {"objects": objects}))
    thread = Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_address[1]}"
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    objects: Objects

    def do_GET(self) -> None:
        """Answer discovery from the catalog, everything else from the objects."""
        url = urlsplit(self.path)
        try:
            code, answer = 200, self._answer(url.path.strip("/").split("/"), dict(parse_qsl(url.query)))
        except NotFound as error:
            code, answer = 404, error.to_status()
        body = json.dumps(answer).encode()
        self.send_response(code)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def _answer(self, parts: list[str], params: dict[str, str]) -> Object:
        root, *rest = parts
        if not rest and root in ("api", "apis"):
            return {"kind": "APIVersions", "versions": ["v1"]} if root == "api" else list_groups()
        group = rest.pop(0) if root == "apis" else ""
        if root not in ("api", "apis") or not rest:
            raise new_not_found("", "", "")
        version = rest.pop(0)
        if not rest:
            return list_resources(group, version)
        namespace = rest[1] if rest[0] == "namespaces" and len(rest) > 2 else ""
        plural, name = [*(rest[2:] if namespace else rest), ""][:2]
        verb = "get" if name else "list"
        answer: Object = self.objects.handle(Request(verb, group, version, plural, namespace, name, params=params)).object
        kind = find_by_resource(group, plural, version)
        assert kind is not None
        return answer if name else {**answer, "apiVersion": kind.api_version, "kind": kind.list_kind}

    def log_message(self, *args: Any) -> None:
        """Say nothing."""


def list_groups() -> Object:
    """Return the discovery document of all groups."""
    versions: dict[str, list[Object]] = {}
    for kind in list_kinds():
        version = {"groupVersion": kind.api_version, "version": kind.version}
        known = versions.setdefault(kind.group, [])
        known += [] if version in known else [version]
    named = [(group, known) for group, known in versions.items() if group]
    groups = [{"name": group, "versions": known, "preferredVersion": known[0]} for group, known in named]
    return {"kind": "APIGroupList", "apiVersion": "v1", "groups": groups}


def list_resources(group: str, version: str) -> Object:
    """Return the discovery document of one version of a group."""
    resources = [
        {"name": k.plural, "singularName": k.singular, "namespaced": k.namespaced, "kind": k.kind, "verbs": list(k.verbs)}
        for k in list_kinds()
        if (k.group, k.version) == (group, version)
    ]
    return {"kind": "APIResourceList", "groupVersion": f"{group}/{version}".lstrip("/"), "resources": resources}
