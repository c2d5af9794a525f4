"""The subresource `proxy` of pods, services and nodes: HTTP passed on to a program in a pod, with links and redirects that lead back here.

https://kubernetes.io/docs/tasks/access-application-cluster/access-cluster-services/#manually-constructing-apiserver-proxy-urls
"""

from __future__ import annotations

import re
import socket
from collections.abc import Iterator
from http.client import HTTPConnection, HTTPException, HTTPResponse
from typing import TYPE_CHECKING, Any, NamedTuple
from urllib.parse import urlsplit

from minikube_py.apimachinery.errors import BadRequest, NotFound, ServiceUnavailable, StatusError
from minikube_py.client.http_message import PLAIN_TEXT, HttpAnswer, HttpRequest, make_answer
from minikube_py.client.request import Request
from minikube_py.client.streams import StreamError

if TYPE_CHECKING:
    from minikube_py.client.transport.server import Server, Transport

Object = dict[str, Any]
UNREACHABLE = "error trying to reach service: {}"
SECONDS = 600.0  # how long a program may say nothing
PART = 1 << 16
PORT_DIGITS = 5
_SCHEMES = ("", "http", "https")
_OF_ONE_HOP = {
    *("connection", "keep-alive", "proxy-authenticate", "proxy-authorization", "proxy-connection", "te", "trailer"),
    *("transfer-encoding", "upgrade"),
}
_NOT_GIVEN_BACK = _OF_ONE_HOP | {"content-length", "date"}
_NOT_PASSED_ON = _OF_ONE_HOP | {"host", "authorization", "accept-encoding", "content-length"}
_LINK = re.compile(rb"""(\s(?:action|cite|data|formaction|href|icon|manifest|poster|src)\s*=\s*["'])(/(?!/)[^"']*)""", re.I)


class Target(NamedTuple):
    """A port of a pod. `host` is the address that messages name."""

    namespace: str
    pod: str
    port: int
    host: str
    secure: bool = False


def answer_proxy(transport: Transport, server: Server, message: HttpRequest, request: Request) -> HttpAnswer:
    """Pass a request on. Raises StatusError: Forbidden, NotFound, BadRequest, ServiceUnavailable."""
    url = urlsplit(message.target)
    prefix, _, rest = url.path.partition("/proxy")
    if not rest and message.method in ("GET", "HEAD"):
        return HttpAnswer(301, (("Location", f"{url.path}/{'?' + url.query if url.query else ''}"),), iter((b"",)))
    if request.resource == "nodes":
        return _answer_node(server, request, rest)
    target = _find_target(server, request)
    path = (rest or "/") + (f"?{url.query}" if url.query else "")
    try:
        response = _ask(_connect(transport, target, request), message, target, path)
    except (OSError, HTTPException) as error:
        raise ServiceUnavailable(UNREACHABLE.format(error)) from error
    return _pass_back(response, f"{prefix}/proxy", message)


def split_name(name: str, what: str) -> tuple[str, str, str]:
    """Return scheme, name and port of `NAME`, `NAME:PORT` or `SCHEME:NAME:PORT`. Raises BadRequest."""
    parts = name.split(":")
    scheme, name_only, port = {1: ["", *parts, ""], 2: ["", *parts], 3: parts}.get(len(parts), ["?", "", ""])
    if scheme not in _SCHEMES or not name_only:
        raise BadRequest(f'invalid {what} request "{name}"')
    return scheme, name_only, port


def _get(server: Server, group: str, resource: str, namespace: str, name: str) -> Object:
    found: Object = server.handle(Request("get", group, "v1", resource, namespace, name)).object
    return found


def _find_target(server: Server, request: Request) -> Target:
    if request.resource == "services":
        return _find_endpoint(server, request)
    scheme, name, port = split_name(request.name, "pod")
    pod = _get(server, "", "pods", request.namespace, name)
    number = int(port) if _is_number(port) else _find_port(pod, port)
    address = (pod.get("status") or {}).get("podIP") or ""
    if not address:
        raise BadRequest("address not allowed")
    return Target(request.namespace, name, number, address, scheme == "https")


def _is_number(port: str) -> bool:
    return port.isascii() and port.isdigit() and len(port) <= PORT_DIGITS


def _find_port(pod: Object, name: str) -> int:
    """Return the first port of a pod where none is named, else the one of that name."""
    ports = [port for container in pod["spec"]["containers"] for port in container.get("ports") or ()]
    for port in ports:
        if not name or port.get("name") == name:
            return int(port["containerPort"])
    return 80


