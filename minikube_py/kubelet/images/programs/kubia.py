"""luksa/kubia and its kin: says which pod was hit. `--version v2`, `--unhealthy` as the images of that name."""

from __future__ import annotations

import _thread

from . import pod, web


def main(arguments: list[str]) -> int:
    """Serve on 8080."""
    version = arguments[arguments.index("--version") + 1] if "--version" in arguments else ""
    handler = new_handler(version, 5 if "--unhealthy" in arguments else None)
    return web.serve(handler, 8080, started="Kubia server starting...\n", describe_error=describe_node_error)


def new_handler(version: str, healthy_requests: int | None) -> web.Handler:
    """Return the handler; after `healthy_requests` answers it gives 500, never when None."""
    lock = _thread.allocate_lock()
    count = 0

    def handle(request: web.Request) -> web.Response:
        nonlocal count
        pod.write_out(f"Received request from {request.client[0]}\n")
        with lock:
            count += 1
            sick = healthy_requests is not None and count > healthy_requests
        if sick:
            return web.Response(b"I'm not well. Please restart me!\n", 500)
        name = pod.get_hostname()
        text = f"This is {version} running in pod {name}\n" if version else f"You've hit {name}\n"
        return web.Response(text.encode())

    return handle


def describe_node_error(port: int, error: OSError) -> str:
    """Return how node says that it cannot listen."""
    import errno

    code = errno.errorcode.get(error.errno or 0, "EIO")
    words = {"EADDRINUSE": "address already in use", "EACCES": "permission denied"}.get(code, "failed")
    return f"Error: listen {code}: {words} 0.0.0.0:{port}\n"
