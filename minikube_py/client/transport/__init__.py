"""Ways to carry a request to an API server: in this process (local) or over https (http)."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import AbstractContextManager
from typing import Protocol

from minikube_py.client.request import Request, Response, User, WatchEvent


class Transport(Protocol):
    """Carries requests. Every method raises `apimachinery.errors.StatusError` for an answer that is not success."""

    def handle(self, request: Request) -> Response:
        """Send one request and return its answer."""

    def watch(self, request: Request, timeout: float | None = None) -> Iterator[WatchEvent]:
        """Yield what happens after params["resourceVersion"]; end after `timeout` seconds, or never."""

    def raw(self, method: str, target: str, body: bytes, user: User) -> Iterator[bytes]:
        """Send a request to a path and yield the parts of the answer's body as they come; a watch's are lines of JSON."""

    def batch(self) -> AbstractContextManager[None]:
        """Where the transport can, make the requests inside one commit: all are kept when it ends without an error."""
