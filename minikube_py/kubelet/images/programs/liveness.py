"""The liveness image of the Kubernetes documentation: /healthz is well for 10 seconds, then answers 500."""

from __future__ import annotations

import time
from collections.abc import Callable

from . import web

HEALTHY_SECONDS = 10.0


def main(arguments: list[str]) -> int:
    """Serve on 8080; a leading `/server` in the arguments is the image's own command and means nothing more."""
    return web.serve(new_handler(time.monotonic), 8080, started="liveness server ready\n")


def new_handler(now: Callable[[], float]) -> web.Handler:
    """Return the handler of a server that starts at `now()`."""
    start = now()

    def handle(request: web.Request) -> web.Response:
        lived = now() - start
        if request.path == "/healthz":
            return web.Response(b"ok") if lived <= HEALTHY_SECONDS else web.Response(f"error: {lived}".encode(), 500)
        if request.path == "/started":
            return web.Response(f"{lived}".encode())
        return web.Response(b"404 page not found\n", 404)

    return handle
