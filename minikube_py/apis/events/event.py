"""Event of events.k8s.io: the core group's events under newer names, with stricter rules for what is written here.

https://kubernetes.io/docs/reference/kubernetes-api/cluster-resources/event-v1/
"""

from __future__ import annotations

from collections.abc import Callable

from minikube_py.apimachinery.errors import FieldError, invalid, required
from minikube_py.apimachinery.validation_meta import validate_immutable_field
from minikube_py.apis.core import event as core
from minikube_py.apis.kind import Kind, Object

_RENAMED = {  # here -> in the core group
    "regarding": "involvedObject",
    "note": "message",
    "reportingController": "reportingComponent",
    "deprecatedSource": "source",
    "deprecatedFirstTimestamp": "firstTimestamp",
    "deprecatedLastTimestamp": "lastTimestamp",
    "deprecatedCount": "count",
}
_BACK = {there: here for here, there in _RENAMED.items()}
_LEFT_OUT_IF_EMPTY = ("regarding", "note", "reportingController", "reportingInstance", "deprecatedCount")
_UNSET = ("firstTimestamp", "lastTimestamp", "count")
_FIXED = (
    *("involvedObject", "reason", "message", "source", "firstTimestamp", "lastTimestamp", "count", "type", "eventTime"),
    *("action", "related", "reportingComponent", "reportingInstance"),
)


def to_stored(event: Object) -> Object:
    """Return the core group's event."""
    return {_RENAMED.get(key, key): value for key, value in event.items()}


def from_stored(event: Object) -> Object:
    """Return an event of this group for one of the core group."""
    named = {_BACK.get(key, key): value for key, value in event.items()}
    return {key: value for key, value in named.items() if value or key not in _LEFT_OUT_IF_EMPTY}


def validate(event: Object) -> list[FieldError]:
    """Check a new event: it has a time of its own, a type that is known, and nothing of the older sort."""
    errors = core.validate(event) + _validate_series(event)
    if not event.get("eventTime"):
        errors.append(required("eventTime"))
    if (kind := event.get("type") or "") not in ("Normal", "Warning"):
        errors.append(invalid("type", "", f"has invalid value: {kind}"))
    errors += [invalid(field, "", "needs to be unset") for field in _UNSET if event.get(field)]
    return errors + ([invalid("source", "", "needs to be unset")] if event.get("source") else [])


def validate_update(new: Object, old: Object) -> list[FieldError]:
    """Check that only the series changed."""
    errors = core.validate(new)
    if new.get("series") != old.get("series"):
        errors += _validate_series(new)
    for field in _FIXED:
        shown = "reportingController" if field == "reportingComponent" else field
        errors += validate_immutable_field(new.get(field), old.get(field), shown)
    return errors


def _validate_series(event: Object) -> list[FieldError]:
    series = event.get("series")
    if series is None:
        return []
    errors = [invalid("series.count", "", "should be at least 2")] if (series.get("count") or 0) < 2 else []
    return errors if series.get("lastObservedTime") else [*errors, required("series.lastObservedTime")]


def _read_object(field: str) -> Callable[[Object], str]:
    return lambda event: (event.get("regarding") or {}).get(field) or ""


KIND = Kind(
    group="events.k8s.io",
    version="v1",
    kind="Event",
    plural="events",
    singular="event",
    short_names=("ev",),
    schema="io.k8s.api.events.v1.Event",
    status=False,
    selectable={
        **{f"regarding.{field}": _read_object(field) for field in core.OBJECT_FIELDS},
        "reason": lambda event: event.get("reason") or "",
        "reportingController": lambda event: event.get("reportingController") or "",
        "type": lambda event: event.get("type") or "",
    },
    validate=validate,
    validate_update=validate_update,
    stored_as=("", "v1"),
    to_stored=to_stored,
    from_stored=from_stored,
)
