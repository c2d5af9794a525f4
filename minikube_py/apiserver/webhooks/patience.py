"""Calls of webhooks by who has more to do than to wait: the daemon, whose one thread does everything.

A call is waited for a moment only. If the answer does not come by then, the write fails with a Conflict, as what may well succeed
when tried again, and the call goes on; who tries again finds its answer. docs/adr/0013.
"""

from __future__ import annotations

import re
import socket
from concurrent.futures import Executor, Future
from concurrent.futures import TimeoutError as NotYet
from typing import TYPE_CHECKING, Any, NamedTuple, Protocol

from minikube_py.apimachinery import codec
from minikube_py.apimachinery.errors import Conflict

if TYPE_CHECKING:
    from minikube_py.apiserver.webhooks.https import DialService

Object = dict[str, Any]
MAX_CALLS = 256  # answers that nobody came back for are forgotten, the oldest first
_NEW_EACH_TIME = ("uid", "creationTimestamp", "managedFields", "resourceVersion")
_RANDOM_NAME = re.compile(rb"kube-api-access-[a-z0-9]{5}")


class Call(Protocol):
    """How a webhook is called: `https.post`."""

    def __call__(self, config: Object, body: Object, seconds: float, dial_service: DialService | None) -> Object: ...


def post(config: Object, body: Object, seconds: float, dial_service: DialService | None) -> Object:
    """Call `https.post`, which is loaded with the first webhook that there is: most clusters have none."""
    from minikube_py.apiserver.webhooks import https

    return https.post(config, body, seconds, dial_service)


class _Going(NamedTuple):
    place: bytes
    uid: str
    call: Future[Object]


class PatientCalls:
    """Calls webhooks in threads of `executor`, waiting `seconds` for each; not at all while one of the same place is overdue."""

    def __init__(self, executor: Executor, seconds: float, call: Call = post) -> None:
        self._executor, self._seconds, self._call = executor, seconds, call
        self._calls: dict[bytes, _Going] = {}

    def __call__(self, config: Object, body: Object, seconds: float, dial_service: DialService | None) -> Object:
        """Return a webhook's answer. Raises Conflict where there is none yet, CallFailed."""
        place, asked = codec.encode(config), _fingerprint(config, body)
        if asked not in self._calls:
            is_overdue = any(going.place == place and not going.call.done() for going in self._calls.values())
            self._calls[asked] = _Going(place, body["request"]["uid"], self._begin(config, body, seconds, dial_service))
            patience = 0.0 if is_overdue else self._seconds
        else:
            patience = 0.0
        going = self._calls[asked]
        try:
            answer = going.call.result(patience)
        except NotYet:
            self._forget()
            raise Conflict("a webhook that has to be asked has not answered yet; please try again") from None
        except BaseException:
            del self._calls[asked]
            raise
        del self._calls[asked]
        return _answer_to(body, going.uid, answer)

    def _begin(self, config: Object, body: Object, seconds: float, dial_service: DialService | None) -> Future[Object]:
        """Begin a call. A Service is dialled here, for that reads the state; what is connected stays out of the threads' way."""
        service = config.get("service")
        connected: socket.socket | OSError | None = None
        if service is not None and dial_service is not None:
            try:
                connected = dial_service(service["namespace"], service["name"], service.get("port") or 443)
            except OSError as error:
                connected = error
        return self._executor.submit(self._call, config, body, seconds, _give(connected) if service is not None else None)

    def _forget(self) -> None:
        for asked in list(self._calls)[: max(0, len(self._calls) - MAX_CALLS)]:
            if self._calls[asked].call.done():
                del self._calls[asked]


def _give(connected: socket.socket | OSError | None) -> DialService:
    def dial(namespace: str, name: str, port: int) -> socket.socket:
        if isinstance(connected, OSError):
            raise connected
        if connected is None:
            raise ConnectionError(f'service "{name}" cannot be reached from here')
        return connected

    return dial


def _fingerprint(config: Object, body: Object) -> bytes:
    """Return what a review asks, without what is another each time the same write is tried."""
    request = {key: value for key, value in (body.get("request") or {}).items() if key != "uid"}
    for word in ("object", "oldObject"):
        metadata = (request.get(word) or {}).get("metadata")
        if isinstance(metadata, dict):
            request[word] = {**request[word], "metadata": _without_news(metadata)}
            if metadata.get("generateName"):
                request.pop("name", None)
    return _RANDOM_NAME.sub(b"", codec.encode({"config": config, "request": request}))


def _without_news(metadata: Object) -> Object:
    dropped = (*_NEW_EACH_TIME, *(("name",) if metadata.get("generateName") else ()))
    return {key: value for key, value in metadata.items() if key not in dropped}


def _answer_to(body: Object, asked: str, answer: Object) -> Object:
    """Return the answer to review `asked` as one to `body`, which asks the same."""
    response = answer.get("response")
    if not isinstance(response, dict) or response.get("uid") != asked:
        return answer
    return {**answer, "response": {**response, "uid": body["request"]["uid"]}}
