"""Where pods may run: tolerations, taints and topology spread constraints."""

from __future__ import annotations

from typing import Any

from minikube_py.apimachinery.labels import format_label_selector
from minikube_py.kubectl.describe.metadata import write_lines
from minikube_py.kubectl.describe.writer import Writer

Object = dict[str, Any]


def write_tolerations(tolerations: list[Object] | None, writer: Writer, indent: str = "") -> None:
    """Write tolerations by key."""
    ordered = sorted(tolerations or (), key=lambda toleration: toleration.get("key") or "")
    write_lines(writer, f"{indent}Tolerations", [_format_toleration(toleration) for toleration in ordered])


def _format_toleration(toleration: Object) -> str:
    key, value, effect = (toleration.get(name) or "" for name in ("key", "value", "effect"))
    text = key + (f"={value}" if value else "") + (f":{effect}" if effect else "")
    if toleration.get("operator") == "Exists" and not value:
        text += " op=Exists" if key or effect else "op=Exists"
    seconds = toleration.get("tolerationSeconds")
    return text if seconds is None else f"{text} for {seconds}s"


def write_taints(taints: list[Object] | None, writer: Writer) -> None:
    """Write the taints of a node by effect and key."""
    ordered = sorted(taints or (), key=lambda taint: f"{taint.get('effect') or ''},{taint.get('key') or ''}")
    write_lines(writer, "Taints", [format_taint(taint) for taint in ordered])


def format_taint(taint: Object) -> str:
    """Return a taint as `kubectl taint` takes it: `key=value:effect`."""
    key, value, effect = (taint.get(name) or "" for name in ("key", "value", "effect"))
    if not effect:
        return f"{key}={value}:" if value else key
    return f"{key}={value}:{effect}" if value else f"{key}:{effect}"


def write_topology_spread(constraints: list[Object] | None, writer: Writer, indent: str = "") -> None:
    """Write topology spread constraints by key; nothing where there are none."""
    if not constraints:
        return
    ordered = sorted(constraints, key=lambda constraint: constraint.get("topologyKey") or "")
    write_lines(writer, "Topology Spread Constraints", [_format_spread(constraint) for constraint in ordered], indent)


def _format_spread(constraint: Object) -> str:
    where, otherwise = constraint.get("topologyKey", ""), constraint.get("whenUnsatisfiable", "")
    text = f"{where}:{otherwise} when max skew {constraint.get('maxSkew', 0)} is exceeded"
    selector = constraint.get("labelSelector")
    return text if selector is None else f"{text} for selector {format_label_selector(selector)}"
