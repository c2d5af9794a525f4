"""How server-side apply divides objects into fields: which lists and maps are owned item by item, which as one value.

A FieldType is a Schema node reduced to that. Path elements are written as FieldsV1 writes them: `f:name` a field,
`k:{"name":"web"}` an item of a list by its keys, `v:"x"` an item of a set.
"""

from __future__ import annotations

import json
from functools import lru_cache
from json.encoder import encode_basestring as quote
from typing import Any, Final

from minikube_py.apimachinery import schema as schemas
from minikube_py.apimachinery.schema import Schema

LEAF: Final = 0
"""A scalar, or a list or map owned as one value."""
STRUCT: Final = 1
MAP: Final = 2
LIST_MAP: Final = 3
LIST_SET: Final = 4
DEDUCED: Final = 5
"""Unknown to any schema: objects are maps of deduced values, everything else is a leaf."""
IGNORED: Final = 6
"""Never owned by anyone."""

Kind = int
MAPS: Final = frozenset((STRUCT, MAP, DEDUCED))
LISTS: Final = frozenset((LIST_MAP, LIST_SET))

# Fields nobody manages: the server sets them, or they name the object.
_UNTRACKED = (
    "name",
    "namespace",
    "creationTimestamp",
    "selfLink",
    "uid",
    "clusterName",
    "generation",
    "managedFields",
    "resourceVersion",
)

# A key that may be left out of a list's item, and what it then is.
_KEY_DEFAULTS = {"ContainerPort": {"protocol": "TCP"}, "ServicePort": {"protocol": "TCP"}}

# Structs that Go embeds by value though they are optional: an object always has them, empty, so that nobody adds them.
# `metadata`, `spec` and `status` are so everywhere.
_ALWAYS_PRESENT = {
    "DaemonSetSpec": ("updateStrategy",),
    "DeploymentSpec": ("strategy",),
    "Event": ("source", "deprecatedSource"),
    "IngressStatus": ("loadBalancer",),
    "NodeDaemonEndpoints": ("kubeletEndpoint",),
    "NodeStatus": ("daemonEndpoints", "nodeInfo"),
    "PersistentVolumeClaimSpec": ("resources",),
    "PodTemplate": ("template",),
    "ReplicaSetSpec": ("template",),
    "ServiceStatus": ("loadBalancer",),
    "StatefulSetSpec": ("updateStrategy",),
}
_ZEROS: dict[str, Any] = {"object": {}, "string": "", "integer": 0, "number": 0, "boolean": False}


class FieldType:
    """How the value of one field is owned. `fields` fills as a struct's fields are met."""

    __slots__ = ("_items", "_schema", "fields", "key_defaults", "keys", "kind", "zeros")

    def __init__(self, kind: Kind, schema: Schema | None = None) -> None:
        self.kind = kind
        self._schema = schema
        self._items: FieldType | None = None
        self.fields: dict[str, FieldType] = {}
        self.zeros: dict[str, Any] = _zeros_of(schema) if kind == STRUCT and schema else {}
        self.keys: tuple[str, ...] = tuple(sorted(schema.list_map_keys)) if kind == LIST_MAP and schema else ()
        go_name = schema.items.go_name if self.keys and schema and schema.items else ""
        self.key_defaults: dict[str, str] = _KEY_DEFAULTS.get(go_name, {})

    def field(self, name: str) -> FieldType:
        """Return the type of a field of a struct or an entry of a map."""
        known = self.fields.get(name)
        if known is not None:
            return known
        if self.kind != STRUCT:
            return self.items
        node = self._schema.fields.get(name) if self._schema else None
        if node is None:
            return _DEDUCED
        known = self.fields[name] = type_of(node)
        return known

    def is_named(self, name: str) -> bool:
        """Return whether this is a struct that has this field, as against a map's entry or a field nobody knows."""
        return name in self.fields or (self.kind == STRUCT and self._schema is not None and name in self._schema.fields)

    @property
    def items(self) -> FieldType:
        """The type of a list's items or a map's values."""
        known = self._items
        if known is None:
            known = self._items = type_of(self._schema.items) if self._schema and self._schema.items else _DEDUCED
        return known

    def element_of(self, item: Any) -> str | None:
        """Return a list item's path element, or None where it has none: no key is set, or it is no scalar in a set."""
        if self.kind == LIST_SET:
            return None if item is None or isinstance(item, dict | list) else "v:" + _encode(item)
        if not isinstance(item, dict):
            return None
        parts = [
            quote(key) + ":" + _encode(item[key] if key in item else self.key_defaults[key])
            for key in self.keys
            if key in item or key in self.key_defaults
        ]
        return "k:{" + ",".join(parts) + "}" if parts else None


_DEDUCED = FieldType(DEDUCED)
_IGNORED = FieldType(IGNORED)


@lru_cache(maxsize=8192)
def type_of(schema: Schema) -> FieldType:
    """Return the FieldType of a schema's node."""
    kind = schema.type
    if kind == "array":
        list_type = schema.list_type
        if list_type == "map" and schema.list_map_keys:
            return FieldType(LIST_MAP, schema)
        return FieldType(LIST_SET if list_type == "set" else LEAF, schema)
    if kind == "any":
        return _DEDUCED
    if kind not in ("object", "map") or schema.is_atomic_map:
        return FieldType(LEAF)
    return FieldType(STRUCT if kind == "object" else MAP, schema)


@lru_cache(maxsize=1024)
def root_type(schema: Schema | None, tracked: bool = True) -> FieldType:
    """Return the type of whole objects; with `tracked`, what nobody manages (name, uid, kind, ...) is ignored.

    Without a schema all but the metadata is deduced.
    """
    root = FieldType(STRUCT, schema)
    metadata_schema = schemas.load("io.k8s.apimachinery.pkg.apis.meta.v1.ObjectMeta")
    metadata = root.fields["metadata"] = FieldType(STRUCT, metadata_schema)
    root.zeros["metadata"] = {}
    if tracked:
        root.fields.update(apiVersion=_IGNORED, kind=_IGNORED)
        metadata.fields.update(dict.fromkeys(_UNTRACKED, _IGNORED))
    return root


def _zeros_of(schema: Schema) -> dict[str, Any]:
    """Return what Go writes for the struct when nothing is set: its fields without omitempty."""
    present = ("metadata", "spec", "status", *_ALWAYS_PRESENT.get(schema.go_name, ())) if schema.name else ()
    zeros: dict[str, Any] = {name: {} for name in present if name in schema.fields and schema.fields[name].type == "object"}
    if schema.go_name == "ObjectMeta":
        zeros["creationTimestamp"] = None
    zeros.update({name: _ZEROS.get(schema.fields[name].type) for name in schema.required if name in schema.fields})
    return zeros if schema.name else {}


def _encode(value: Any) -> str:
    return quote(value) if isinstance(value, str) else json.dumps(value, separators=(",", ":"))
