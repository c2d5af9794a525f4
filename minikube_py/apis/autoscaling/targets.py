"""The metrics of an autoscaler in a table's cell: what each is now, and what it should be."""

from __future__ import annotations

from minikube_py.apimachinery.quantity import canonical
from minikube_py.apis.kind import Object

SHOWN = 2
UNKNOWN, NIL = "<unknown>", "<nil>"


def format_targets(metrics: list[Object], found: list[Object]) -> str:
    """Return the first two metrics as `current/wanted`, and how many more there are."""
    if not metrics:
        return "<none>"
    cells = []
    for index, metric in enumerate(metrics[:SHOWN]):
        status = found[index] if index < len(found) else {}
        cells.append(_format_one(metric, status))
    text = ", ".join(cells)
    more = len(metrics) - SHOWN
    return f"{text} + {more} more..." if more > 0 else text


def _format_one(metric: Object, status: Object) -> str:
    kind = metric.get("type") or ""
    field = kind[:1].lower() + kind[1:]
    if kind not in ("External", "Pods", "Object", "Resource", "ContainerResource"):
        return "<unknown type>"
    source, target = metric[field], metric[field].get("target") or {}
    current = (status.get(field) or {}).get("current") if status.get(field) is not None else None
    if kind in ("Resource", "ContainerResource"):
        return f"{source.get('name', '')}: {_format_usage(target, current)}"
    if kind == "Pods":
        return f"{_read(current, 'averageValue')}/{_show(target, 'averageValue')}"
    if target.get("averageValue") is not None:
        has_average = current is not None and current.get("averageValue") is not None
        shown = _read(current, "averageValue") if has_average else UNKNOWN
        return f"{shown}/{_show(target, 'averageValue')} (avg)"
    return f"{_read(current, 'value')}/{_show(target, 'value')}"


def _format_usage(target: Object, current: Object | None) -> str:
    if target.get("averageValue") is not None:
        return f"{_read(current, 'averageValue')}/{_show(target, 'averageValue')}"
    used, wanted = (current or {}).get("averageUtilization"), target.get("averageUtilization")
    return f"{UNKNOWN if used is None else f'{used}%'}/{'<auto>' if wanted is None else f'{wanted}%'}"


def _read(current: Object | None, field: str) -> str:
    return UNKNOWN if current is None else _show(current, field)


def _show(values: Object, field: str) -> str:
    return NIL if values.get(field) is None else canonical(values[field])
