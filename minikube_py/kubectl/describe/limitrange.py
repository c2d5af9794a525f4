"""Limit ranges: one by itself, and all of a namespace."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from minikube_py.apimachinery.quantity import canonical
from minikube_py.kubectl.describe.context import Context
from minikube_py.kubectl.describe.writer import Writer

Object = dict[str, Any]

HEADING = "Type\tResource\tMin\tMax\tDefault Request\tDefault Limit\tMax Limit/Request Ratio\n"
RULE = "----\t--------\t---\t---\t---------------\t-------------\t-----------------------\n"
FIELDS = ("min", "max", "defaultRequest", "default", "maxLimitRequestRatio")


def describe(obj: Object, context: Context) -> None:
    """Write a limit range."""
    writer = context.writer
    writer.field(0, "Name", obj["metadata"]["name"])
    writer.field(0, "Namespace", obj["metadata"].get("namespace", ""))
    writer.write(0, HEADING)
    writer.write(0, RULE)
    for row in _list_rows(obj):
        writer.write(0, row)


def write_limit_ranges(limit_ranges: list[Object], writer: Writer) -> None:
    """Write the limit ranges of a namespace as one table."""
    if not limit_ranges:
        writer.write(0, "No LimitRange resource.\n")
        return
    writer.write(0, f"Resource Limits\n {HEADING}")
    writer.write(0, f" {RULE}")
    for limit_range in limit_ranges:
        for row in _list_rows(limit_range):
            writer.write(0, f" {row}")


def _list_rows(limit_range: Object) -> Iterator[str]:
    """Yield a row for each resource of each limit, by name; kubectl's own order is by chance."""
    for limit in (limit_range.get("spec") or {}).get("limits") or ():
        columns = [limit.get(field) or {} for field in FIELDS]
        for name in sorted({name for column in columns for name in column}):
            cells = [canonical(column[name]) if name in column else "-" for column in columns]
            yield "\t".join([limit.get("type", ""), name, *cells]) + "\n"
