"""Records Events as Kubernetes' components do: the same thing again counts up, it is not written twice.

https://kubernetes.io/docs/reference/kubernetes-api/cluster-resources/event-v1/ and client-go's tools/record.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from minikube_py.apimachinery import errors
from minikube_py.client.event_correlator import EventCorrelator, Verdict, Written
from minikube_py.client.request import MERGE_PATCH
from minikube_py.client.resources import EVENTS
from minikube_py.component_base.clock import Clock, format_rfc3339

if TYPE_CHECKING:
    from minikube_py.client.rest import Client

Object = dict[str, Any]
MAX_MESSAGE = 1024


class EventRecorder:
    """Writes Events in the name of one component, on one host."""

    def __init__(self, client: Client, component: str, clock: Clock, host: str = "") -> None:
        self._client, self._component, self._clock, self._host = client, component, clock, host
        self._correlator = EventCorrelator(clock.now)
        self._last = 0

    def event(self, obj: Object, event_type: str, reason: str, message: str, field_path: str = "") -> None:
        """Record an event about `obj`. `event_type` is Normal or Warning. An event that cannot be written is dropped, as upstream."""
        reference = make_reference(obj, field_path)
        subject = tuple(str(reference.get(part, "")) for part in ("kind", "namespace", "name", "uid", "apiVersion"))
        verdict = self._correlator.judge(subject, field_path, event_type, reason, message[:MAX_MESSAGE])
        if verdict is None:
            return
        now = self._clock.now()
        try:
            written = self._count_up(verdict, now)
            if written is None:
                created = self._create(reference, event_type, reason, verdict.message, now)
                written = Written(created["metadata"]["namespace"], created["metadata"]["name"], 1)
        except errors.StatusError:
            return
        self._correlator.remember(verdict.key, written)

    def _create(self, reference: Object, event_type: str, reason: str, message: str, now: float) -> Object:
        namespace = reference.get("namespace") or "default"
        source = {"component": self._component} | ({"host": self._host} if self._host else {})
        stamp = format_rfc3339(now)
        event = {
            "apiVersion": "v1",
            "kind": "Event",
            "metadata": {"name": "", "namespace": namespace},
            "involvedObject": reference,
            "reason": reason,
            "message": message,
            "source": source,
            "firstTimestamp": stamp,
            "lastTimestamp": stamp,
            "count": 1,
            "type": event_type,
            "eventTime": None,
            "reportingComponent": self._component,
            "reportingInstance": self._host,
        }
        while True:
            event["metadata"] = {"name": f"{reference['name']}.{self._next_number(now):x}", "namespace": namespace}
            try:
                return self._client.create(EVENTS, event, namespace)
            except errors.AlreadyExists:  # another component's, within the clock's grain
                continue

    def _next_number(self, now: float) -> int:
        """Return the nanoseconds since the epoch, later than for any event before: events of an object sort by their names."""
        self._last = max(int(now * 1e9), self._last + 1)
        return self._last & (2**64 - 1)

    def _count_up(self, verdict: Verdict, now: float) -> Written | None:
        """Count up the event that was written before; None where there is none, or none any more."""
        before = verdict.before
        if before is None:
            return None
        body = {"count": before.times + 1, "lastTimestamp": format_rfc3339(now), "message": verdict.message}
        try:
            self._client.patch(EVENTS, before.name, body, before.namespace, content_type=MERGE_PATCH)
        except errors.NotFound:
            return None
        return before._replace(times=before.times + 1)


def make_reference(obj: Object, field_path: str = "") -> Object:
    """Return the ObjectReference of an object."""
    metadata = obj["metadata"]
    reference = {"kind": obj["kind"], "apiVersion": obj["apiVersion"], "name": metadata["name"], "uid": metadata.get("uid", "")}
    for name in ("namespace", "resourceVersion"):
        if metadata.get(name):
            reference[name] = metadata[name]
    if field_path:
        reference["fieldPath"] = field_path
    return reference
