"""POST to a webhook over https, and what goes wrong, in the words of Go's net/http and of client-go."""

from __future__ import annotations

import http.client
import socket
import ssl
import time
from collections.abc import Callable
from typing import Any, NamedTuple
from urllib.parse import urlsplit

from minikube_py.apimachinery import codec
from minikube_py.apiserver.webhooks.certificates import find_fault, make_context, tell_tls_fault
from minikube_py.client.generic_errors import read_error
from minikube_py.component_base.os_errors import tell_os_error

Object = dict[str, Any]
MAX_ANSWER_BYTES = 3 * 1024 * 1024
PORT = 443
TOO_LATE = "context deadline exceeded"
DialService = Callable[[str, str, int], socket.socket]


class CallFailed(Exception):
    """A webhook that gave no answer; the text says why."""


class Place(NamedTuple):
    """Where a clientConfig leads. `service` is (namespace, name) of a Service, None for a URL; `shown` is the URL in messages."""

    host: str
    port: int
    path: str
    shown: str
    service: tuple[str, str] | None
    ca_bundle: str


def find_place(config: Object, seconds: float) -> Place:
    """Return where a clientConfig leads."""
    ca_bundle, query = str(config.get("caBundle") or ""), f"?timeout={seconds:g}s" if seconds else ""
    service = config.get("service")
    if service is None:
        url = urlsplit(str(config.get("url") or ""))
        path = url.path or "/"
        return Place(url.hostname or "", url.port or PORT, path + query, f"https://{url.netloc}{path}{query}", None, ca_bundle)
    name, namespace, port = service.get("name", ""), service.get("namespace", ""), service.get("port") or PORT
    host, path = f"{name}.{namespace}.svc", "/" + str(service.get("path") or "").lstrip("/")
    return Place(host, port, path + query, f"https://{host}:{port}{path}{query}", (namespace, name), ca_bundle)


def post(config: Object, body: Object, seconds: float, dial_service: DialService | None) -> Object:
    """Return the object that a webhook answers with. Raises CallFailed."""
    place = find_place(config, seconds)
    limit = seconds or 30
    try:
        status, content_type, answer = _exchange(place, codec.encode(body), limit, dial_service)
    except TimeoutError:
        raise CallFailed(f'Post "{place.shown}": {TOO_LATE}') from None
    except (OSError, http.client.HTTPException, ValueError) as error:
        raise CallFailed(f'Post "{place.shown}": {_tell(error, place)}') from error
    return _read_answer(status, content_type, answer)


def _exchange(place: Place, body: bytes, seconds: float, dial_service: DialService | None) -> tuple[int, str, bytes]:
    end = time.monotonic() + seconds
    context = make_context(place.ca_bundle)
    with _dial(place, seconds, dial_service) as plain:
        plain.settimeout(_left(end))
        with context.wrap_socket(plain, server_hostname=place.host) as stream:
            if fault := find_fault(stream, place.host):
                raise ssl.SSLError(fault)
            connection = http.client.HTTPConnection(place.host, place.port)
            connection.sock = stream
            stream.settimeout(_left(end))
            host = place.host if place.service is None else f"{place.host}:{place.port}"
            headers = {"Content-Type": "application/json", "Accept": "application/json, */*", "Host": host}
            connection.request("POST", place.path, body, {**headers, "User-Agent": "kube-apiserver-admission"})
            response = connection.getresponse()
            with response:
                return response.status, response.headers.get("Content-Type", ""), _read(response, stream, end)


def _left(end: float) -> float:
    left = end - time.monotonic()
    if left <= 0:
        raise TimeoutError
    return left


def _read(response: http.client.HTTPResponse, stream: socket.socket, end: float) -> bytes:
    parts: list[bytes] = []
    size = 0
    while True:
        stream.settimeout(_left(end))
        part = response.read1(65536)
        if not part:
            return b"".join(parts)
        parts.append(part)
        size += len(part)
        if size > MAX_ANSWER_BYTES:
            raise ValueError(f"http: response body too large: limit is {MAX_ANSWER_BYTES}")


def _dial(place: Place, seconds: float, dial_service: DialService | None) -> socket.socket:
    if place.service is None:
        return socket.create_connection((place.host, place.port), seconds)
    if dial_service is None:
        raise ConnectionError(f'service "{place.service[1]}" cannot be reached from here')
    return dial_service(*place.service, place.port)


def _tell(error: Exception, place: Place) -> str:
    where = f"[{place.host}]:{place.port}" if ":" in place.host else f"{place.host}:{place.port}"
    if isinstance(error, ssl.SSLError):
        return tell_tls_fault(error)
    if isinstance(error, http.client.RemoteDisconnected | ConnectionAbortedError):
        return "EOF"
    if isinstance(error, socket.gaierror):
        return f"dial tcp: lookup {place.host}: no such host"
    if isinstance(error, OSError) and error.errno:
        return f"dial tcp {where}: connect: {tell_os_error(error)}"
    if isinstance(error, http.client.HTTPException):
        return f"net/http: HTTP/1.x transport connection broken: malformed HTTP response {str(error) or type(error).__name__!r}"
    return str(error)


def _read_answer(status: int, content_type: str, body: bytes) -> Object:
    if not 200 <= status <= 206:
        raise CallFailed(read_error(status, content_type, body).message)
    if not body:
        raise CallFailed(f"0-length response with status code: {status} and content type: {content_type}")
    try:
        answer = codec.decode(body)
    except ValueError as error:
        raise CallFailed(f"couldn't get version/kind; json parse error: {error}") from None
    if not isinstance(answer, dict):
        raise CallFailed("couldn't get version/kind; json parse error: json: cannot unmarshal into Go value of type struct")
    for word, field in (("Kind", "kind"), ("apiVersion", "apiVersion")):
        if not answer.get(field):
            raise CallFailed(f"Object '{word}' is missing in '{body.decode(errors='replace')}'")
    return answer
