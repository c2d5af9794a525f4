"""The environment of a container: values, and where they come from."""

from __future__ import annotations

from typing import Any

from minikube_py.apimachinery.quantity import ZERO, Quantity, parse_quantity
from minikube_py.kubectl.describe.metadata import NONE
from minikube_py.kubectl.describe.writer import Writer

Object = dict[str, Any]

RESOLVED_FIELDS = ("name", "namespace")
"""The metadata fields whose values are shown; kubectl leaves the others out."""


def write_env_from(container: Object, writer: Writer) -> None:
    """Write the config maps and secrets whose keys become variables, if there are any."""
    sources = container.get("envFrom")
    if not sources:
        return
    writer.write(2, "Environment Variables from:\n")
    for source in sources:
        kind, reference = "", {}
        if source.get("configMapRef") is not None:
            kind, reference = "ConfigMap", source["configMapRef"]
        elif source.get("secretRef") is not None:
            kind, reference = "Secret", source["secretRef"]
        prefix = f" with prefix '{source['prefix']}'" if source.get("prefix") else ""
        writer.write(3, f"{reference.get('name') or ''}\t{kind}{prefix}\tOptional: {format_optional(reference)}\n")


def write_env(container: Object, writer: Writer, pod: Object | None) -> None:
    """Write the variables of a container. Fields are resolved for those of a pod, not for those of a template."""
    variables = container.get("env") or []
    none = "" if variables else f"\t{NONE}"
    writer.write(2, f"Environment:{none}\n")
    for variable in variables:
        name, source = variable["name"], variable.get("valueFrom")
        if source is None:
            first, *others = (variable.get("value") or "").split("\n")
            writer.field(3, name, first)
            for line in others:
                writer.write(3, f"\t{line}\n")
        elif text := _format_source(source, container, pod):
            writer.field(3, name, text)


def format_optional(reference: Object) -> str:
    """Return whether what is referred to may be missing."""
    return "true" if reference.get("optional") else "false"


def _format_source(source: Object, container: Object, pod: Object | None) -> str:
    if (field := source.get("fieldRef")) is not None:
        path = field.get("fieldPath", "")
        return f"{_resolve_field(path, pod)} ({field.get('apiVersion', '')}:{path})"
    if (resource := source.get("resourceFieldRef")) is not None:
        return f"{_resolve_resource(resource, container)} ({resource.get('resource', '')})"
    if (key := source.get("secretKeyRef")) is not None:
        text = f"<set to the key '{key.get('key', '')}' in secret '{key.get('name') or ''}'>"
        return f"{text}\tOptional: {format_optional(key)}"
    if (key := source.get("configMapKeyRef")) is not None:
        text = f"<set to the key '{key.get('key', '')}' of config map '{key.get('name') or ''}'>"
        return f"{text}\tOptional: {format_optional(key)}"
    return ""


def _resolve_field(path: str, pod: Object | None) -> str:
    name = path.removeprefix("metadata.")
    if pod is None or name == path or name not in RESOLVED_FIELDS:
        return ""
    return str(pod["metadata"].get(name, ""))


def _resolve_resource(reference: Object, container: Object) -> str:
    """Return the amount in units of the divisor, rounded up; "" for a resource that cannot be asked for."""
    kind, _, resource = reference.get("resource", "").partition(".")
    if kind not in ("limits", "requests") or not _is_resolvable(resource):
        return ""
    amounts = (container.get("resources") or {}).get(kind) or {}
    amount = parse_quantity(amounts[resource]) if resource in amounts else ZERO
    value = _divide(amount, parse_quantity(reference.get("divisor") or "0"), milli=resource == "cpu")
    return "node allocatable" if value == 0 and kind == "limits" and resource in ("cpu", "memory") else str(value)


def _is_resolvable(resource: str) -> bool:
    return resource in ("cpu", "memory", "ephemeral-storage") or resource.startswith("hugepages-")


def _divide(amount: Quantity, divisor: Quantity, *, milli: bool) -> int:
    divisor = divisor if divisor else parse_quantity("1")
    if milli:
        return -(-amount.milli_value() // divisor.milli_value())
    return -(-amount.value() // divisor.value())
