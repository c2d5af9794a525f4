"""Requests over HTTP: what is sent, what is made of answers, connections that are used again, and answers that come in pieces."""

from __future__ import annotations

import gzip
import threading
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from minikube_py.apimachinery.errors import Expired, StatusError
from minikube_py.client.credentials import Credentials
from minikube_py.client.kubeconfig import Target
from minikube_py.client.remote.dialer import Dialer, read_server
from minikube_py.client.remote.identity import Identity
from minikube_py.client.remote.tls import make_context
from minikube_py.client.request import OWNER, Request, RequestError, Unreachable, WatchEvent
from minikube_py.client.transport.http import HttpTransport
from minikube_py.client.transport.logged import RequestLog
from minikube_py.component_base.clock import FakeClock
from tests.client.http.conftest import Echo, listening
from tests.client.peers import (
    PATIENCE,
    Asked,
    Authority,
    Connection,
    Peer,
    Script,
    answering,
    authority,
    chunked,
    make_server_tls,
    reply,
    serving,
)

Object = dict[str, Any]
Open = Callable[..., HttpTransport]
POD = Request("get", "", "v1", "pods", "default", "web")
STATUS = {"kind": "Status", "status": "Failure", "message": 'pods "web" not found', "reason": "NotFound", "code": 404}


@pytest.fixture
def waited() -> list[float]:
    """For how long the transport waited."""
    return []


@pytest.fixture
def open_to(waited: list[float]) -> Iterator[Open]:
    """Makes a transport to a server as a kubeconfig's user."""
    opened: list[HttpTransport] = []

    def make(peer: Peer, user: Object | None = None, timeout: float | None = None, prefix: str = "") -> HttpTransport:
        identity = Identity(Target("c", "default", {}, user or {}, "ann"), FakeClock())
        dialer = Dialer(read_server(peer.url + prefix), lambda: make_context({}, None))
        opened.append(HttpTransport(dialer, identity, "kubectl/v1.33", waited.append, timeout))
        return opened[-1]

    yield make
    for one in opened:
        one.close()


def test_a_request_says_what_is_wanted(open_to: Open) -> None:
    asked: list[Asked] = []
    with serving(answering(reply(201, {"kind": "Pod"}), asked=asked)) as peer:
        request = Request("create", "apps", "v1", "deployments", "shop", params={"dryRun": "All"}, body={"a": "ü"})
        response = open_to(peer, {"token": "secret"}).handle(request)
    assert (response.object, response.created) == ({"kind": "Pod"}, True)
    [one] = asked
    assert one.line == "POST /apis/apps/v1/namespaces/shop/deployments?dryRun=All HTTP/1.1"
    assert one.body == '{"a":"ü"}'.encode()
    wanted = {"content-type": "application/json", "authorization": "Bearer secret", "user-agent": "kubectl/v1.33"}
    assert one.headers | wanted == one.headers


def test_a_server_may_be_below_a_path(open_to: Open) -> None:
    asked: list[Asked] = []
    with serving(answering(reply(), asked=asked)) as peer:
        open_to(peer, prefix="/clusters/a/").handle(POD)
    assert asked[0].line == "GET /clusters/a/api/v1/namespaces/default/pods/web HTTP/1.1"


@pytest.mark.parametrize(
    ("user", "headers"),
    [
        pytest.param({"username": "ann", "password": "p:w"}, {"authorization": "Basic YW5uOnA6dw=="}, id="password"),
        pytest.param(
            {"as": "bob", "as-groups": ["dev", "ops"], "as-uid": "7"},
            {"impersonate-user": "bob", "impersonate-group": "dev,ops", "impersonate-uid": "7"},
            id="another user",
        ),
        pytest.param(
            {"as": "bob", "as-user-extra": {"example.com/team": ["a", "b"]}},
            {"impersonate-user": "bob", "impersonate-extra-example.com%2fteam": "a,b"},
            id="extra",
        ),
        pytest.param({}, {}, id="nobody"),
    ],
)
def test_who_asks(open_to: Open, user: Object, headers: dict[str, str]) -> None:
    asked: list[Asked] = []
    with serving(answering(reply(), asked=asked)) as peer:
        open_to(peer, user).handle(POD)
    shown = {key: value for key, value in asked[0].headers.items() if key.startswith(("authorization", "impersonate"))}
    assert shown == headers


def test_one_connection_carries_many_requests(open_to: Open) -> None:
    with serving(answering(reply())) as peer:
        transport = open_to(peer)
        for _ in range(3):
            transport.handle(POD)
        assert peer.connections == 1


