"""The same requests of all kinds, over TLS to the server that clients speak to: each is answered, and the connections go on."""

from __future__ import annotations

import http.client
from collections.abc import Iterator

import pytest

from minikube_py.apimachinery.errors import StatusError
from minikube_py.apiserver.paths import parse_path
from minikube_py.client.http_message import HttpRequest
from tests.apiserver.serving.conftest import Api, Folder, serve
from tests.fuzz.conftest import CASES, FIRST, check_status
from tests.fuzz.requests import make_request

BATCHES = 4
POD_ONLY = ("log", "proxy")  # there are no pods to ask


@pytest.fixture(scope="module")
def api(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Api]:
    folder = Folder(tmp_path_factory.mktemp("served"))
    folder.fill()
    yield from serve(folder)


def is_sent(message: HttpRequest) -> bool:
    """Return whether a request can be said in HTTP and has an answer that ends."""
    try:
        request = parse_path(message.method, message.target)
        " ".join((message.method, message.target, *message.headers.values())).encode("ascii")
    except (StatusError, ValueError):
        return False
    is_clean = message.target.startswith("/") and not any(character <= " " for character in message.target)
    return is_clean and (request is None or (request.verb != "watch" and request.subresource not in POD_ONLY))


def ask(connection: http.client.HTTPSConnection, message: HttpRequest) -> tuple[int, bytes]:
    """Return the status and body of the answer to a request."""
    connection.putrequest(message.method, message.target, skip_host=True, skip_accept_encoding=True)
    for name, value in message.headers.items():
        connection.putheader(name, value)
    connection.putheader("content-length", str(len(message.body)))
    connection.endheaders(message.body)
    answer = connection.getresponse()
    return answer.status, answer.read()


@pytest.mark.parametrize("batch", range(BATCHES))
def test_every_request_is_answered(api: Api, batch: int) -> None:
    connection, number = api.connect(), CASES // 10 // BATCHES
    for seed in range(FIRST + batch * number, FIRST + (batch + 1) * number):
        message = make_request(seed)
        if not is_sent(message):
            continue
        try:
            status, body = ask(connection, message)
            if status >= 400 and message.header("accept") == "application/json" and message.method != "HEAD":
                check_status(status, body)
        except Exception as error:
            error.add_note(f"seed {seed}: {message.method} {message.target} {message.headers} {message.body[:2000]!r}")
            raise
    assert ask(connection, HttpRequest("GET", "/readyz", {"host": "x"}))[0] == 200
