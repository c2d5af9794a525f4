"""Event: https://kubernetes.io/docs/reference/kubernetes-api/cluster-resources/event-v1/"""

from __future__ import annotations

from minikube_py.apimachinery.errors import FieldError, invalid
from minikube_py.apis.columns import NAME, tell_since
from minikube_py.apis.kind import Column, Kind, Object


def tell_last_seen(obj: Object, now: float) -> str:
    """Return the LAST SEEN cell."""
    series = obj.get("series") or {}
    stamp = series.get("lastObservedTime") or obj.get("lastTimestamp") or obj.get("eventTime") or obj.get("firstTimestamp")
    return tell_since(stamp, now)


def tell_first_seen(obj: Object, now: float) -> str:
    """Return the FIRST SEEN cell."""
    return tell_since(obj.get("firstTimestamp") or obj.get("eventTime"), now)


def name_object(obj: Object, now: float) -> str:
    """Return the OBJECT cell: `pod/web`."""
    about = obj.get("involvedObject") or {}
    name = about.get("name") or ""
    return f"{(about.get('kind') or '').lower()}/{name}" if about.get("kind") else name


def name_source(obj: Object, now: float) -> str:
    """Return the SOURCE cell: the component and its host."""
    source = obj.get("source") or {}
    component = source.get("component") or obj.get("reportingComponent") or ""
    host = source.get("host") or (obj.get("reportingInstance") or "" if not source.get("component") else "")
    return f"{component}, {host}" if host else component


def count(obj: Object, now: float) -> str:
    """Return the COUNT cell."""
    return str((obj.get("series") or {}).get("count") or obj.get("count") or 1)


def _about(field: str):  # type: ignore[no-untyped-def]
    return lambda obj: str((obj.get("involvedObject") or {}).get(field) or "")


def validate(obj: Object) -> list[FieldError]:
    """An event stands in the namespace of what it is about; those of cluster-scoped objects in default."""
    about = obj.get("involvedObject") or {}
    namespace = obj["metadata"].get("namespace") or ""
    if about.get("namespace") and about["namespace"] != namespace:
        return [invalid("involvedObject.namespace", about["namespace"], "does not match event.namespace")]
    if not about.get("namespace") and namespace not in ("", "default", "kube-system") and about.get("kind"):
        return [invalid("involvedObject.namespace", "", "does not match event.namespace")]
    return []


def set_defaults(obj: Object) -> None:
    """Write what a typed server always writes."""
    obj.setdefault("source", {})
    obj.setdefault("reportingComponent", "")
    obj.setdefault("reportingInstance", "")
    for field in ("eventTime", "firstTimestamp", "lastTimestamp"):
        obj.setdefault(field, None)


KIND = Kind(
    group="",
    version="v1",
    kind="Event",
    plural="events",
    singular="event",
    short_names=("ev",),
    schema="io.k8s.api.core.v1.Event",
    status=False,
    columns=(
        Column("Last Seen", tell_last_seen),
        Column("Type", lambda obj, now: obj.get("type") or ""),
        Column("Reason", lambda obj, now: obj.get("reason") or ""),
        Column("Object", name_object),
        Column("Subobject", lambda obj, now: (obj.get("involvedObject") or {}).get("fieldPath") or "", priority=1),
        Column("Source", name_source, priority=1),
        Column("Message", lambda obj, now: (obj.get("message") or "").strip()),
        Column("First Seen", tell_first_seen, priority=1),
        Column("Count", count, priority=1),
        NAME._replace(priority=1),
    ),
    selectable={
        **{f"involvedObject.{f}": _about(f) for f in ("kind", "namespace", "name", "uid", "apiVersion", "resourceVersion", "fieldPath")},
        "reason": lambda obj: obj.get("reason") or "",
        "reportingComponent": lambda obj: obj.get("reportingComponent") or "",
        "source": lambda obj: (obj.get("source") or {}).get("component") or obj.get("reportingComponent") or "",
        "type": lambda obj: obj.get("type") or "",
    },
    set_defaults=set_defaults,
    validate=validate,
)