def answer_once(connection: Connection) -> None:
    """Answer one request and hang up, without having said so."""
    if connection.read():
        connection.send(reply())


def test_a_server_that_hung_up_meanwhile_is_asked_anew(open_to: Open) -> None:
    with serving(answer_once) as peer:
        transport = open_to(peer)
        for _ in range(3):
            transport.handle(POD)
        assert peer.connections == 3


def test_what_may_have_been_done_is_not_sent_twice(open_to: Open) -> None:
    asked: list[Asked] = []
    with serving(answering(reply(), b"", asked=asked)) as peer:
        transport = open_to(peer)
        transport.handle(POD)
        with pytest.raises(Unreachable, match="EOF"):
            transport.handle(POD._replace(verb="delete"))
    assert len(asked) == 2


def test_a_server_that_says_close_is_not_kept(open_to: Open) -> None:
    with serving(answering(reply(200, None, "Connection: close"))) as peer:
        transport = open_to(peer)
        transport.handle(POD)
        transport.handle(POD)
        assert peer.connections == 2


ASKED = " (get pods web)"


@pytest.mark.parametrize(
    ("answer", "reason", "message"),
    [
        pytest.param(reply(404, STATUS), "NotFound", 'pods "web" not found', id="Status"),
        pytest.param(
            reply(401, b"no", kind="text/plain"),
            "Unauthorized",
            "the server has asked for the client to provide credentials" + ASKED,
            id="401",
        ),
        pytest.param(reply(403, b" go away\n", kind="text/plain"), "Forbidden", "go away" + ASKED, id="403 text"),
        pytest.param(reply(403, {"a": 1}), "Forbidden", "unknown" + ASKED, id="403 JSON"),
        pytest.param(
            reply(404, b"<html>", kind="text/html"),
            "NotFound",
            "the server could not find the requested resource" + ASKED,
            id="404",
        ),
        pytest.param(
            reply(418),
            "",
            "the server responded with the status code 418 but did not return more information" + ASKED,
            id="418",
        ),
        pytest.param(
            reply(502, b'bad "gateway"', kind="text/plain"),
            "InternalError",
            'an error on the server ("bad \\"gateway\\"") has prevented the request from succeeding' + ASKED,
            id="502",
        ),
        pytest.param(
            reply(503), "ServiceUnavailable", "the server is currently unable to handle the request" + ASKED, id="503"
        ),
    ],
)
def test_answers_that_are_errors(open_to: Open, answer: bytes, reason: str, message: str) -> None:
    with serving(answering(answer)) as peer, pytest.raises(StatusError) as caught:
        open_to(peer).handle(POD)
    assert (caught.value.reason, caught.value.message) == (reason, message)


HTML = b"<html>Sign in</html>"


@pytest.mark.parametrize(
    ("answer", "said"),
    [
        pytest.param(reply(200, HTML, kind="text/html; charset=utf-8"), "serializer for text/html doesn't exist", id="HTML"),
        pytest.param(reply(200, HTML), "invalid character '<' looking for beginning of value", id="HTML called JSON"),
        pytest.param(reply(200, b""), "unexpected end of JSON input", id="nothing"),
        pytest.param(reply(200, b'{"kind": "Pod"'), "unexpected end of JSON input", id="half of it"),
        pytest.param(
            reply(200, [1]), "json: cannot unmarshal array into Go value of type unstructured.detector", id="no object"
        ),
        pytest.param(reply(200, {"a": 1}), "Object 'Kind' is missing in '{\"a\": 1}'", id="no kind"),
        pytest.param(
            reply(200, b"", "Content-Length: 9").replace(b"Content-Length: 0\r\n", b""),
            "unexpected error when reading response body. Please retry. Original error: unexpected EOF",
            id="cut off",
        ),
        pytest.param(reply(200, b"x", "Content-Encoding: gzip"), "gzip: invalid header", id="not packed"),
    ],
)
def test_answers_that_are_no_objects(open_to: Open, answer: bytes, said: str) -> None:
    def script(connection: Connection) -> None:
        connection.read()
        connection.send(answer)

    with serving(script) as peer, pytest.raises(RequestError) as caught:
        open_to(peer).handle(POD)
    assert caught.value.message == said


