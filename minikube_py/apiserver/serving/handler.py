"""The REST API as a handler of HTTP requests: lives on the event loop, lets threads do the work, and feeds watches from the hub."""

from __future__ import annotations

import asyncio
import random
import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from typing import TYPE_CHECKING, NamedTuple, Protocol, TypeVar
from uuid import uuid4

from minikube_py.apimachinery.errors import BadRequest, InternalError, RequestEntityTooLarge, StatusError
from minikube_py.apiserver.serving.audit import AuditLog, Ended
from minikube_py.apiserver.serving.hub import Hub, Member
from minikube_py.apiserver.serving.metrics import Metrics, describe
from minikube_py.apiserver.serving.subscriptions import Subscription
from minikube_py.apiserver.serving.worker import Begun, Connecting, Outcome, Watching, Worker
from minikube_py.apiserver.wire import encode_answer
from minikube_py.client.http.endings import when_over
from minikube_py.client.http.records import Reply, Streamed, Upgrade
from minikube_py.client.http_message import JSON, PLAIN_TEXT, HttpAnswer, HttpRequest, make_answer
from minikube_py.client.transport.exchange import NO_UPGRADE
from minikube_py.client.transport.pod_proxy import Passing, pass_on

if TYPE_CHECKING:
    from minikube_py.apiserver.kube_apiserver import KubeApiServer
    from minikube_py.client.http.records import Peer
    from minikube_py.client.request import Request
    from minikube_py.client.transport.local import LocalTransport, Wakeup

T = TypeVar("T")

THREADS = 4
MAX_READING, MAX_CHANGING = 400, 200  # requests at work; watches and streams do not count
MIN_WATCH_SECONDS = 1800.0
READS = ("GET", "HEAD", "OPTIONS")
TOO_MANY = b"Too many requests, please try again later.\n"


class Run(Protocol):
    """Runs something that blocks in a thread that has an API server, and waits for it."""

    async def __call__(self, job: Callable[[Worker], T]) -> T: ...


class Connect(Protocol):
    """Turns a connection into streams of a pod (exec, attach, portforward), for a request that is allowed already.

    Raises StatusError for what is answered with a Status instead.
    """

    async def __call__(self, message: HttpRequest, request: Request, run: Run) -> Upgrade | HttpAnswer: ...


class Parts(NamedTuple):
    """What an API over HTTP is made of.

    `open_server` makes an API server with a store of its own, for one thread. `make_transport` puts the transport on it through which
    its requests go. `listen` gives the wake-ups that tell of commits. `connect` upgrades connections to streams of pods; without it
    that is refused. `new_uid` makes the ids of requests. `tell` is told of what goes wrong inside. `max_reading` and `max_changing`
    requests are at work at once.
    """

    open_server: Callable[[], KubeApiServer]
    make_transport: Callable[[KubeApiServer], LocalTransport]
    listen: Callable[[], Wakeup]
    connect: Connect | None = None
    audit: AuditLog | None = None
    new_uid: Callable[[], str] = lambda: str(uuid4())
    tell: Callable[[Exception], None] = lambda error: None
    max_reading: int = MAX_READING
    max_changing: int = MAX_CHANGING


