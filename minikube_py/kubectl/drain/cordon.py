"""Nodes: which were named, and marking them schedulable or not."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from minikube_py.apimachinery.errors import StatusError
from minikube_py.cli_runtime.dry_run import DRY_RUN_FLAG, get_dry_run
from minikube_py.cli_runtime.flags import Flag, Parsed, flag
from minikube_py.cli_runtime.printers.name import NamePrinter, complete_operation
from minikube_py.cli_runtime.resource_builder import Info
from minikube_py.cli_runtime.selected import Want, visit_selected
from minikube_py.cli_runtime.verb import UsageError
from minikube_py.cli_runtime.writer import Writer

if TYPE_CHECKING:
    from minikube_py.cli_runtime.factory import Factory

Object = dict[str, Any]

NODE_FLAGS: tuple[Flag, ...] = (flag("selector", "l", help="Nodes with these labels"), DRY_RUN_FLAG)


def check_node_arguments(flags: Parsed, usage: str) -> None:
    """Raise UsageError where no nodes were named, or some beside a selector."""
    if not flags.args and not flags.changed("selector"):
        raise UsageError(f"USAGE: {usage} [flags]")
    if flags.args and flags["selector"]:
        raise UsageError("cannot specify both a node name and a --selector option")


def find_nodes(flags: Parsed, factory: Factory) -> list[Info]:
    """Return the nodes that were named or selected. Raises StatusError where one is not there."""
    if any("/" in arg for arg in flags.args):
        args = [arg if "/" in arg else f"nodes/{arg}" for arg in flags.args]
    else:
        args = ["nodes", *flags.args]
    nodes = []
    for info in visit_selected(factory, flags, args, Want(every=True)):
        if isinstance(info, Exception):
            raise info
        nodes.append(info)
    return nodes


def mark_chosen(flags: Parsed, factory: Factory, *, unschedulable: bool) -> None:
    """Mark the nodes that were named or selected. Raises UsageError, StatusError."""
    check_node_arguments(flags, "cordon NODE" if unschedulable else "uncordon NODE")
    dry_run = get_dry_run(flags, factory)
    cordon_all(find_nodes(flags, factory), factory, dry_run, unschedulable=unschedulable)


def cordon_all(nodes: list[Info], factory: Factory, dry_run: str, *, unschedulable: bool) -> None:
    """Mark nodes as unschedulable, or as schedulable again, and print a line of each; go on past those that fail."""
    word = "cordon" if unschedulable else "uncordon"
    writer = Writer(factory, "kubectl", dry_run)
    for info in nodes:
        node = info.object or {}
        operation = f"{word}ed"
        if bool(node["spec"].get("unschedulable")) == unschedulable:
            operation = f"already {operation}"
        elif dry_run != "client":
            try:
                writer.patch(info, {"spec": {"unschedulable": True if unschedulable else None}})
            except StatusError as error:
                factory.warn(f'error: unable to {word} node "{info.name}": {error.message}')
                continue
        print_line(node, factory, operation, dry_run)


def print_line(obj: Object, factory: Factory, operation: str, dry_run: str = "none") -> None:
    """Print what was done to a node or pod."""
    NamePrinter(complete_operation(operation, dry_run)).print_obj(obj, factory.streams.stdout)