@pytest.mark.parametrize(
    ("answer", "said"),
    [
        (b"SSH-2.0-OpenSSH_9.2\r\n", 'malformed HTTP response "SSH-2.0-OpenSSH_9.2"'),
        (b"HTTP/1.1 what now\r\n\r\n", 'malformed HTTP status code "what"'),
        (b"FTP 220 hello\r\n\r\n", 'malformed HTTP version "FTP"'),
    ],
    ids=["SSH", "no code", "no HTTP"],
)
def test_a_server_that_speaks_no_http(open_to: Open, answer: bytes, said: str) -> None:
    def script(connection: Connection) -> None:
        connection.read()
        connection.send(answer)

    with serving(script) as peer, pytest.raises(Unreachable) as caught:
        open_to(peer).handle(POD)
    assert caught.value.cause == f"net/http: HTTP/1.x transport connection broken: {said}"


def test_an_answer_may_be_packed(open_to: Open) -> None:
    asked: list[Asked] = []
    packed = reply(200, gzip.compress(b'{"kind": "Pod", "metadata": {"name": "web"}}'), "Content-Encoding: gzip")
    with serving(answering(packed, asked=asked)) as peer:
        assert open_to(peer).handle(POD).object["metadata"] == {"name": "web"}
    assert asked[0].headers["accept-encoding"] == "gzip"


def test_an_unreachable_server_says_what_was_asked_behind_other_words(open_to: Open) -> None:
    with serving(answering(b"")) as peer, pytest.raises(Unreachable) as caught:
        open_to(peer).handle(POD._replace(verb="create", body={}))
    assert caught.value.message == "Unable to connect to the server: EOF"
    url = f"{peer.url}/api/v1/namespaces/default/pods/web"
    assert caught.value.behind("failed: ").message == f'failed: Post "{url}": EOF'


def test_a_server_that_refuses_is_named(open_to: Open) -> None:
    with serving(answering(b"")) as peer:
        transport = open_to(peer)
    with pytest.raises(Unreachable) as caught:
        transport.handle(POD)
    where = f"127.0.0.1:{peer.port}"
    assert caught.value.message == f"The connection to the server {where} was refused - did you specify the right host or port?"


def test_who_hangs_up_is_read_from_again(open_to: Open, waited: list[float]) -> None:
    with serving(answering(b"", b"", reply())) as peer:
        assert open_to(peer).handle(POD).object == {"kind": "Pod"}
    assert waited == [1, 1]


@pytest.mark.parametrize(
    ("status", "verb", "line"),
    [
        (302, "get", "GET /there?a=b HTTP/1.1"),
        (307, "get", "GET /there?a=b HTTP/1.1"),
        (302, "create", "GET /there?a=b HTTP/1.1"),
        (308, "create", "POST /there?a=b HTTP/1.1"),
    ],
)
def test_a_redirect_is_followed(open_to: Open, status: int, verb: str, line: str) -> None:
    asked: list[Asked] = []
    moved = reply(status, b"", "Location: /there?a=b")
    with serving(answering(moved, reply(), asked=asked)) as peer:
        assert open_to(peer).handle(POD._replace(verb=verb, body={"a": 1})).object == {"kind": "Pod"}
    assert asked[1].line == line
    assert asked[1].body == (b'{"a":1}' if line.startswith("POST") else asked[1].body)


@pytest.mark.parametrize(
    ("place", "said"),
    [
        ("/there", "stopped after 10 redirects"),
        ("https://login.example/?next=k8s", 'redirected to another server: "https://login.example/?next=k8s"'),
    ],
    ids=["in circles", "elsewhere"],
)
def test_a_redirect_that_is_not_followed(open_to: Open, place: str, said: str) -> None:
    with serving(answering(reply(302, b"", f"Location: {place}"))) as peer, pytest.raises(Unreachable) as caught:
        open_to(peer).handle(POD)
    assert caught.value.cause == said


def test_a_raw_path_is_from_the_hosts_root(open_to: Open) -> None:
    """As in kubectl, whose --raw knows nothing of the path that a kubeconfig's server has."""
    asked: list[Asked] = []
    with serving(answering(reply(), asked=asked)) as peer:
        list(open_to(peer, prefix="/k8s").raw("GET", "/healthz", b"", OWNER))
    assert asked[0].line == "GET /healthz HTTP/1.1"


def test_a_stream_that_is_cut_off_says_so(open_to: Open) -> None:
    def script(connection: Connection) -> None:
        connection.read()
        connection.send(b"HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nhalf")

    with serving(script) as peer:
        parts = open_to(peer).open_stream("/log")
        assert next(parts) == b"half"
        with pytest.raises(RequestError, match=r"^unexpected EOF$"):
            next(parts)


