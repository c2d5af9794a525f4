"""What one thread does for a request: finds out who asks, whether they may, and the answer. It has an API server of its own."""

from __future__ import annotations

import gzip
from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any, NamedTuple
from urllib.parse import urlsplit

from minikube_py.apimachinery.errors import Expired, StatusError, new_not_served
from minikube_py.apiserver.authentication.connections import authenticate_message, drop_token
from minikube_py.apiserver.authentication.requests import admit_path, identify
from minikube_py.apiserver.paths import parse_path
from minikube_py.apiserver.watches import Filter, wants_bookmarks
from minikube_py.client.http_message import HttpAnswer, HttpRequest
from minikube_py.client.request import Request, User, WatchEvent
from minikube_py.client.transport.exchange import (
    UPGRADED,
    admit_stream,
    answer_error,
    answer_request,
    impersonate,
    prepare,
    timeout_of,
    write_event,
)
from minikube_py.client.transport.pod_proxy import Passing, prepare_proxy

if TYPE_CHECKING:
    from minikube_py.apiserver.kube_apiserver import KubeApiServer
    from minikube_py.client.http.records import Peer
    from minikube_py.client.transport.local import LocalTransport

GZIP_BYTES = 128 << 10
GZIP_LEVEL = 1
Page = Callable[[HttpRequest, Any], HttpAnswer]


class Watching(NamedTuple):
    """A watch that was opened: its first lines, and from where on it is to be fed. Without a `filter` it is over with them."""

    first: bytes
    filter: Filter | None
    form: Any
    revision: int = 0
    seconds: float | None = None
    bookmarks: bool = False


class Connecting(NamedTuple):
    """A request to upgrade the connection to streams of a pod, by somebody who may."""

    message: HttpRequest
    request: Request


Begun = HttpAnswer | Watching | Connecting | Passing


class Outcome(NamedTuple):
    """What came of a request. `user` is who asked, `request` what, in the name of whom they act; None where it did not get so far.

    `served`: it was about something that is served here; else anybody may have made up its words.
    """

    reply: Begun
    user: User | None = None
    request: Request | None = None
    allowed: bool = False
    served: bool = False
    why: str = ""  # the error's message


class Worker:
    """Answers requests, one at a time. `pages` are paths that others answer, by their path."""

    def __init__(self, server: KubeApiServer, transport: LocalTransport, pages: Mapping[str, Page] | None = None) -> None:
        self.server, self.transport = server, transport
        self._pages = pages or {}
        self._user: User | None = None
        self._request: Request | None = None
        self._allowed = self._served = False

    def answer(self, message: HttpRequest, peer: Peer) -> Outcome:
        """Answer a request; what goes wrong is a Status in the answer."""
        self._user, self._request, self._allowed, self._served, why = None, None, False, False, ""
        reply: Begun
        try:
            reply = self._answer(message, peer)
        except StatusError as error:
            if message.target.startswith("//"):  # would be read as the name of a host
                message = message._replace(target="/")
            reply, why = answer_error(self.server, message, error), error.message
        if isinstance(reply, HttpAnswer) and not reply.streamed:
            reply = compress(message, reply)
        return Outcome(reply, self._user, self._request, self._allowed, self._served, why)

    def _answer(self, message: HttpRequest, peer: Peer) -> Begun:
        server = self.server
        self._user = authenticate_message(server, message, peer.certificate)
        check_target(message.target)
        user = self._admit(message, self._user)
        message = without_identity(message)
        request = prepare(self.transport, server, message, user)
        self._served = True
        path = urlsplit(message.target).path
        if not request.resource and path in self._pages:
            return self._pages[path](message, server)
        if request.verb == "watch":
            return self._open_watch(message, request)
        if request.subresource == "proxy":
            return prepare_proxy(self.transport, server, message, request)
        if request.subresource in UPGRADED and wants_upgrade(message):
            admit_stream(server, message, request)
            return Connecting(message, request)
        return answer_request(self.transport, server, message, request)

    def _admit(self, message: HttpRequest, user: User) -> User:
        """Let a request in before its body is looked at; return in whose name it is asked. Raises StatusError."""
        request = parse_path(message.method, message.target) or Request(message.method.lower(), "", "", "")
        self._request = request = request._replace(user=user)
        self._request = request = identify(self.server, request._replace(credentials=impersonate(message, None)))
        if request.resource:
            self.server.admit(request)
        else:
            admit_path(self.server, request, message.target)
        self._allowed = True
        return request.user

    def _open_watch(self, message: HttpRequest, request: Request) -> Watching:
        server, form = self.server, self.server.negotiate(message)
        try:
            watch = server.open_watch(request)
            first = b"".join(write_event(server, event, form) for event in watch.poll())
        except Expired as error:
            return Watching(write_event(server, WatchEvent("ERROR", error.to_status()), form._replace(convert="")), None, form)
        return Watching(first, watch.filter, form, watch.revision, timeout_of(request), wants_bookmarks(request))


def check_target(target: str) -> None:
    """Refuse a path with empty, `.` or `..` segments, however they are written: it is no path of the API. Raises NotFound."""
    path = urlsplit(target).path if not target.startswith("//") else target
    segments = path.lower().replace("%2e", ".").replace("%2f", "/").replace("%5c", "\\").split("/")
    if "//" in path or "." in segments or ".." in segments or "\\" in path or "%00" in path:
        raise new_not_served()


def without_identity(message: HttpRequest) -> HttpRequest:
    """Return a message without what says who asks: that is known by now."""
    kept = {
        name: drop_token(value) if name == "sec-websocket-protocol" else value
        for name, value in message.headers.items()
        if name != "authorization" and not name.startswith("impersonate-")
    }
    return message._replace(headers=kept)


def wants_upgrade(message: HttpRequest) -> bool:
    """Return whether a message asks to speak something else than HTTP from here on."""
    return "upgrade" in message.header("connection").lower() and bool(message.header("upgrade"))


def compress(message: HttpRequest, answer: HttpAnswer) -> HttpAnswer:
    """Return an answer whose body is gzipped where that is wanted and worth it."""
    if not accepts_gzip(message) or any(name.lower() == "content-encoding" for name, _ in answer.headers):
        return answer
    body = b"".join(answer.parts)
    if len(body) < GZIP_BYTES:
        return answer._replace(parts=iter((body,)))
    headers = (*answer.headers, ("Content-Encoding", "gzip"), ("Vary", "Accept-Encoding"))
    return answer._replace(headers=headers, parts=iter((gzip.compress(body, GZIP_LEVEL, mtime=0),)))


def accepts_gzip(message: HttpRequest) -> bool:
    """Return whether the client reads gzip."""
    for clause in message.header("accept-encoding").split(","):
        name, _, parameters = clause.partition(";")
        if name.strip() == "gzip":
            return parameters.replace(" ", "") not in ("q=0", "q=0.0")
    return False
