"""What objects look like: Kubernetes' own definitions and those of CustomResourceDefinitions, in the dialect of a document.

The package kubernetes-validate gives the definitions; what it leaves out (enums, the few defaults that are part of a list's key) is added.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from minikube_py.apimachinery.go_types import list_enum
from minikube_py.apimachinery.schema import load_full_definitions
from minikube_py.apis.kind import Kind

Object = dict[str, Any]
META = "io.k8s.apimachinery.pkg.apis.meta.v1."
SOURCE = "#/$defs/"
V3, V2 = "#/components/schemas/", "#/definitions/"
QUANTITY, INT_OR_STRING = "io.k8s.apimachinery.pkg.api.resource.Quantity", "io.k8s.apimachinery.pkg.util.intstr.IntOrString"
_DEFAULTS = {
    ("io.k8s.api.core.v1.ContainerPort", "protocol"): "TCP",
    ("io.k8s.api.core.v1.ServicePort", "protocol"): "TCP",
}
MODEL = "io.k8s.api.core.v1.ConfigMap"
"""Where the words are from for the fields that every object has."""
_TYPE_FIELDS = ("apiVersion", "kind")
_ADDED: dict[str, Object] = {
    META + "Patch": {"description": "The body of a PATCH; its content type says of which kind.", "type": "object"},
    META + "WatchEvent": {
        "description": "An event of a watch.",
        "type": "object",
        "required": ["type", "object"],
        "properties": {"type": {"type": "string"}, "object": {"$ref": SOURCE + "io.k8s.apimachinery.pkg.runtime.RawExtension"}},
    },
}
_NUMBER_OR_TEXT: dict[tuple[str, str], Object] = {
    (QUANTITY, V3): {"oneOf": [{"type": "string"}, {"type": "number"}]},
    (QUANTITY, V2): {"type": "string"},
    (INT_OR_STRING, V3): {"oneOf": [{"type": "integer"}, {"type": "string"}], "format": "int-or-string"},
    (INT_OR_STRING, V2): {"type": "string", "format": "int-or-string"},
}


def name_definition(kind: Kind, *, many: bool = False) -> str:
    """Return the name of a kind's definition, or of its list's."""
    if kind.custom is not None:
        return ".".join((*reversed(kind.group.split(".")), kind.version, kind.list_kind if many else kind.kind))
    return kind.schema + ("List" if many else "")


def collect(names: Iterable[str], kinds: Iterable[Kind], dialect: str) -> dict[str, Object]:
    """Return the definitions of those names and all that they refer to, sorted by name. `kinds` may be what they are about."""
    known = {**load_full_definitions(), **_ADDED}
    for kind in kinds:
        known |= dict(_define(kind, dialect, known))
    found: dict[str, Object] = {}
    waiting = [name for name in names if name in known]
    while waiting:
        name = waiting.pop()
        if name in found:
            continue
        found[name] = _convert_definition(name, known[name], dialect)
        waiting += [other for other in _list_references(known[name]) if other not in found and other in known]
    return dict(sorted(found.items()))


def _define(kind: Kind, dialect: str, known: Mapping[str, Object]) -> Iterator[tuple[str, Object]]:
    """Yield what is known of a kind by no package: that of a custom resource, its list, and which kind a definition is of."""
    name, many = name_definition(kind), name_definition(kind, many=True)
    gvk = {"group": kind.group, "kind": kind.kind, "version": kind.version}
    if kind.custom is not None:
        from minikube_py.apiserver.openapi.custom import describe_custom

        yield name, {**describe_custom(kind, known[MODEL], simple=dialect == V2), "x-kubernetes-group-version-kind": [gvk]}
    elif name in known and "x-kubernetes-group-version-kind" not in known[name]:
        yield name, {**known[name], "x-kubernetes-group-version-kind": [gvk]}
    if many not in known and "list" in kind.verbs:
        from minikube_py.apiserver.openapi.custom import describe_type

        properties = {
            **describe_type(known[MODEL]),
            "items": {"description": "The objects.", "items": {"$ref": SOURCE + name}, "type": "array"},
            "metadata": {"$ref": f"{SOURCE}{META}ListMeta", "description": "About the list as a whole."},
        }
        definition = {
            "description": f"{kind.list_kind} is a list of {kind.kind}",
            "properties": properties,
            "required": ["items"],
            "type": "object",
        }
        yield many, {**definition, "x-kubernetes-group-version-kind": [{**gvk, "kind": kind.list_kind}]}


def _list_references(node: Any) -> Iterator[str]:
    if isinstance(node, Mapping):
        if isinstance(node.get("$ref"), str):
            yield node["$ref"].removeprefix(SOURCE)
        for value in node.values():
            yield from _list_references(value)
    elif isinstance(node, list):
        for item in node:
            yield from _list_references(item)


def _convert_definition(name: str, raw: Object, dialect: str) -> Object:
    if (name, dialect) in _NUMBER_OR_TEXT:
        description = {"description": raw["description"]} if raw.get("description") else {}
        return {**description, **_NUMBER_OR_TEXT[name, dialect]}
    node = _convert(raw, dialect)
    for field, schema in node.get("properties", {}).items():
        if raw["properties"][field].get("enum") and field in _TYPE_FIELDS:
            del schema["enum"]
        if values := list_enum(name, field):
            _add_enum(schema, values)
        if (name, field) in _DEFAULTS:
            schema["default"] = _DEFAULTS[name, field]
    return node


def _add_enum(schema: Object, values: list[str]) -> None:
    listed = "".join(f'\n - `"{value}"`' for value in values)
    if schema.get("type") == "string":
        schema["enum"] = values
        schema["description"] = f"{schema.get('description', '')}\n\nPossible enum values:{listed}"
    elif schema.get("type") == "array" and schema["items"].get("type") == "string":
        schema["items"]["enum"] = values


def _convert(raw: Mapping[str, Any], dialect: str) -> Object:
    """Return a schema in a dialect: one type, references as it writes them."""
    node: Object = {}
    for key, value in raw.items():
        if key == "type" and isinstance(value, list):
            node[key] = next((word for word in value if word != "null"), "")
        elif key == "properties":
            node[key] = {name: _convert(field, dialect) for name, field in value.items()}
        elif key in ("items", "additionalProperties", "not") and isinstance(value, Mapping):
            node[key] = _convert(value, dialect)
        elif key in ("allOf", "anyOf", "oneOf"):
            node[key] = [_convert(item, dialect) for item in value]
        else:
            node[key] = value
    if isinstance(reference := node.get("$ref"), str):
        return _refer(reference.removeprefix(SOURCE), node, dialect)
    return node


def _refer(name: str, node: Object, dialect: str) -> Object:
    """Version 3 has nothing beside a reference."""
    others = {key: value for key, value in node.items() if key != "$ref"}
    reference = {"$ref": dialect + name}
    if dialect == V2 or not others:
        return {**reference, **others}
    return {"allOf": [reference], **others}