def test_a_time_limit_is_told_to_the_server(open_to: Open) -> None:
    asked: list[Asked] = []
    with serving(answering(reply(), asked=asked)) as peer:
        transport = open_to(peer, timeout=90.0)
        transport.handle(POD)
        transport.read("/version")
        open_to(peer).read("/version")
    assert [one.line.split()[1].partition("?")[2] for one in asked] == ["timeout=1m30s", "timeout=1m30s", "timeout=32s"]


def test_discovery_does_not_look_into_an_error(open_to: Open) -> None:
    with serving(answering(reply(403, STATUS))) as peer, pytest.raises(StatusError) as caught:
        open_to(peer).read("/api")
    assert caught.value.message == "unknown"


def test_a_server_that_says_later_is_asked_later(open_to: Open, waited: list[float]) -> None:
    late = reply(429, {}, "Retry-After: 3")
    with serving(answering(late, late, reply(200, {"kind": "Pod"}))) as peer:
        assert open_to(peer).handle(POD).object == {"kind": "Pod"}
    assert waited == [3, 3]


def test_it_is_not_asked_for_ever(open_to: Open, waited: list[float]) -> None:
    with serving(answering(reply(503, {}, "Retry-After: 1"))) as peer, pytest.raises(StatusError):
        open_to(peer).handle(POD)
    assert len(waited) == 10


@pytest.mark.parametrize(
    ("headers", "warnings"),
    [
        (['Warning: 299 - "old"'], ("old",)),
        (['Warning: 299 - "say \\"no\\"", 299 kube "a, b"', 'Warning: 299 - "c"'], ('say "no"', "a, b", "c")),
        (["Warning: 299 -"], ()),
    ],
    ids=["one", "several", "none"],
)
def test_warnings(open_to: Open, headers: list[str], warnings: tuple[str, ...]) -> None:
    with serving(answering(reply(200, None, *headers))) as peer:
        assert open_to(peer).handle(POD).warnings == warnings


def test_errors_warn_too(open_to: Open) -> None:
    with serving(answering(reply(404, STATUS, 'Warning: 299 - "old"'))) as peer, pytest.raises(StatusError) as caught:
        open_to(peer).handle(POD)
    assert caught.value.warnings == ("old",)


def be_silent(connection: Connection) -> None:
    connection.read()
    connection.read()  # until the client gives up


def test_a_silent_server_is_waited_for_as_long_as_was_said(open_to: Open) -> None:
    with serving(be_silent) as peer, pytest.raises(Unreachable) as caught:
        open_to(peer, timeout=0.05).handle(POD)
    assert "Client.Timeout exceeded while awaiting headers" in str(caught.value)
    assert peer.connections == 1


WATCH = Request("watch", "", "v1", "pods", "default")
ADDED = b'{"type":"ADDED","object":{"metadata":{"name":"\xc3\xbc"}}}\n'
EVENT = WatchEvent("ADDED", {"metadata": {"name": "ü"}})


@pytest.mark.parametrize("size", [1, 7, 39, 60, 1000])
def test_lines_of_a_watch_may_be_cut_anywhere(open_to: Open, size: int) -> None:
    whole = ADDED * 3
    pieces = [whole[start : start + size] for start in range(0, len(whole), size)]
    with serving(answering(chunked(*pieces))) as peer:
        assert list(open_to(peer).watch(WATCH)) == [EVENT] * 3


def test_a_watch_says_how_long(open_to: Open) -> None:
    asked: list[Asked] = []
    with serving(answering(chunked(ADDED), asked=asked)) as peer:
        list(open_to(peer).watch(WATCH._replace(params={"resourceVersion": "5"}), 12.4))
    assert asked[0].line == "GET /api/v1/namespaces/default/pods?resourceVersion=5&timeoutSeconds=12&watch=true HTTP/1.1"


def test_an_error_ends_a_watch(open_to: Open) -> None:
    error = b'{"type":"ERROR","object":{"kind":"Status","reason":"Expired","code":410,"message":"too old"}}\n'
    with serving(answering(chunked(ADDED, error))) as peer:
        events = open_to(peer).watch(WATCH)
        assert next(events) == EVENT
        with pytest.raises(Expired, match="too old"):
            next(events)


