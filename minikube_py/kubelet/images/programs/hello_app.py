"""gcr.io/google-samples/hello-app: greets with its version and host name."""

from __future__ import annotations

import os

from . import pod, web


def main(arguments: list[str]) -> int:
    """Serve on $PORT or 8080; `--version 2.0.0` chooses which image this is."""
    version = arguments[arguments.index("--version") + 1] if "--version" in arguments else "1.0.0"
    port = int(os.environ.get("PORT") or 8080)

    def handle(request: web.Request) -> web.Response:
        pod.write_out(f"Serving request: {request.path}\n")
        text = f"Hello, world!\nVersion: {version}\nHostname: {pod.get_hostname()}\n"
        return web.Response(text.encode())

    return web.serve(handle, port, started=f"Server listening on port {port}\n")