class ApiHandler:
    """Answers the requests of all connections of one server. Made and closed on its event loop."""

    def __init__(self, parts: Parts) -> None:
        self._parts = parts
        self._loop = asyncio.get_running_loop()
        self._metrics = Metrics()
        self._hub = Hub(parts.open_server, parts.listen, self._loop)
        self._threads = ThreadPoolExecutor(THREADS, "api")
        self._own = threading.local()
        self._workers: list[Worker] = []
        self._pages = {"/metrics": self._metrics.answer}

    async def close(self) -> None:
        """End the threads and close their stores."""
        await asyncio.to_thread(self._threads.shutdown)
        await asyncio.to_thread(self._hub.close)
        for worker in self._workers:
            worker.server.store.close()
        if self._parts.audit is not None:
            self._parts.audit.close()

    def refuse(self, status: int, text: str) -> HttpAnswer:
        """Return the answer for a request that was not read to its end."""
        error = RequestEntityTooLarge(text) if status == 413 else BadRequest(text)
        return _answer_status(error)

    async def answer(self, message: HttpRequest, peer: Peer) -> Reply:
        """Answer a request; answer and audit log name it by the same id, the client's own if it has one."""
        uid = message.header("audit-id") or self._parts.new_uid()
        reply = await self._answer(message, peer, uid)
        return reply if isinstance(reply, Upgrade) else reply._replace(headers=(("Audit-Id", uid), *reply.headers))

    async def _answer(self, message: HttpRequest, peer: Peer, uid: str) -> Reply:
        """Answer a request, unless there are too many."""
        began = self._loop.time()
        kind = "readOnly" if message.method in READS else "mutating"
        if self._metrics.inflight[kind] >= (self._parts.max_reading if kind == "readOnly" else self._parts.max_changing):
            self._metrics.dropped[kind] += 1
            return make_answer(429, PLAIN_TEXT, TOO_MANY, ("Retry-After", "1"))
        self._metrics.inflight[kind] += 1
        try:
            outcome = await self._loop.run_in_executor(self._threads, partial(self._work, message, peer))
        finally:
            self._metrics.inflight[kind] -= 1
        ended = Ended(message, peer, outcome, uid)
        return self._take_note(ended, await self._complete(outcome.reply), began)

    def _take_note(self, ended: Ended, reply: Reply, began: float) -> Reply:
        """Count and log what was answered; of what goes on from here, also its end."""
        goes_on = not isinstance(reply, HttpAnswer) or reply.streamed
        status = 101 if isinstance(reply, Upgrade) else reply.status
        self._metrics.count(ended, status, None if goes_on else self._loop.time() - began)
        self._log(ended, status, began, goes_on=goes_on)
        if not goes_on:
            return reply
        what = describe(ended)
        self._metrics.long_running[what] += 1

        def end() -> None:
            self._metrics.long_running[what] -= 1
            self._log(ended, status, began)

        return when_over(reply, end)

    def _log(self, ended: Ended, status: int, began: float, *, goes_on: bool = False) -> None:
        """Write a request down. What was done is done, also where the disk is full."""
        try:
            if self._parts.audit is not None:
                self._parts.audit.write(ended, status, self._loop.time() - began, goes_on=goes_on)
        except OSError as error:
            self._parts.tell(error)

    async def _run(self, job: Callable[[Worker], T]) -> T:
        return await self._loop.run_in_executor(self._threads, lambda: job(self._find_worker()))

    def _work(self, message: HttpRequest, peer: Peer) -> Outcome:
        """Answer in a thread. A fault of ours is an answer too, and the connections go on."""
        try:
            return self._find_worker().answer(message, peer)
        except Exception as error:  # noqa: BLE001 - the server's one
            return Outcome(self._admit_fault(error))

    def _find_worker(self) -> Worker:
        worker: Worker | None = getattr(self._own, "worker", None)
        if worker is None:
            server = self._parts.open_server()
            self._own.worker = worker = Worker(server, self._parts.make_transport(server), self._pages)
            self._workers.append(worker)
        return worker

    async def _complete(self, begun: Begun) -> Reply:
        if isinstance(begun, Watching):
            return self._watch(begun)
        try:
            if isinstance(begun, Connecting):
                return await self._connect(begun)
            return await pass_on(begun) if isinstance(begun, Passing) else begun
        except StatusError as error:
            return _answer_status(error)
        except Exception as error:  # noqa: BLE001 - and the same where streams are opened
            return self._admit_fault(error)

    def _watch(self, opened: Watching) -> Streamed:
        seconds = opened.seconds
        if seconds is None:
            seconds = MIN_WATCH_SECONDS * random.uniform(1, 2)
        subscription = Subscription(self._loop, seconds, self._hub.backlog, opened.first)
        if opened.filter is None:
            subscription.end()
        else:
            self._hub.add(Member(opened.filter, opened.form, subscription, opened.revision, opened.bookmarks))
        headers = (("Cache-Control", "no-cache, private"), ("Content-Type", opened.form.watch_type))
        return Streamed(200, headers, subscription, subscription.over)

    async def _connect(self, wanted: Connecting) -> Upgrade | HttpAnswer:
        if self._parts.connect is None:
            raise BadRequest(NO_UPGRADE.format("this server opens no streams"))
        return await self._parts.connect(wanted.message, wanted.request, self._run)

    def _admit_fault(self, error: Exception) -> HttpAnswer:
        self._parts.tell(error)
        return _answer_status(InternalError(f"Internal error occurred: {type(error).__name__}: {error}"))


def _answer_status(error: StatusError) -> HttpAnswer:
    return make_answer(error.code, JSON, encode_answer(error.to_status()))
