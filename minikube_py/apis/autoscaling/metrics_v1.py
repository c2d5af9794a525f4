"""Metrics as autoscaling/v1 writes them into annotations, and as autoscaling/v2 stores them."""

from __future__ import annotations

from typing import NamedTuple

from minikube_py.apis.kind import Object


class Names(NamedTuple):
    """The fields of one type of metric: where each stands in a v2 source or status, and its name in v1."""

    source: tuple[tuple[str, str], ...]
    status: tuple[tuple[str, str], ...]


_METRIC = (("metric.name", "metricName"),)
_SELECTOR = (("metric.selector", "selector"),)
_AVERAGE = (("target.averageValue", "targetAverageValue"),)
_NOW = (("current.averageValue", "currentAverageValue"),)
_USAGE = (("name", "name"), ("target.averageUtilization", "targetAverageUtilization"), *_AVERAGE)
_USED = (("name", "name"), ("current.averageUtilization", "currentAverageUtilization"), *_NOW)
_CONTAINER = (("container", "container"),)
_ABOUT = (("describedObject", "target"), *_METRIC)
_OUTSIDE = (*_METRIC, ("metric.selector", "metricSelector"))
NAMES = {
    "object": Names(
        (*_ABOUT, ("target.value", "targetValue"), *_SELECTOR, ("target.averageValue", "averageValue")),
        (*_ABOUT, ("current.value", "currentValue"), *_SELECTOR, ("current.averageValue", "averageValue")),
    ),
    "pods": Names((*_METRIC, *_AVERAGE, *_SELECTOR), (*_METRIC, *_NOW, *_SELECTOR)),
    "resource": Names(_USAGE, _USED),
    "containerResource": Names((*_USAGE, *_CONTAINER), (*_USED, *_CONTAINER)),
    "external": Names(
        (*_OUTSIDE, ("target.value", "targetValue"), *_AVERAGE), (*_OUTSIDE, ("current.value", "currentValue"), *_NOW)
    ),
}
_NEVER_LEFT_OUT = {"object": ("targetValue", "currentValue"), "external": ("currentValue",)}  # no pointers in v1


def metric_from_stored(metric: Object) -> Object:
    """Return a v2 MetricSpec as one of v1."""
    return _rename(metric, "source")


def status_from_stored(metric: Object) -> Object:
    """Return a v2 MetricStatus as one of v1."""
    return _rename(metric, "status")


def _rename(metric: Object, part: str) -> Object:
    shown: Object = {"type": metric.get("type") or ""}
    for field, names in NAMES.items():
        source = metric.get(field)
        if source is None:
            continue
        fixed = _NEVER_LEFT_OUT.get(field, ())
        target = shown[field] = {}
        for path, name in getattr(names, part):
            value = _read(source, path)
            if value is None and name in fixed:
                value = "0"
            if value is not None:
                target[name] = value
    return shown


def _read(source: Object, path: str) -> object:
    outer, _, inner = path.partition(".")
    value = source.get(outer)
    return value if not inner else (value or {}).get(inner)


def metric_to_stored(metric: Object) -> Object:
    """Return a v1 MetricSpec as one of v2; the type of its target follows from what is set."""
    stored = _restore(metric, "source")
    for field in NAMES:
        if field in stored:
            stored[field]["target"] = _type_target(stored[field].get("target") or {})
    return stored


def status_to_stored(metric: Object) -> Object:
    """Return a v1 MetricStatus as one of v2."""
    stored = _restore(metric, "status")
    for field in NAMES:
        if field in stored:
            stored[field].setdefault("current", {})
    return stored


def _restore(metric: Object, part: str) -> Object:
    stored: Object = {"type": metric.get("type") or ""}
    for field, names in NAMES.items():
        if (shown := metric.get(field)) is None:
            continue
        target: Object = {}
        for path, name in getattr(names, part):
            if shown.get(name) is not None:
                outer, _, inner = path.partition(".")
                if inner:
                    target.setdefault(outer, {})[inner] = shown[name]
                else:
                    target[outer] = shown[name]
        stored[field] = target
    return stored


def _type_target(target: Object) -> Object:
    if target.get("averageUtilization") is not None:
        return {"type": "Utilization", **target}
    if target.get("averageValue") is not None:
        return {"type": "AverageValue", **{name: value for name, value in target.items() if name != "value"}}
    return {"type": "Value", **target}
