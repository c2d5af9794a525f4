"""What references to an object's own fields and a container's own resources stand for, as far as that is known outside a pod."""

from __future__ import annotations

from typing import Any

from minikube_py.apimachinery.errors import format_value
from minikube_py.apimachinery.names import is_qualified_name
from minikube_py.apimachinery.quantity import parse_quantity
from minikube_py.cli_runtime.errors import CliError

Object = dict[str, Any]

NAMES = ("metadata.name", "metadata.namespace", "metadata.uid")
MAPS = ("metadata.annotations", "metadata.labels")
RESOURCES = ("cpu", "memory", "ephemeral-storage")


def read_field(obj: Object, path: str) -> str:
    """Return the value of a fieldRef: a name, labels or annotations, or one of them by `metadata.labels['key']`.

    Raises CliError for other paths.
    """
    outer, bracket, key = path.removesuffix("']").partition("['") if path.endswith("']") else (path, "", "")
    if bracket and outer:
        return _read_entry(obj, outer, key, path)
    if path in NAMES:
        return str(obj["metadata"].get(path.removeprefix("metadata."), ""))
    if path in MAPS:
        entries = obj["metadata"].get(path.removeprefix("metadata.")) or {}
        return "\n".join(f"{name}={format_value(entries[name])}" for name in sorted(entries))
    raise CliError(f"unsupported fieldPath: {path}")


def _read_entry(obj: Object, outer: str, key: str, path: str) -> str:
    if outer not in MAPS:
        raise CliError(f"fieldPath {format_value(path)} does not support subscript")
    if wrong := is_qualified_name(key.lower() if outer == "metadata.annotations" else key):
        raise CliError(f"invalid key subscript in {path}: {';'.join(wrong)}")
    return str((obj["metadata"].get(outer.removeprefix("metadata.")) or {}).get(key, ""))


def read_resource(container: Object, reference: Object) -> str:
    """Return the value of a resourceFieldRef in units of its divisor, rounded up; 0 where the container says nothing.

    Raises CliError for a resource that cannot be referred to.
    """
    kind, _, name = reference["resource"].partition(".")
    if kind not in ("limits", "requests") or not (name in RESOURCES or name.startswith("hugepages-")):
        raise CliError(f"Unsupported container resource : {reference['resource']}")
    amounts = (container.get("resources") or {}).get(kind) or {}
    amount, divisor = parse_quantity(amounts.get(name, "0")), parse_quantity(reference.get("divisor") or "0")
    unit = divisor if divisor.nanos else parse_quantity("1")
    if name == "cpu":
        return str(-(-amount.milli_value() // unit.milli_value()))
    return str(-(-amount.value() // unit.value()))