def _find_endpoint(server: Server, request: Request) -> Target:
    """Return where a service leads: the first of its pods that are ready."""
    scheme, name, port = split_name(request.name, "service")
    service = _get(server, "", "services", request.namespace, name)
    if _is_number(port):
        named = [p.get("name") or "" for p in service["spec"].get("ports") or () if p["port"] == int(port)]
        if not named:
            raise ServiceUnavailable(f'no service port {port} found for service "{name}"')
        port = named[0]
    try:
        subsets = _get(server, "", "endpoints", request.namespace, name).get("subsets") or ()
    except NotFound:
        subsets = ()
    for subset in subsets:
        for candidate in subset.get("ports") or ():
            for address in subset.get("addresses") or ():
                pod = (address.get("targetRef") or {}).get("name")
                if pod and (candidate.get("name") or "") == port:
                    return Target(request.namespace, pod, candidate["port"], address["ip"], scheme == "https")
    raise ServiceUnavailable(f'no endpoints available for service "{request.name}"')


def _connect(transport: Transport, target: Target, request: Request) -> socket.socket:
    where = request._replace(verb="create", resource="pods", subresource="portforward", name=target.pod)
    try:
        stream: socket.socket = transport.connect(where._replace(params={"port": str(target.port)}))
    except (StreamError, StatusError) as error:
        if isinstance(error, StatusError) and error.code < 500:
            raise
        told = str(error)
        if "connect: " in told:
            told = f"dial tcp {target.host}:{target.port}: connect: {told.rpartition('connect: ')[2]}"
        raise ServiceUnavailable(UNREACHABLE.format(told)) from error
    stream.settimeout(SECONDS)
    return _encrypt(stream) if target.secure else stream


def _encrypt(stream: socket.socket) -> socket.socket:
    """Speak TLS with whoever is there: as in Kubernetes, the program's certificate is not looked at."""
    import ssl

    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    context.check_hostname, context.verify_mode = False, ssl.CERT_NONE
    return context.wrap_socket(stream)


def _ask(stream: socket.socket, message: HttpRequest, target: Target, path: str) -> HTTPResponse:
    connection = HTTPConnection(target.host, target.port)
    connection.sock = stream
    headers = {name: value for name, value in message.headers.items() if name not in _NOT_PASSED_ON}
    headers = {name: value for name, value in headers.items() if not name.startswith("impersonate-")}
    headers |= {"host": f"{target.host}:{target.port}", "connection": "close", "x-forwarded-uri": urlsplit(message.target).path}
    try:
        connection.request(message.method, path, message.body or None, headers)
        return connection.getresponse()
    finally:
        connection.sock = None
        stream.close()  # what the answer is read from holds it open


def _pass_back(response: HTTPResponse, prefix: str, message: HttpRequest) -> HttpAnswer:
    """Return the program's answer. A page is read whole, since its links change; other bodies pass as they come."""
    headers = [(name, value) for name, value in response.getheaders() if name.lower() not in _NOT_GIVEN_BACK]
    headers = [(name, _lead_back(value, prefix) if name.lower() == "location" else value) for name, value in headers]
    is_page = (response.getheader("content-type") or "").partition(";")[0].strip() == "text/html"
    if is_page and not response.getheader("content-encoding"):
        with response:
            body = _LINK.sub(lambda link: link[1] + _lead_back(link[2].decode(), prefix).encode(), response.read())
        return HttpAnswer(response.status, tuple(headers), iter((body,)))
    if message.method == "HEAD" or response.status in (204, 304):
        response.close()
        return HttpAnswer(response.status, tuple(headers), iter((b"",)))
    return HttpAnswer(response.status, tuple(headers), _read(response), streamed=True)


def _lead_back(link: str, prefix: str) -> str:
    """Return a link of this host below the prefix; others stay."""
    if not link.startswith("/") or link.startswith(("//", prefix)):
        return link
    return prefix + link


def _read(response: HTTPResponse) -> Iterator[bytes]:
    with response:
        while part := response.read1(PART):
            yield part


def _answer_node(server: Server, request: Request, rest: str) -> HttpAnswer:
    """Answer for the kubelet, which has no server of its own here: its health and its pods."""
    name = split_name(request.name, "node")[1]
    _get(server, "", "nodes", "", name)
    if rest.rstrip("/") == "/healthz":
        return make_answer(200, PLAIN_TEXT, b"ok")
    if rest.rstrip("/") == "/pods":
        of_node = {"fieldSelector": f"spec.nodeName={name}"}
        pods = server.handle(Request("list", "", "v1", "pods", params=of_node)).object
        return make_answer(200, "application/json", server.encode(pods, None))
    return make_answer(404, PLAIN_TEXT, b"404 page not found\n")