def test_a_watch_that_breaks_off_ends(open_to: Open) -> None:
    def script(connection: Connection) -> None:
        if connection.read():
            connection.send(chunked(ADDED)[:-3] + b"ffff\r\n{")

    with serving(script) as peer:
        assert list(open_to(peer).watch(WATCH)) == [EVENT]


def test_a_watch_gives_its_connection_back_at_its_end(open_to: Open) -> None:
    with serving(answering(chunked(ADDED))) as peer:
        transport = open_to(peer)
        list(transport.watch(WATCH))
        list(transport.watch(WATCH))
        assert peer.connections == 1


def test_a_certificate_of_ours_that_is_refused(tmp_path: Path) -> None:
    """TLS 1.3 tells of it when the answer is awaited."""
    tls = make_server_tls(tmp_path, authority().issue(), client_ca=Authority("another").pem)
    own = authority().issue()
    context = make_context({"insecure-skip-tls-verify": True}, Credentials(certificate=own.certificate, key=own.key))
    with listening(Echo(), tls=tls) as port:
        identity = Identity(Target("c", "default", {}, {}, "ann"), FakeClock())
        transport = HttpTransport(
            Dialer(read_server(f"https://127.0.0.1:{port}"), lambda: context), identity, "kubectl", [].append, PATIENCE
        )
        with pytest.raises(Unreachable, match="remote error: tls: unknown certificate authority"):
            transport.handle(POD)


def test_a_watch_that_is_left_closes_its_connection(open_to: Open) -> None:
    ended = threading.Event()

    def script(connection: Connection) -> None:
        if connection.read():
            connection.send(chunked(ADDED)[:-5])
            if connection.read() is None:
                ended.set()

    with serving(script) as peer:
        events = open_to(peer).watch(WATCH)
        next(events)
        events.close()  # type: ignore[attr-defined]
        assert ended.wait(PATIENCE)


def test_a_log_comes_as_it_is_written(open_to: Open) -> None:
    with serving(answering(chunked(b"one\n", b"two"))) as peer:
        assert b"".join(open_to(peer).open_stream("/log")) == b"one\ntwo"


@pytest.mark.parametrize("script", [answering(reply(404, STATUS))], ids=["not found"])
def test_what_is_wrong_with_a_stream_shows_at_once(open_to: Open, script: Script) -> None:
    with serving(script) as peer, pytest.raises(StatusError, match="not found"):
        open_to(peer).open_stream("/log")


class Log:
    """Keeps the lines of a log."""

    def __init__(self, level: int) -> None:
        self.lines: list[str] = []
        self.log = RequestLog(level, lambda line, file, text: self.lines.append(text), lambda: 5.0)


def test_all_that_is_sent_is_told_of(open_to: Open) -> None:
    """Also what a verb does not ask for: discovery, what is tried again."""
    kept = Log(6)
    with serving(answering(reply(429, {}, "Retry-After: 1"), reply(), reply(200, {}))) as peer:
        transport = open_to(peer)
        transport.log = kept.log
        transport.handle(POD)
        transport.read("/version")
        pod, version = f"{peer.url}/api/v1/namespaces/default/pods/web", f"{peer.url}/version?timeout=32s"
    assert kept.lines == [
        f'"Response" verb="GET" url="{pod}" status="429 X" milliseconds=0',
        f'"Response" verb="GET" url="{pod}" status="200 X" milliseconds=0',
        f'"Response" verb="GET" url="{version}" status="200 X" milliseconds=0',
    ]


def test_a_request_that_nobody_answers_is_told_of(open_to: Open) -> None:
    kept = Log(6)
    with serving(answering(b"")) as peer, pytest.raises(Unreachable):
        transport = open_to(peer)
        transport.log = kept.log
        transport.handle(POD._replace(verb="create", body={}))
    assert [line.partition(" status=")[2] for line in kept.lines] == ['"" milliseconds=0']


def test_bodies_and_headers_are_told_of_but_no_secrets(open_to: Open) -> None:
    kept = Log(8)
    with serving(answering(reply(200, {"kind": "Pod"}, "X-More: a"))) as peer:
        transport = open_to(peer, {"token": "geheim"})
        transport.log = kept.log
        transport.handle(POD._replace(verb="create", body={"a": 1}))
    told = "\n".join(kept.lines)
    assert "\tAuthorization: Bearer <masked>\n" in told
    assert "\tX-More: a\n" in told
    assert '"Request Body" body=<\n\t{"a":1}\n >' in told
    assert '"Response Body" body=<\n\t{"kind": "Pod"}\n >' in told
    assert "geheim" not in told
