"""kubernetes-bootcamp: the application of the Kubernetes Basics tutorial."""

from __future__ import annotations

import time

from . import pod, web
from .kubia import describe_node_error


def main(arguments: list[str]) -> int:
    """Serve on 8080; `--version 2` chooses which image this is."""
    version = arguments[arguments.index("--version") + 1] if "--version" in arguments else "1"
    name = pod.get_hostname()
    start = time.time()
    total = 0

    def handle(request: web.Request) -> web.Response:
        nonlocal total
        total += 1
        uptime = time.time() - start
        stamp = time.strftime("%a %b %d %Y %H:%M:%S GMT+0000 (UTC)", time.gmtime())
        pod.write_out(f"Running On: {name} | Total Requests: {total} | App Uptime: {uptime:.3f} seconds | Log Time: {stamp}\n")
        return web.Response(f"Hello Kubernetes bootcamp! | Running on: {name} | v={version}\n".encode())

    started = time.strftime("%Y-%m-%dT%H:%M:%S.000Z", time.gmtime(start))
    line = f"Kubernetes Bootcamp App Started At: {started} | Running On:  {name} \n\n"
    return web.serve(handle, 8080, started=line, describe_error=describe_node_error)
