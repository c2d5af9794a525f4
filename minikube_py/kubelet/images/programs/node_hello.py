"""gcr.io/google-samples/node-hello: `Hello Kubernetes!` on 8080."""

from __future__ import annotations

from . import pod, web
from .kubia import describe_node_error


def main(arguments: list[str]) -> int:
    """Serve on 8080."""

    def handle(request: web.Request) -> web.Response:
        pod.write_out(f"Received request for URL: {request.target}\n")
        return web.Response(b"Hello Kubernetes!")

    return web.serve(handle, 8080, describe_error=describe_node_error)
