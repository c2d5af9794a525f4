"""An API server that answers in this thread, as the threads of the service do, and a patient judge of its answers."""

from __future__ import annotations

import json
import os
import ssl
from collections.abc import Iterator
from typing import Any

import orjson  # noqa: F401 - the service has it loaded: JSON is read by it
import pytest

from minikube_py.apiserver.serving.worker import Outcome, Worker
from minikube_py.client.http.records import Peer
from minikube_py.client.http_message import HttpAnswer, HttpRequest
from minikube_py.client.streams import StreamError
from minikube_py.client.transport.local import LocalTransport
from tests.apiserver.serving.conftest import Folder

CASES = int(os.environ.get("FUZZ_CASES", "1500"))
FIRST = int(os.environ.get("FUZZ_SEED", "0"))
KNOWN = (
    *("map: map[", "list element types are not identical: ", "unknown patch type: "),
    *("failed to create typed patch object (", "failed to convert new object ("),
)
"""What Kubernetes, too, answers with 500: errors of patches that it has no status for."""
KNOWN_500 = (*KNOWN, "Internal error occurred: failed to allocate a serviceIP: range is full")


class Asker:
    """Asks as the cluster's owner."""

    def __init__(self, worker: Worker, peer: Peer) -> None:
        self.worker, self._peer = worker, peer

    def ask(self, message: HttpRequest) -> tuple[int, bytes]:
        """Return the status and body of an answer; of a watch, its first lines."""
        outcome: Outcome = self.worker.answer(message, self._peer)
        assert not self.worker.server.store.in_transaction
        reply = outcome.reply
        return (reply.status, b"".join(reply.parts)) if isinstance(reply, HttpAnswer) else (200, getattr(reply, "first", b""))

    def judge(self, message: HttpRequest) -> tuple[int, bytes]:
        """Ask, and fail where the answer is one that no request should have."""
        status, body = self.ask(message)
        if status >= 400 and message.header("accept") == "application/json" and message.method != "HEAD":
            check_status(status, body)
        return status, body


def check_status(status: int, body: bytes) -> None:
    """Fail unless a body is a Status with that code, and a server's own error is one that Kubernetes has as well."""
    if not body.startswith(b"{"):
        assert status in (403, 404), body  # pages that are no resources are refused in plain text
        return
    said: Any = json.loads(body)
    if status == 404 and set(said) == {"paths"}:
        return  # of a path that nobody knows: those that are known
    assert (said["kind"], said["status"], said["code"]) == ("Status", "Failure", status)
    assert said["message"]
    assert status != 500 or said["message"].startswith(KNOWN_500), said["message"]


@pytest.fixture(scope="session")
def asker(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Asker]:
    """One cluster for all: what came before is part of what is tried."""
    folder = Folder(tmp_path_factory.mktemp("fuzzed"))
    folder.fill()
    server = folder.open_server()

    def refuse(request: Any) -> Any:
        raise StreamError("there are no streams here")

    worker = Worker(server, LocalTransport(server, folder.listen, refuse, server.now))
    certificate = ssl.PEM_cert_to_DER_cert((folder.path / "pki" / "admin.crt").read_text())
    yield Asker(worker, Peer("127.0.0.1", certificate))
    server.store.close()
