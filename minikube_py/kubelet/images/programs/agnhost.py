"""registry.k8s.io/e2e-test-images/agnhost: the sub-commands that examples and tests use most."""

from __future__ import annotations

import os
import time
from collections.abc import Callable

from . import files, liveness, pause, pod, web
from .http_echo import parse_options


def main(arguments: list[str]) -> int:
    """Run a sub-command; `pause` without one, as the image does."""
    name, rest = (arguments[0], arguments[1:]) if arguments else ("pause", [])
    command = COMMANDS.get(name)
    if command is None:
        pod.write_error(f'Error: unknown command "{name}" for "app"\nRun \'app --help\' for usage.\n')
        return 1
    return command(rest)


def run_pause(arguments: list[str]) -> int:
    """Wait for a signal."""
    pod.end_on_signals()
    pod.write_out("Paused\n")
    return pause.main([])


def run_netexec(arguments: list[str]) -> int:
    """Serve /echo, /hostname, /clientip, /healthz, /exit and / on `--http-port`."""
    port = int(parse_options(arguments).get("http-port", "8080"))
    return web.serve(answer_netexec, port, started=f"Started HTTP server on port {port}\n")


def answer_netexec(request: web.Request) -> web.Response:
    """Answer one request of netexec."""
    path, query = request.path.rstrip("/") or "/", request.query
    pod.write_out(f"{request.method} {request.target}\n")
    if path == "/exit":
        os._exit(int(query.get("code", "0")))
    if path == "/echo":
        return web.Response(query.get("msg", "").encode(), int(query.get("code", "200")))
    if path == "/header":
        return web.Response(request.headers.get(query.get("key", "").lower(), "").encode())
    texts = {
        "/": f"NOW: {time.strftime('%Y-%m-%d %H:%M:%S +0000 UTC', time.gmtime())}",
        "/hostname": pod.get_hostname(),
        "/hostName": pod.get_hostname(),
        "/clientip": f"{request.client[0]}:{request.client[1]}",
        "/healthz": "ok",
    }
    if path in texts:
        return web.Response(texts[path].encode())
    return web.Response(b"404 page not found\n", 404)


def run_serve_hostname(arguments: list[str]) -> int:
    """Answer every request with the host name, on `--port`."""
    port = int(parse_options(arguments).get("port", "9376"))
    name = pod.get_hostname()

    def handle(request: web.Request) -> web.Response:
        pod.write_out(f"HTTP request from {request.client[0]}:{request.client[1]}\n")
        return web.Response(name.encode())

    return web.serve(handle, port, started="Serving on port " + str(port) + ".\n")


def run_test_webserver(arguments: list[str]) -> int:
    """Serve the files of the container's root on `--port`."""
    port = int(parse_options(arguments).get("port", "80"))

    def handle(request: web.Request) -> web.Response:
        response = files.get_file(request, pod.find_path("/"), web.unquote(request.path))
        return response if response.body else response._replace(body=b"404 page not found\n" if response.status == 404 else b"")

    return web.serve(handle, port)


def run_logs_generator(arguments: list[str]) -> int:
    """Write `--log-lines-total` lines, spread over `--run-duration`."""
    import random
    import select

    options = parse_options(arguments)
    total = int(options.get("log-lines-total", "0"))
    text = options.get("run-duration", "0s")
    duration = float(text[:-1]) * {"s": 1, "m": 60, "h": 3600}[text[-1]]
    if total <= 0:
        pod.write_error("Invalid total number of lines: 0\n")
        return 1
    pod.end_on_signals()
    for number in range(total):
        method = random.choice(("GET", "POST", "PUT"))
        where = random.choice(("default", "kube-system", "ns"))
        url = f"/api/v1/namespaces/{where}/pods/{random.randrange(16**4):04x}"
        pod.write_out(
            f"{time.strftime('I%m%d %H:%M:%S')} {os.getpid()}] {number} {method} {url} {random.randrange(200, 600)}\n"
        )
        select.select([], [], [], duration / total)
    return 0


def run_entrypoint_tester(arguments: list[str]) -> int:
    """Print the command line."""
    pod.write_out(f"[{' '.join(['/agnhost', 'entrypoint-tester', *arguments])}]\n")
    return 0


def run_help(arguments: list[str]) -> int:
    """Print the sub-commands."""
    pod.write_out("agnhost of minikube_py. Commands:\n" + "".join(f"  {name}\n" for name in sorted(COMMANDS)))
    return 0


def run_version(arguments: list[str]) -> int:
    """Print what this is."""
    pod.write_out("agnhost (minikube_py)\n")
    return 0


COMMANDS: dict[str, Callable[[list[str]], int]] = {
    "pause": run_pause,
    "netexec": run_netexec,
    "liveness": liveness.main,
    "serve-hostname": run_serve_hostname,
    "test-webserver": run_test_webserver,
    "logs-generator": run_logs_generator,
    "entrypoint-tester": run_entrypoint_tester,
    "help": run_help,
    "--help": run_help,
    "--version": run_version,
}
