"""Network policies."""

from __future__ import annotations

from typing import Any, NamedTuple

from minikube_py.apimachinery.labels import format_label_selector
from minikube_py.kubectl.describe.context import Context
from minikube_py.kubectl.describe.metadata import NONE, write_labels_and_annotations
from minikube_py.kubectl.describe.times import format_go_time
from minikube_py.kubectl.describe.writer import Writer

Object = dict[str, Any]


class Direction(NamedTuple):
    """Traffic one way, with the words for it."""

    name: str  # the field of the rules and, capitalised, the policy type
    peers: str  # the field of a rule that names the other side
    title: str
    other_side: str


INGRESS = Direction("ingress", "from", "From", "source")
EGRESS = Direction("egress", "to", "To", "destination")


def describe(obj: Object, context: Context) -> None:
    """Write a network policy."""
    writer, metadata, spec = context.writer, obj["metadata"], obj.get("spec") or {}
    writer.field(0, "Name", metadata["name"])
    writer.field(0, "Namespace", metadata.get("namespace", ""))
    writer.field(0, "Created on", format_go_time(metadata.get("creationTimestamp")))
    write_labels_and_annotations(obj, writer)
    selector = spec.get("podSelector") or {}
    everything = not (selector.get("matchLabels") or selector.get("matchExpressions"))
    shown = f"{NONE} (Allowing the specific traffic to all pods in this namespace)" if everything else ""
    writer.write(0, "Spec:\n")
    writer.write(1, f"PodSelector:     {shown or format_label_selector(selector)}\n")
    for direction in (INGRESS, EGRESS):
        _write_direction(spec, direction, writer)
    writer.write(1, f"Policy Types: {', '.join(spec.get('policyTypes') or ()) or NONE}\n")


def _write_direction(spec: Object, direction: Direction, writer: Writer) -> None:
    if direction.name.capitalize() not in (spec.get("policyTypes") or ()):
        writer.write(1, f"Not affecting {direction.name} traffic\n")
        return
    writer.write(1, f"Allowing {direction.name} traffic:\n")
    rules = spec.get(direction.name) or []
    if not rules:
        writer.write(2, f"{NONE} (Selected pods are isolated for {direction.name} connectivity)\n")
    for index, rule in enumerate(rules):
        if index:
            writer.write(2, "----------\n")
        _write_ports(rule.get("ports"), writer)
        _write_peers(rule.get(direction.peers), direction, writer)


def _write_ports(ports: list[Object] | None, writer: Writer) -> None:
    if not ports:
        writer.write(2, "To Port: <any> (traffic allowed to all ports)\n")
    for port in ports or ():
        number, end, protocol = port.get("port", "<nil>"), port.get("endPort"), port.get("protocol", "TCP")
        span = f"To Port: {number}" if end is None else f"To Port Range: {number}-{end}"
        writer.write(2, f"{span}/{protocol}\n")


def _write_peers(peers: list[Object] | None, direction: Direction, writer: Writer) -> None:
    if not peers:
        writer.write(2, f"{direction.title}: <any> (traffic not restricted by {direction.other_side})\n")
    for peer in peers or ():
        writer.write(2, f"{direction.title}:\n")
        selectors = [(f, peer[f]) for f in ("namespaceSelector", "podSelector") if peer.get(f) is not None]
        for field, selector in selectors:
            writer.write(3, f"{field[0].upper()}{field[1:]}: {format_label_selector(selector)}\n")
        block = peer.get("ipBlock")
        if block is not None and not selectors:
            writer.write(3, "IPBlock:\n")
            writer.write(4, f"CIDR: {block.get('cidr', '')}\n")
            writer.write(4, f"Except: {', '.join(block.get('except') or ())}\n")
