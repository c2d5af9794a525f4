"""Servers that tell the client what it sent: echoserver (k8s.gcr.io), whoami (traefik) and echo-server (jmalloc)."""

from __future__ import annotations

import os

from . import pod, web


def main(arguments: list[str]) -> int:
    """Serve as `--style echoserver|whoami|echo-server`; `--port N` as traefik/whoami has it."""
    style = arguments[arguments.index("--style") + 1] if "--style" in arguments else "echoserver"
    default = 80 if style == "whoami" else 8080
    port = int(arguments[arguments.index("--port") + 1]) if "--port" in arguments else int(os.environ.get("PORT") or default)
    write = {"echoserver": write_echoserver, "whoami": write_whoami, "echo-server": write_echo_server}[style]

    def handle(request: web.Request) -> web.Response:
        if style != "whoami":
            pod.write_out(f"{request.client[0]} {request.line}\n")
        return web.Response(write(request).encode())

    started = {"whoami": f"Starting up on port {port}\n", "echo-server": f"Echo server listening on port {port}.\n"}.get(
        style, ""
    )
    return web.serve(handle, port, started=started)


def write_echoserver(request: web.Request) -> str:
    """Return the report of registry.k8s.io/echoserver."""
    headers = "".join(f"\t{name}={value}\n" for name, value in sorted(request.headers.items()))
    body = request.body.decode(errors="replace") or "-no body in request-"
    host = request.headers.get("host", "")
    return (
        f"\n\nHostname: {pod.get_hostname()}\n\n"
        "Pod Information:\n\t-no pod information available-\n\n"
        "Server values:\n\tserver_version=minikube_py echoserver\n\n"
        f"Request Information:\n\tclient_address={request.client[0]}\n\tmethod={request.method}\n"
        f"\treal path={request.target}\n\tquery={request.target.partition('?')[2]}\n"
        f"\trequest_version={request.version.removeprefix('HTTP/')}\n\trequest_scheme=http\n"
        f"\trequest_uri=http://{host}{request.target}\n\n"
        f"Request Headers:\n{headers}\nRequest Body:\n\t{body}\n\n"
    )


def write_whoami(request: web.Request) -> str:
    """Return the report of traefik/whoami."""
    lines = [
        f"Hostname: {pod.get_hostname()}",
        f"IP: {request.local[0]}",
        f"RemoteAddr: {request.client[0]}:{request.client[1]}",
        request.line,
    ]
    return "\n".join(lines + _list_headers(request)) + "\n\n"


def write_echo_server(request: web.Request) -> str:
    """Return the report of jmalloc/echo-server."""
    body = request.body.decode(errors="replace")
    lines = [f"Request served by {pod.get_hostname()}", "", request.line, "", *_list_headers(request)]
    return "\n".join(lines) + "\n" + (f"\n{body}\n" if body else "")


def _list_headers(request: web.Request) -> list[str]:
    host = request.headers.get("host", "")
    others = sorted((name.title(), value) for name, value in request.headers.items() if name != "host")
    return [f"Host: {host}", *(f"{name}: {value}" for name, value in others)]
