"""From an HTTP request to an HTTP answer, over an API server in this process: what `--raw` and the server of the API share.

The server says what a message means and how an answer is written; the transport does what is asked. Nothing here reads or
writes a socket.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, Any
from urllib.parse import parse_qs, unquote, urlsplit

from minikube_py.apimachinery.errors import BadRequest, Expired, NotAcceptable, PageNotFound, StatusError, new_not_served
from minikube_py.client.http_message import JSON, PLAIN_TEXT, HttpAnswer, HttpRequest, format_warning, make_answer, make_stream
from minikube_py.client.request import Request, User, WatchEvent
from minikube_py.client.streams import StreamError

if TYPE_CHECKING:
    from minikube_py.client.credentials import Credentials
    from minikube_py.client.transport.server import Server, Transport

EXTRA = "impersonate-extra-"
UPGRADED = ("exec", "attach", "portforward")
NO_UPGRADE = "unable to upgrade: {}"


def answer_error(server: Server, message: HttpRequest, error: StatusError) -> HttpAnswer:
    """Return the answer that an error is: its Status, in the form asked for if there is such a one."""
    if isinstance(error, PageNotFound):
        return make_answer(404, PLAIN_TEXT, b"404 page not found\n")
    warnings = [format_warning(text) for text in error.warnings]
    try:
        form = server.negotiate(message)._replace(convert="")
    except NotAcceptable:
        form = None
    if seconds := (error.details or {}).get("retryAfterSeconds"):
        warnings.append(("Retry-After", str(seconds)))
    media_type = form.media_type if form else JSON
    return make_answer(error.code, media_type, server.encode(error.to_status(), form), *warnings)


def answer(transport: Transport, server: Server, message: HttpRequest, user: User) -> HttpAnswer:
    """Answer a request. Raises StatusError for an answer that is not success."""
    request = prepare(transport, server, message, user)
    return answer_request(transport, server, message, request)


def prepare(transport: Transport, server: Server, message: HttpRequest, user: User) -> Request:
    """Return what a message asks, in the name of whoever asks; for a path that is none of resources, its verb alone. Raises StatusError."""
    request = server.parse(message) or Request(message.method.lower(), "", "", "")
    if request.subresource in (*UPGRADED, "log") and (request.group, request.resource) != ("", "pods"):
        raise new_not_served()
    return request._replace(user=user, credentials=impersonate(message, transport.credentials))


def answer_request(transport: Transport, server: Server, message: HttpRequest, request: Request) -> HttpAnswer:
    """Answer what was prepared. Raises StatusError for an answer that is not success."""
    if not request.resource:
        return server.describe(message, request)
    if request.subresource == "proxy":
        from minikube_py.client.http.blocking import wait_for_answer
        from minikube_py.client.transport.pod_proxy import Passing, pass_on, prepare_proxy

        prepared = prepare_proxy(transport, server, message, request)
        return wait_for_answer(pass_on(prepared)) if isinstance(prepared, Passing) else prepared
    form = server.negotiate(message)
    if request.verb == "watch":
        events = transport.open_watch(request, timeout_of(request))
        return make_stream(form.watch_type, _write_events(events, server, form))
    if request.subresource in UPGRADED:
        admit_stream(server, message, server.admit(request))
        transport.handle(Request("get", "", "v1", "pods", request.namespace, request.name))  # is it there?
        raise _refuse_stream(message)
    if request.subresource == "log":
        return make_stream("text/plain", _read_log(transport, server.admit(request)))
    response = transport.handle(request)
    warnings = (format_warning(text) for text in response.warnings)
    body = server.encode(response.object, form)
    return make_answer(201 if response.created else 202 if response.pending else 200, form.media_type, body, *warnings)


def describe_connection(subresource: str, params: Mapping[str, str], command: list[str] | None = None) -> dict[str, Any]:
    """Return the options of a connection to a pod, as webhooks and policies see them."""
    if subresource == "portforward":
        return {"ports": [int(port) for port in params.get("port", params.get("ports", "")).split(",") if port.isdecimal()]}
    switches = {
        name: True for name in ("stdin", "stdout", "stderr", "tty") if params.get(name, "false").lower() not in ("false", "0")
    }
    container = {"container": params["container"]} if params.get("container") else {}
    return {**switches, **container, **({"command": command} if command else {})}


def admit_stream(server: Server, message: HttpRequest, request: Request) -> None:
    """Let webhooks and policies judge a message that wants a stream of a pod. Raises StatusError."""
    command = parse_qs(urlsplit(message.target).query).get("command")
    server.admit_connect(request, describe_connection(request.subresource, request.params, command))


def impersonate(message: HttpRequest, credentials: Credentials | None) -> Credentials | None:
    """Return the credentials to answer by: the transport's, and whom the headers Impersonate-* name to act as. Raises BadRequest."""
    name, groups, uid = (message.header(f"impersonate-{what}") for what in ("user", "group", "uid"))
    extra = [(key[len(EXTRA) :], value) for key, value in message.headers.items() if key.lower().startswith(EXTRA)]
    if not name:
        if groups or uid or extra:
            raise BadRequest("requested impersonation without a user")
        return credentials
    from minikube_py.client.credentials import Credentials

    listed = tuple(groups.split(",")) if groups else ()
    own = credentials or Credentials()
    values = tuple(sorted((unquote(key).lower(), tuple(value.split(","))) for key, value in extra))
    return own._replace(name=name, groups=listed, uid=uid, extra=values)


def timeout_of(request: Request) -> float | None:
    """Return how many seconds a watch is asked to take, None where that is not said."""
    text = request.params.get("timeoutSeconds", "")
    return float(text) if text.isascii() and text.isdigit() and int(text) else None


def _write_events(events: Iterator[WatchEvent | None], server: Server, form: Any) -> Iterator[bytes]:
    """Yield an event after the other. A history that is gone ends the watch with an ERROR, as in Kubernetes."""
    try:
        for event in events:
            yield b"" if event is None else write_event(server, event, form)
    except Expired as error:
        yield write_event(server, WatchEvent("ERROR", error.to_status()), form._replace(convert=""))


def write_event(server: Server, event: WatchEvent, form: Any) -> bytes:
    """Return the line or frame that tells of an event."""
    return server.encode_event(event, form)


def _read_log(transport: Transport, request: Request) -> Iterator[bytes]:
    try:
        parts: Iterator[bytes] = transport.connect(request)
    except StreamError as error:
        raise BadRequest(str(error)) from error
    return parts


def _refuse_stream(message: HttpRequest) -> BadRequest:
    if "upgrade" not in message.header("connection").lower():
        return BadRequest("Upgrade request required")
    return BadRequest(NO_UPGRADE.format("no streams go through here; mk exec, attach and port-forward open them by themselves"))
