"""One probe of a container, or the request of a hook: done once, here and now. It may block, so threads call it.

The texts are those of k8s.io/kubernetes' `pkg/probe` and of Go's network errors.
"""

from __future__ import annotations

import os
import socket
from collections.abc import Mapping
from contextlib import closing
from typing import NamedTuple
from urllib.parse import urljoin, urlsplit

from minikube_py.apimachinery.duration import format_seconds
from minikube_py.component_base.os_errors import tell_os_error
from minikube_py.cri.runtime import CRIError, Runtime
from minikube_py.kubelet.interfaces import Object

SUCCESS, FAILURE, WARNING, UNKNOWN = "success", "failure", "warning", "unknown"
MAX_BODY = 10 * 1024
MAX_REDIRECTS = 10


class Target(NamedTuple):
    """The container that is probed. `ip` is the pod's address, for the texts."""

    runtime: Runtime
    pod_uid: str
    container_id: str
    container: Object
    ip: str


class Outcome(NamedTuple):
    """What a probe gave: success, failure, warning or unknown, and its text. `refused`: nobody listens at the port."""

    result: str
    message: str = ""
    refused: bool = False


def run_probe(target: Target, handler: Object, timeout: float) -> Outcome:
    """Do what the handler (`exec`, `httpGet`, `tcpSocket`, `grpc`) says. Where nothing runs there is nothing to ask: all is well."""
    if not target.runtime.runs_processes:
        return Outcome(SUCCESS)
    if handler.get("exec") is not None:
        return _run_exec(target, handler["exec"].get("command") or [], timeout)
    if handler.get("httpGet") is not None:
        return _run_http_get(target, handler["httpGet"], timeout)
    if handler.get("tcpSocket") is not None:
        return _run_tcp_socket(target, handler["tcpSocket"], timeout)
    if handler.get("grpc") is not None:
        return _run_grpc(target, handler["grpc"], timeout)
    return Outcome(UNKNOWN, f"missing probe handler for {target.container['name']}")


def _run_exec(target: Target, command: list[str], timeout: float) -> Outcome:
    try:
        result = target.runtime.exec_sync(target.container_id, command, timeout)
    except TimeoutError:
        return Outcome(FAILURE, f'command "{" ".join(command)}" timed out')
    except CRIError as error:
        return Outcome(UNKNOWN, str(error))
    text = (result.stdout + result.stderr)[:MAX_BODY].decode(errors="replace")
    return Outcome(SUCCESS if result.exit_code == 0 else FAILURE, text)


def resolve_port(port: str | int, container: Object) -> int:
    """Return the number of a port given as a number or by its name. Raises ValueError."""
    text = str(port)
    if text.isdigit() and 0 < int(text) < 65536:
        return int(text)
    for entry in container.get("ports") or ():
        if entry.get("name") == text:
            return int(entry["containerPort"])
    raise ValueError(f"couldn't find port: {text} in {container['name']}")


def _run_tcp_socket(target: Target, action: Object, timeout: float) -> Outcome:
    try:
        port = resolve_port(action["port"], target.container)
    except ValueError as error:
        return Outcome(UNKNOWN, str(error))
    host = action.get("host") or target.ip
    try:
        _dial(target, action.get("host", ""), port, timeout).close()
    except OSError as error:
        return Outcome(FAILURE, describe_dial_error(host, port, error), isinstance(error, ConnectionRefusedError))
    return Outcome(SUCCESS)


def _run_grpc(target: Target, action: Object, timeout: float) -> Outcome:
    from minikube_py.kubelet.grpc_health import check_health

    address, limit = _join(target.ip, action["port"]), format_seconds(timeout)
    try:
        sock = _dial(target, "", action["port"], timeout)
    except OSError as error:
        text = f'timeout: failed to connect service "{address}" within {limit}: context deadline exceeded'
        return Outcome(FAILURE, text, isinstance(error, ConnectionRefusedError))
    with closing(sock):
        try:
            status = check_health(sock, address, action.get("service") or "")
        except TimeoutError:
            return Outcome(FAILURE, f"timeout: health rpc did not complete within {limit}")
        except (OSError, ValueError) as error:
            return Outcome(FAILURE, f"error: health rpc probe failed: {error}")
    if status != "SERVING":
        return Outcome(FAILURE, f'service unhealthy (responded with "{status}")')
    return Outcome(SUCCESS, "service healthy")


