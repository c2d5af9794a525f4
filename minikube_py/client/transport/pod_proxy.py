"""The subresource `proxy` of pods, services and nodes: HTTP passed on to a program in a pod, with links and redirects that lead back here.

https://kubernetes.io/docs/tasks/access-application-cluster/access-cluster-services/#manually-constructing-apiserver-proxy-urls
"""

from __future__ import annotations

import re
import socket
import ssl
from typing import TYPE_CHECKING, Any, NamedTuple
from urllib.parse import urlsplit

from minikube_py.apimachinery.errors import BadRequest, NotFound, ServiceUnavailable, StatusError
from minikube_py.client.http_message import PLAIN_TEXT, HttpAnswer, HttpRequest, make_answer
from minikube_py.client.request import Request
from minikube_py.client.streams import StreamError

if TYPE_CHECKING:
    from minikube_py.client.http.records import Reply, Streamed
    from minikube_py.client.transport.server import Server, Transport

Object = dict[str, Any]
UNREACHABLE = "error trying to reach service: {}"
PORT_DIGITS = 5
_SCHEMES = ("", "http", "https")
_NOT_PASSED_ON = {"host", "authorization", "accept-encoding", "content-length", "expect"}
_LINK = re.compile(rb"""(\s(?:action|cite|data|formaction|href|icon|manifest|poster|src)\s*=\s*["'])(/(?!/)[^"']*)""", re.I)


class Target(NamedTuple):
    """A port of a pod. `host` is the address that messages name."""

    namespace: str
    pod: str
    port: int
    host: str
    secure: bool = False


class Passing(NamedTuple):
    """A request on its way to a program, over a connection to its port. `prefix` is what leads there, before the program's own paths."""

    stream: socket.socket
    secure: bool
    message: HttpRequest
    prefix: str


def prepare_proxy(transport: Transport, server: Server, message: HttpRequest, request: Request) -> Passing | HttpAnswer:
    """Let in, find the program and connect to it. Raises StatusError: Forbidden, NotFound, BadRequest, ServiceUnavailable."""
    request = server.admit(request)
    url = urlsplit(message.target)
    prefix, rest = _split_path(url.path, request)
    server.admit_connect(request, {"path": rest})
    if not rest and message.method in ("GET", "HEAD"):
        return HttpAnswer(301, (("Location", f"{url.path}/{'?' + url.query if url.query else ''}"),), iter((b"",)))
    if request.resource == "nodes":
        return _answer_node(server, request, rest)
    target = _find_target(server, request)
    own = {"host": f"{target.host}:{target.port}", "x-forwarded-uri": url.path}
    headers = {name: value for name, value in message.headers.items() if not name.startswith("impersonate-")}
    asked = message._replace(target=(rest or "/") + (f"?{url.query}" if url.query else ""), headers={**headers, **own})
    return Passing(_connect(transport, target, request), target.secure, asked, prefix)


async def pass_on(passing: Passing) -> Reply:
    """Return the program's answer. Raises ServiceUnavailable."""
    from minikube_py.client.http.forwarding import OF_ONE_HOP, Passed, open_wire
    from minikube_py.client.http.records import Streamed

    message = passing.message
    headers = [(name, value) for name, value in message.headers.items() if name not in _NOT_PASSED_ON | OF_ONE_HOP]
    headers.append(("Host", message.header("host")))
    upgrade = message.header("upgrade") if "upgrade" in message.header("connection").lower() else ""
    try:
        wire = await open_wire(passing.stream, _trust_anybody() if passing.secure else None)
        reply = await wire.ask(Passed(message.method, message.target, headers, message.body, upgrade))
    except OSError as error:
        raise ServiceUnavailable(UNREACHABLE.format(error)) from error
    return await _lead_back_all(reply, passing.prefix) if isinstance(reply, Streamed) else reply


def _split_path(path: str, request: Request) -> tuple[str, str]:
    """Return what leads to the program, and its own path behind that."""
    segments = path.split("/")
    place = 8 if request.namespace else 6  # behind /api/v1/namespaces/NAMESPACE/RESOURCE/NAME/proxy, /api/v1/nodes/NAME/proxy
    return "/".join(segments[:place]), "".join(f"/{one}" for one in segments[place:])


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
    return stream


def _trust_anybody() -> ssl.SSLContext:
    """Speak TLS with whoever is there: as in Kubernetes, the program's certificate is not looked at."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    context.check_hostname, context.verify_mode = False, ssl.CERT_NONE
    return context


async def _lead_back_all(reply: Streamed, prefix: str) -> Reply:
    """Return an answer whose links lead back here. A page is read whole for that; other bodies pass as they come."""
    headers = [(name, _lead_back(value, prefix) if name.lower() == "location" else value) for name, value in reply.headers]
    kinds = {name.lower(): value for name, value in headers}
    is_page = kinds.get("content-type", "").partition(";")[0].strip() == "text/html"
    if not is_page or "content-encoding" in kinds:
        return reply._replace(headers=tuple(headers))
    page = b"".join([part async for part in reply.parts])
    body = _LINK.sub(lambda link: link[1] + _lead_back(link[2].decode(), prefix).encode(), page)
    kept = tuple((name, value) for name, value in headers if name.lower() != "content-length")
    return HttpAnswer(reply.status, kept, iter((body,)))


def _lead_back(link: str, prefix: str) -> str:
    """Return a link of this host below the prefix; others stay."""
    if not link.startswith("/") or link.startswith(("//", prefix)):
        return link
    return prefix + link


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
