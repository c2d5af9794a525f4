"""Records Events as Kubernetes' components do: the same thing again counts up, it is not written twice.

https://kubernetes.io/docs/reference/kubernetes-api/cluster-resources/event-v1/ and client-go's tools/record.
"""

from __future__ import annotations

from collections import OrderedDict
from typing import TYPE_CHECKING, Any

from minikube_py.apimachinery import errors
from minikube_py.client.resources import EVENTS
from minikube_py.component_base.clock import Clock, format_rfc3339

if TYPE_CHECKING:
    from minikube_py.client.rest import Client

Object = dict[str, Any]
REMEMBERED = 4096
SECONDS_APART = 600.0  # the same event later than this is a new one


class EventRecorder:
    """Writes Events in the name of one component, on one host."""

    def __init__(self, client: Client, component: str, clock: Clock, host: str = "") -> None:
        self._client, self._component, self._clock, self._host = client, component, clock, host
        self._seen: OrderedDict[tuple[str, ...], tuple[str, str, int, float]] = OrderedDict()  # -> namespace, name, count, last

    def event(self, obj: Object, event_type: str, reason: str, message: str, field_path: str = "") -> None:
        """Record an event about `obj`. `event_type` is Normal or Warning. An event that cannot be written is dropped, as upstream."""
        reference = make_reference(obj, field_path)
        key = (reference["uid"], field_path, event_type, reason, message)
        now = self._clock.now()
        before = self._seen.pop(key, None)
        try:
            if before is not None and now - before[3] < SECONDS_APART and self._count_up(before, now):
                self._seen[key] = (before[0], before[1], before[2] + 1, now)
                return
            created = self._create(reference, event_type, reason, message, now)
        except errors.StatusError:
            return
        self._seen[key] = (created["metadata"]["namespace"], created["metadata"]["name"], 1, now)
        while len(self._seen) > REMEMBERED:
            self._seen.popitem(last=False)

    def _create(self, reference: Object, event_type: str, reason: str, message: str, now: float) -> Object:
        namespace = reference.get("namespace") or "default"
        source = {"component": self._component} | ({"host": self._host} if self._host else {})
        stamp = format_rfc3339(now)
        event = {
            "apiVersion": "v1",
            "kind": "Event",
            "metadata": {"name": f"{reference['name']}.{int(now * 1e9) & (2**64 - 1):x}", "namespace": namespace},
            "involvedObject": reference,
            "reason": reason,
            "message": message[:1024],
            "source": source,
            "firstTimestamp": stamp,
            "lastTimestamp": stamp,
            "count": 1,
            "type": event_type,
            "eventTime": None,
            "reportingComponent": self._component,
            "reportingInstance": self._host,
        }
        try:
            return self._client.create(EVENTS, event, namespace)
        except errors.AlreadyExists:  # two within the clock's grain
            event["metadata"]["name"] += f"{len(self._seen) & 0xFFFF:x}"  # type: ignore[index]
            return self._client.create(EVENTS, event, namespace)

    def _count_up(self, before: tuple[str, str, int, float], now: float) -> bool:
        namespace, name, count, _ = before
        body = {"count": count + 1, "lastTimestamp": format_rfc3339(now)}
        try:
            self._client.patch(EVENTS, name, body, namespace, content_type="application/merge-patch+json")
        except errors.NotFound:
            return False
        return True


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
