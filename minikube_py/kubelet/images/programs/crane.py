"""heejeong/crane: a web server like kubia, on 7070. `--version v1.0` is shown in the answer, `latest` is no version."""

from __future__ import annotations

from . import pod, web


def main(arguments: list[str]) -> int:
    """Serve on 7070."""
    version = arguments[arguments.index("--version") + 1] if "--version" in arguments else ""

    def handle(request: web.Request) -> web.Response:
        pod.write_out(f"Received request from {request.client[0]}\n")
        label = f" {version}" if version not in ("", "latest") else ""
        return web.Response(f"You've hit crane{label} on {pod.get_hostname()}\n".encode())

    return web.serve(handle, 7070, started="Crane server starting...\n")
