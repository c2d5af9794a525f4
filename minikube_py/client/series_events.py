"""Records Events as the scheduler does, by events.k8s.io: what repeats becomes a series. Upstream: client-go's tools/events.

https://kubernetes.io/docs/reference/kubernetes-api/cluster-resources/event-v1/
"""

from __future__ import annotations

from collections import OrderedDict
from typing import TYPE_CHECKING, Any, NamedTuple

from minikube_py.apimachinery import errors
from minikube_py.client.events import MAX_MESSAGE, make_reference
from minikube_py.client.resources import EVENTS
from minikube_py.component_base.clock import Clock, format_rfc3339_micro

if TYPE_CHECKING:
    from minikube_py.client.rest import Client

Object = dict[str, Any]
REMEMBERED = 1024
FINISHED_AFTER = 360.0  # seconds without a repetition after which a series is over


class Series(NamedTuple):
    """An Event that may be repeated: where it is, how often it was recorded and when the last time."""

    namespace: str
    name: str
    times: int
    last: float


class SeriesRecorder:
    """Writes Events in the name of one component."""

    def __init__(self, client: Client, component: str, clock: Clock) -> None:
        self._client, self._component, self._clock = client, component, clock
        self._series: OrderedDict[tuple[str, ...], Series] = OrderedDict()
        self._last = 0

    def event(
        self, obj: Object, event_type: str, reason: str, action: str, message: str, related: Object | None = None
    ) -> None:
        """Record that `action` was done to `obj`, for the sake of `related`. An event that cannot be written is dropped."""
        about, other = make_reference(obj), make_reference(related) if related is not None else None
        key = (*map(str, about.values()), *map(str, (other or {}).values()), event_type, reason, action)
        now = self._clock.now()
        known = self._series.pop(key, None)
        try:
            if known is not None and now - known.last < FINISHED_AFTER:
                self._series[key] = self._repeat(known, now)
                return
            event = {"reason": reason, "action": action, "type": event_type, "message": message[:MAX_MESSAGE]}
            self._series[key] = self._create(event, about, other, now)
        except errors.StatusError:
            return
        if len(self._series) > REMEMBERED:
            self._series.popitem(last=False)

    def _repeat(self, series: Series, now: float) -> Series:
        again = series._replace(times=series.times + 1, last=now)
        body = {"series": {"count": again.times, "lastObservedTime": format_rfc3339_micro(now)}}
        patch = "application/merge-patch+json"
        self._client.patch(EVENTS, series.name, body, series.namespace, content_type=patch)
        return again

    def _create(self, event: Object, about: Object, related: Object | None, now: float) -> Series:
        namespace = about.get("namespace") or "default"
        whole = {
            "apiVersion": "v1",
            "kind": "Event",
            "involvedObject": about,
            **event,
            **({"related": related} if related is not None else {}),
            "source": {},
            "eventTime": format_rfc3339_micro(float(int(now))),  # as cut as others' stamps, or it sorts after what it led to
            "reportingComponent": self._component,
            "reportingInstance": f"{self._component}-minikube",
        }
        self._last = max(int(now * 1e9), self._last + 1)
        while True:
            name = f"{about['name']}.{self._last & (2**64 - 1):x}"
            try:
                self._client.create(EVENTS, {**whole, "metadata": {"name": name, "namespace": namespace}}, namespace)
                return Series(namespace, name, 1, now)
            except errors.AlreadyExists:  # another component's, within the clock's grain
                self._last += 1
