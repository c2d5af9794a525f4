"""Pass a request on to another HTTP server: nginx's proxy_pass, and goproxy as a forward proxy on 8080."""

from __future__ import annotations

import socket

from . import pod, web

_TIMEOUT = 60.0
_HOP = {"connection", "keep-alive", "proxy-connection", "host", "expect", "upgrade", "te"}


def main(arguments: list[str]) -> int:
    """Serve as a forward proxy on 8080: requests for `http://host/...` go to that host."""

    def handle(request: web.Request) -> web.Response:
        if not request.target.startswith("http://"):
            return web.Response(b"This is a proxy server. Does not respond to non-proxy requests.\n", 500)
        return send(request, *split_url(request.target))

    return web.serve(handle, 8080)


def split_url(url: str) -> tuple[str, int, str]:
    """Return host, port and path with query of an http URL; the path is "" where the URL has none."""
    authority, slash, rest = url.removeprefix("http://").partition("/")
    host, colon, port = authority.rpartition(":")
    return (host, int(port), slash + rest) if colon and port.isdigit() else (authority, 80, slash + rest)


def forward(upstream: str, prefix: str, request: web.Request) -> web.Response:
    """Send a request to nginx's upstream URL; a path in the URL takes the place of the location's prefix."""
    host, port, path = split_url(upstream)
    target = path + request.target[len(prefix) :] if path else request.target
    return send(request, host, port, target)


def send(request: web.Request, host: str, port: int, target: str) -> web.Response:
    """Return the other server's answer; 502 where there is none, 504 where it is too slow."""
    try:
        with socket.create_connection((pod.get_local_host(host), port), _TIMEOUT) as upstream:
            upstream.sendall(_format_request(request, host, port, target or "/"))
            return _read_response(upstream)
    except TimeoutError:
        return web.Response(status=504)
    except (OSError, ValueError):
        return web.Response(status=502)


def _format_request(request: web.Request, host: str, port: int, target: str) -> bytes:
    lines = [f"{request.method} {target} HTTP/1.0", f"Host: {host}" + (f":{port}" if port != 80 else "")]
    lines += [f"{name}: {value}" for name, value in request.headers.items() if name not in _HOP]
    lines.append("Connection: close")
    return "\r\n".join(lines).encode("latin-1", "replace") + b"\r\n\r\n" + request.body


def _read_response(upstream: socket.socket) -> web.Response:
    data = b""
    while chunk := upstream.recv(65536):
        data += chunk
    raw, separator, body = data.partition(b"\r\n\r\n")
    first, *lines = raw.decode("latin-1").split("\r\n")
    words = first.split(" ", 2)
    if not separator or len(words) < 2:
        raise ValueError("not an HTTP answer")
    headers = [(name.strip(), value.strip()) for name, _, value in (line.partition(":") for line in lines)]
    if any(name.lower() == "transfer-encoding" for name, _ in headers):
        body = _join_chunks(body)
    kind = next((value for name, value in headers if name.lower() == "content-type"), "")
    drop = _HOP | {"content-type", "content-length", "transfer-encoding", "date", "server"}
    return web.Response(body, int(words[1]), kind, tuple(h for h in headers if h[0].lower() not in drop))


def _join_chunks(data: bytes) -> bytes:
    body = b""
    while data:
        size, _, data = data.partition(b"\r\n")
        length = int(size.split(b";")[0], 16)
        if not length:
            break
        body, data = body + data[:length], data[length + 2 :]
    return body
