"""The tables of `top`: k8s.io/kubectl's pkg/metricsutil."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any, TextIO

from minikube_py.apimachinery.quantity import Quantity, parse_quantity
from minikube_py.cli_runtime.flags import Parsed
from minikube_py.cli_runtime.printers.tabwriter import new_table_writer

Object = dict[str, Any]
Amounts = Mapping[str, Quantity]

NODE_HEADERS = ("NAME", "CPU(cores)", "CPU(%)", "MEMORY(bytes)", "MEMORY(%)")
POD_HEADERS = ("NAME", "CPU(cores)", "MEMORY(bytes)")
RESOURCES = ("cpu", "memory")
UNKNOWN = "<unknown>"
RULE = "________"
ZERO = parse_quantity("0")


def write_node_table(out: TextIO, metrics: Sequence[Object], available: Mapping[str, Mapping[str, str]], flags: Parsed) -> None:
    """Write a line for each node: what it uses, which part that is of `available`; at the end nodes of which nothing is known."""
    used = {one["metadata"]["name"]: read_amounts(one["usage"]) for one in metrics}
    rows: list[tuple[str, ...]] = [] if flags["no-headers"] else [NODE_HEADERS]
    for name in sort(used, flags["sort-by"], lambda name: used[name], lambda name: name):
        rows.append((name, *format_parts(used[name], available.get(name, {}))))
    rows += [(name, *(UNKNOWN for _ in RESOURCES for _ in range(2))) for name in available if name not in used]
    write_rows(out, rows)


def write_pod_table(out: TextIO, metrics: Sequence[Object], flags: Parsed) -> None:
    """Write a line for each pod, or each of its containers, and the sum at the end; nothing where there are none."""
    if not metrics:
        return
    everywhere, split = flags["all-namespaces"], flags["containers"]
    head = (*(["NAMESPACE"] if everywhere else []), *(["POD"] if split else []), *POD_HEADERS)
    rows: list[tuple[str, ...]] = [] if flags["no-headers"] else [head]
    totals = [add_up(one["containers"]) for one in metrics]
    places = sort(range(len(metrics)), flags["sort-by"], totals.__getitem__, lambda n: order_of(metrics[n], everywhere))
    for place in places:
        metadata = metrics[place]["metadata"]
        where = ((metadata["namespace"],) if everywhere else ()) + (metadata["name"],)
        if split:
            rows += [(*where, *line) for line in list_containers(metrics[place], flags["sort-by"])]
        else:
            rows.append((*where, *format_amounts(totals[place])))
    if flags["sum"]:
        rows += make_sum(totals, len(POD_HEADERS) if flags["no-headers"] else len(head))
    write_rows(out, rows)


def order_of(one: Object, everywhere: bool) -> tuple[str, ...]:
    """Return by what pods are sorted where nothing else was asked for."""
    metadata = one["metadata"]
    return (metadata["namespace"], metadata["name"]) if everywhere else (metadata["name"],)


def list_containers(one: Object, sort_by: str) -> list[tuple[str, ...]]:
    """Return name and amounts of each container of a pod."""
    used = {c["name"]: read_amounts(c["usage"]) for c in one["containers"]}
    ordered = sort(used, sort_by, lambda name: used[name], lambda name: name)
    return [(name, *format_amounts(used[name])) for name in ordered]


def make_sum(totals: Iterable[Amounts], columns: int) -> list[tuple[str, ...]]:
    """Return the rule and the sum below a table of so many columns."""
    whole = dict.fromkeys(RESOURCES, ZERO)
    for total in totals:
        whole = {name: whole[name] + total[name] for name in RESOURCES}
    blank = ("",) * (columns - len(RESOURCES))
    return [(*blank, RULE, RULE), (*blank, *format_amounts(whole))]


def sort(items: Iterable[Any], by: str, amounts: Any, name: Any) -> list[Any]:
    """Return items by name, or by a resource, most first."""
    if by == "cpu":
        return sorted(items, key=lambda item: -amounts(item)["cpu"].milli_value())
    if by == "memory":
        return sorted(items, key=lambda item: -amounts(item)["memory"].value())
    return sorted(items, key=name)


def add_up(containers: Iterable[Object]) -> Amounts:
    """Return what containers use together."""
    total = dict.fromkeys(RESOURCES, ZERO)
    for container in containers:
        used = read_amounts(container["usage"])
        total = {name: total[name] + used[name] for name in RESOURCES}
    return total


def read_amounts(usage: Mapping[str, str]) -> Amounts:
    """Return the amounts that metrics give as text."""
    return {name: parse_quantity(usage.get(name, "0")) for name in RESOURCES}


def format_amounts(amounts: Amounts) -> tuple[str, str]:
    """Return `250m` and `12Mi`."""
    return f"{amounts['cpu'].milli_value()}m", f"{amounts['memory'].value() // 1024**2}Mi"


def format_parts(amounts: Amounts, available: Mapping[str, str]) -> list[str]:
    """Return each amount and its percentage, left out where it is not known of what."""
    cells = []
    for name, text in zip(RESOURCES, format_amounts(amounts), strict=True):
        cells.append(text)
        if name in available:
            whole = parse_quantity(available[name]).milli_value()
            cells.append(f"{int(amounts[name].milli_value() / whole * 100) if whole else 0}%")
    return cells


def write_rows(out: TextIO, rows: Iterable[Sequence[str]]) -> None:
    """Write rows with each cell in a column."""
    writer = new_table_writer(out)
    for row in rows:
        writer.write("".join(f"{cell}\t" for cell in row) + "\n")
    writer.flush()
