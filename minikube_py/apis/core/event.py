"""Event: https://kubernetes.io/docs/reference/kubernetes-api/cluster-resources/event-v1/"""

from __future__ import annotations

from collections.abc import Callable

from minikube_py.apimachinery.errors import FieldError, invalid, required
from minikube_py.apimachinery.names import is_qualified_name
from minikube_py.apis.columns import tell_since
from minikube_py.apis.kind import Column, Kind, Object

MAX_FIELD, MAX_NOTE = 128, 1024


def tell_first_seen(event: Object, now: float) -> str:
    """Return the FIRST SEEN cell."""
    return tell_since(event.get("firstTimestamp") or event.get("eventTime"), now)


def tell_last_seen(event: Object, now: float) -> str:
    """Return the LAST SEEN cell: of a series its last event."""
    if series := event.get("series"):
        return tell_since(series.get("lastObservedTime"), now)
    return tell_since(event.get("lastTimestamp") or event.get("firstTimestamp") or event.get("eventTime"), now)


def count_events(event: Object, now: float) -> int:
    """Return the COUNT cell."""
    if series := event.get("series"):
        return int(series.get("count") or 0)
    return event.get("count") or 1


def tell_object(event: Object, now: float) -> str:
    """Return the OBJECT cell: `pod/web`."""
    about = event.get("involvedObject") or {}
    kind = (about.get("kind") or "").lower()
    return f"{kind}/{about['name']}" if about.get("name") else kind


def tell_source(event: Object, now: float) -> str:
    """Return the SOURCE cell: `kubelet, minikube`."""
    source = event.get("source") or {}
    component = source.get("component") or event.get("reportingComponent") or ""
    host = source.get("host") or event.get("reportingInstance") or ""
    return f"{component}, {host}" if host else component


def set_defaults(event: Object) -> None:
    """Write what an event always shows."""
    event.setdefault("involvedObject", {})
    event.setdefault("source", {})
    for field in ("firstTimestamp", "lastTimestamp", "eventTime"):
        event.setdefault(field, None)
    for field in ("reportingComponent", "reportingInstance"):
        event.setdefault(field, "")


def validate(event: Object) -> list[FieldError]:
    """Check where an event lies, and of events of the newer sort, which have a time of their own, who reports what."""
    namespace, about = event["metadata"].get("namespace", ""), (event.get("involvedObject") or {}).get("namespace") or ""
    mismatch = [invalid("involvedObject.namespace", about, "does not match event.namespace")]
    if not event.get("eventTime"):
        return [] if about == namespace or (not about and namespace == "default") else mismatch
    errors = [] if about or namespace in ("default", "kube-system") else mismatch
    reporter = event.get("reportingComponent") or ""
    errors += [] if reporter else [required("reportingController")]
    errors += [invalid("reportingController", reporter, message) for message in is_qualified_name(reporter)]
    for field in ("reportingInstance", "action", "reason"):
        if not event.get(field):
            errors.append(required(field))
        errors += _check_length(event, field, MAX_FIELD)
    return errors + _check_length(event, "message", MAX_NOTE)


def _check_length(event: Object, field: str, limit: int) -> list[FieldError]:
    too_long = len((event.get(field) or "").encode()) > limit
    return [invalid(field, "", f"can have at most {limit} characters")] if too_long else []


def _read_object(field: str) -> Callable[[Object], str]:
    return lambda event: (event.get("involvedObject") or {}).get(field) or ""


OBJECT_FIELDS = ("kind", "namespace", "name", "uid", "apiVersion", "resourceVersion", "fieldPath")


KIND = Kind(
    group="",
    version="v1",
    kind="Event",
    plural="events",
    singular="event",
    short_names=("ev",),
    schema="io.k8s.api.core.v1.Event",
    create_on_update=True,
    status=False,
    columns=(
        Column("Last Seen", tell_last_seen),
        Column("Type", lambda event, now: event.get("type") or ""),
        Column("Reason", lambda event, now: event.get("reason") or ""),
        Column("Object", tell_object),
        Column("Subobject", lambda event, now: (event.get("involvedObject") or {}).get("fieldPath") or "", priority=1),
        Column("Source", tell_source, priority=1),
        Column("Message", lambda event, now: (event.get("message") or "").strip()),
        Column("First Seen", tell_first_seen, priority=1),
        Column("Count", count_events, priority=1),
        Column("Name", lambda event, now: event["metadata"]["name"], format="name", priority=1),
    ),
    selectable={
        **{f"involvedObject.{field}": _read_object(field) for field in OBJECT_FIELDS},
        "reason": lambda event: event.get("reason") or "",
        "reportingComponent": lambda event: event.get("reportingComponent") or "",
        "source": lambda event: (event.get("source") or {}).get("component") or event.get("reportingComponent") or "",
        "type": lambda event: event.get("type") or "",
    },
    validate_name="path_segment",
    set_defaults=set_defaults,
    validate=validate,
    validate_update=lambda new, old: validate(new),
)
