"""The audit log: a line of JSON for each request, an audit.k8s.io/v1 Event of level Metadata.

https://kubernetes.io/docs/tasks/debug/debug-cluster/audit/
"""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

from minikube_py.apimachinery import codec
from minikube_py.component_base.clock import format_rfc3339_micro

if TYPE_CHECKING:
    from minikube_py.apiserver.serving.worker import Outcome
    from minikube_py.client.http.records import Peer
    from minikube_py.client.http_message import HttpRequest
    from minikube_py.client.request import Request, User

Object = dict[str, Any]
REASONS = {400: "BadRequest", 401: "Unauthorized", 403: "Forbidden", 404: "NotFound", 409: "Conflict", 422: "Invalid"}


class Ended(NamedTuple):
    """A request that was answered, as far as its first bytes. `uid` is by what answer and log name it."""

    message: HttpRequest
    peer: Peer
    outcome: Outcome
    uid: str


class AuditLog:
    """Appends to a file that only its owner may read. `now` is the time."""

    def __init__(self, path: Path, now: Callable[[], float]) -> None:
        self._now = now
        self._descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)

    def write(self, ended: Ended, status: int, seconds: float, *, goes_on: bool = False) -> None:
        """Add a line about a request that came so many seconds ago. One that `goes_on` has another line when it is over."""
        now = self._now()
        event = make_event(ended, status, "ResponseStarted" if goes_on else "ResponseComplete", (now - seconds, now))
        os.write(self._descriptor, codec.encode(event) + b"\n")

    def close(self) -> None:
        """Close the file."""
        os.close(self._descriptor)


def make_event(ended: Ended, status: int, stage: str, times: tuple[float, float]) -> Object:
    """Return the Event of a request that came and reached a stage at these times."""
    message, outcome = ended.message, ended.outcome
    request, user = outcome.request, outcome.user
    event: Object = {
        "kind": "Event",
        "apiVersion": "audit.k8s.io/v1",
        "level": "Metadata",
        "auditID": ended.uid,
        "stage": stage,
        "requestURI": message.target,
        "verb": request.verb if request is not None else message.method.lower(),
        "user": _describe_user(user),
    }
    if request is not None and user is not None and request.user != user:
        event["impersonatedUser"] = _describe_user(request.user)
    event["sourceIPs"] = [ended.peer.address]
    if agent := message.header("user-agent"):
        event["userAgent"] = agent
    if request is not None and request.resource:
        event["objectRef"] = _refer(request)
    event["responseStatus"] = _describe_status(status, outcome.why)
    event["requestReceivedTimestamp"], event["stageTimestamp"] = map(format_rfc3339_micro, times)
    if user is not None:
        decision, why = ("allow", "") if outcome.allowed else ("forbid", outcome.why)
        event["annotations"] = {"authorization.k8s.io/decision": decision, "authorization.k8s.io/reason": why}
    return event


def _describe_user(user: User | None) -> Object:
    if user is None:
        return {}
    described: Object = {"username": user.name}
    if user.uid:
        described["uid"] = user.uid
    if user.groups:
        described["groups"] = list(user.groups)
    if user.extra:
        described["extra"] = {key: list(values) for key, values in user.extra}
    return described


def _refer(request: Request) -> Object:
    fields = {
        "resource": request.resource,
        "namespace": request.namespace,
        "name": request.name,
        "apiGroup": request.group,
        "apiVersion": request.version,
        "subresource": request.subresource,
    }
    return {key: value for key, value in fields.items() if value}


def _describe_status(status: int, why: str) -> Object:
    described: Object = {"metadata": {}}
    if status >= 400:
        described["status"] = "Failure"
        if why:
            described["message"] = why
        if status in REASONS:
            described["reason"] = REASONS[status]
    described["code"] = status
    return described