def _run_http_get(target: Target, action: Object, timeout: float) -> Outcome:
    try:
        port = resolve_port(action["port"], target.container)
    except ValueError as error:
        return Outcome(UNKNOWN, str(error))
    scheme = action.get("scheme", "HTTP").lower()
    path = action.get("path") or "/"
    host = action.get("host") or target.ip
    url = f"{scheme}://{_join(host, port)}{path if path.startswith('/') else '/' + path}"
    headers = {header["name"]: header["value"] for header in action.get("httpHeaders") or ()}
    from http.client import HTTPException  # not before there is something to probe: it brings the whole of `email`

    for _ in range(MAX_REDIRECTS):
        try:
            response = _get(target, action.get("host", ""), url, headers, timeout)
        except (OSError, HTTPException) as error:
            text = f'Get "{url}": {_describe_http_error(host, port, error)}'
            return Outcome(FAILURE, text, isinstance(error, ConnectionRefusedError))
        location = response.location
        if not (300 <= response.code < 400 and location):
            break
        following = urljoin(url, location)
        if urlsplit(following).hostname != urlsplit(url).hostname:
            return Outcome(WARNING, f"Probe terminated redirects, Response body: {response.body}")
        url = following
    else:
        return Outcome(FAILURE, f'Get "{url}": stopped after {MAX_REDIRECTS} redirects')
    if 200 <= response.code < 400:
        return Outcome(SUCCESS, response.body)
    return Outcome(FAILURE, f"HTTP probe failed with statuscode: {response.code}")


class _Response(NamedTuple):
    code: int
    location: str
    body: str


def _get(target: Target, host: str, url: str, headers: Mapping[str, str], timeout: float) -> _Response:
    from http.client import HTTPConnection

    parts = urlsplit(url)
    port = parts.port or (443 if parts.scheme == "https" else 80)
    connection = HTTPConnection(parts.hostname or "", port, timeout=timeout)
    sock = _dial(target, host, port, timeout)
    if parts.scheme == "https":
        import ssl

        context = ssl.create_default_context()
        context.check_hostname = False
        context.verify_mode = ssl.CERT_NONE  # probes do not verify, as in Kubernetes
        sock = context.wrap_socket(sock, server_hostname=parts.hostname)
    connection.sock = sock
    sent = {"User-Agent": "kube-probe/1.33", "Accept": "*/*", "Connection": "close", **headers}
    with closing(connection):
        connection.request("GET", parts.path + (f"?{parts.query}" if parts.query else "") or "/", headers=sent)
        response = connection.getresponse()
        body = response.read(MAX_BODY).decode(errors="replace")
        return _Response(response.status, response.getheader("Location", "") or "", body)


def _dial(target: Target, host: str, port: int, timeout: float) -> socket.socket:
    """Connect to the pod, or to `host` where the probe names one."""
    if host:
        return socket.create_connection((host, port), timeout)
    stream = target.runtime.dial(target.pod_uid, port, timeout)
    with closing(stream):
        sock = socket.socket(fileno=os.dup(stream.fileno()))
    sock.settimeout(timeout)
    return sock


def _join(host: str, port: int) -> str:
    return f"[{host}]:{port}" if ":" in host else f"{host}:{port}"


def describe_dial_error(host: str, port: int, error: OSError) -> str:
    """Return a failed connection in Go's words: `dial tcp 10.0.0.1:81: connect: connection refused`."""
    if isinstance(error, TimeoutError):
        return f"dial tcp {_join(host, port)}: i/o timeout"
    text = "connection refused" if isinstance(error, ConnectionRefusedError) else tell_os_error(error)
    return f"dial tcp {_join(host, port)}: connect: {text}"


def _describe_http_error(host: str, port: int, error: Exception) -> str:
    from http.client import HTTPException, IncompleteRead, RemoteDisconnected

    if isinstance(error, ConnectionResetError):
        return "read tcp: connection reset by peer"
    if isinstance(error, RemoteDisconnected | IncompleteRead | BrokenPipeError):
        return "EOF"
    if isinstance(error, TimeoutError):
        return "context deadline exceeded (Client.Timeout exceeded while awaiting headers)"
    if isinstance(error, HTTPException):
        return f"net/http: HTTP/1.x transport connection broken: {error}"
    return describe_dial_error(host, port, error) if isinstance(error, OSError) else str(error)
