"""The metrics of an autoscaler: what each is now, and what it should be."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from minikube_py.apimachinery.quantity import canonical
from minikube_py.cli_runtime.printers.go_format import quote
from minikube_py.kubectl.describe.writer import Writer

Object = dict[str, Any]

UNKNOWN = "<unknown>"
NIL = "<nil>"


def write_metric(metric: Object, found: Object, writer: Writer) -> None:
    """Write a metric of the spec beside the one found, which may be empty."""
    kind = metric.get("type", "")
    field = kind[:1].lower() + kind[1:]
    if kind not in _WRITERS or metric.get(field) is None:
        writer.write(1, f"<unknown metric type {quote(kind)}>\n")
        return
    current = found.get(field)
    _WRITERS[kind](metric[field], None if current is None else current.get("current") or {}, writer)


def _write_external(source: Object, current: Object | None, writer: Writer) -> None:
    name, target = quote(source["metric"]["name"]), source["target"]
    if target.get("averageValue") is not None:
        has_average = current is not None and current.get("averageValue") is not None
        shown = _read(current, "averageValue") if has_average else UNKNOWN
        writer.field(1, f"{name} (target average value)", f"{shown} / {_read(target, 'averageValue')}")
    else:
        writer.field(1, f"{name} (target value)", f"{_read(current, 'value')} / {_read(target, 'value')}")


def _write_pods(source: Object, current: Object | None, writer: Writer) -> None:
    shown = f"{_read(current, 'averageValue')} / {_read(source['target'], 'averageValue')}"
    writer.field(1, f"{quote(source['metric']['name'])} on pods", shown)


def _write_object(source: Object, current: Object | None, writer: Writer) -> None:
    about, target = source["describedObject"], source["target"]
    average = target.get("type") == "AverageValue"
    field, words = ("averageValue", "target average value") if average else ("value", "target value")
    title = f'"{source["metric"]["name"]}" on {about.get("kind", "")}/{about.get("name", "")} ({words})'
    writer.field(1, title, f"{_read(current, field)} / {_read(target, field)}")


def _write_resource(source: Object, current: Object | None, writer: Writer) -> None:
    _write_usage(f"resource {source['name']} on pods", source["target"], current, writer)


def _write_container_resource(source: Object, current: Object | None, writer: Writer) -> None:
    title = f'resource {source["name"]} of container "{source.get("container", "")}" on pods'
    _write_usage(title, source["target"], current, writer)


def _write_usage(title: str, target: Object, current: Object | None, writer: Writer) -> None:
    if target.get("averageValue") is not None:
        writer.field(1, title, f"{_read(current, 'averageValue')} / {_read(target, 'averageValue')}")
        return
    used = (current or {}).get("averageUtilization")
    shown = UNKNOWN if used is None else f"{used}% ({_read(current, 'averageValue')})"
    wanted = target.get("averageUtilization")
    writer.field(1, f"{title}  (as a percentage of request)", f"{shown} / {'<auto>' if wanted is None else f'{wanted}%'}")


def _read(values: Object | None, field: str) -> str:
    if values is None:
        return UNKNOWN
    return NIL if values.get(field) is None else canonical(values[field])


_WRITERS: dict[str, Callable[[Object, Object | None, Writer], None]] = {
    "External": _write_external,
    "Pods": _write_pods,
    "Object": _write_object,
    "Resource": _write_resource,
    "ContainerResource": _write_container_resource,
}
