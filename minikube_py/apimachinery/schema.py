"""Kubernetes' own OpenAPI definitions, from the kubernetes-validate package, as a tree of lazy nodes.

A node answers what strict decoding, the patches, apply and explain ask: the type, the fields, merge keys and list types.
The package's file is 1.4 MB, most of it descriptions; a copy without them (about a fifth) is kept in `folders.cache` when set,
and the full file is read only when a description is asked for.
"""

from __future__ import annotations

import json
import os
from collections.abc import Mapping
from functools import cached_property, lru_cache
from pathlib import Path
from typing import Any

from minikube_py.component_base import folders
from minikube_py.component_base.version import KUBERNETES_MINOR

_PREFIX = "#/$defs/"
METRICS = "io.k8s.metrics."
"""How the names of definitions begin that metrics-server brings, not Kubernetes."""
_STRUCTS_WITHOUT_FIELDS = ("CustomResourceSubresourceStatus", "StorageVersionSpec")
_SCALARS = {
    "io.k8s.apimachinery.pkg.api.resource.Quantity": "quantity",
    "io.k8s.apimachinery.pkg.util.intstr.IntOrString": "int-or-string",
    "io.k8s.apimachinery.pkg.apis.meta.v1.Time": "time",
    "io.k8s.apimachinery.pkg.apis.meta.v1.MicroTime": "time",
}


class Schema:
    """One node of a schema. Nodes are shared and must not be changed.

    `type` is one of object, map, array, string, integer, number, boolean, quantity, int-or-string, time, any.
    `format` is int32, int64, double, byte, date-time or "". `fields` is empty but for objects; `items` is the element of
    an array or the value of a map, else None.
    """

    def __init__(self, raw: Mapping[str, Any], name: str = "") -> None:
        ref = raw.get("$ref", "")
        self.name: str = ref.removeprefix(_PREFIX) if ref else name
        self._raw = raw
        self._target: Mapping[str, Any] = _find(self.name) if ref else raw

    @cached_property
    def type(self) -> str:
        """The node's type, one word."""
        if self.name in _SCALARS:
            return _SCALARS[self.name]
        raw_type = self._target.get("type")
        if isinstance(raw_type, list):
            raw_type = next((t for t in raw_type if t != "null"), None)
        if raw_type == "object" or (raw_type is None and "properties" in self._target):
            if "properties" in self._target:
                return "object"
            return "map" if "additionalProperties" in self._target else "any"
        return raw_type if isinstance(raw_type, str) else "any"

    @property
    def decoded_type(self) -> str:
        """The type a decoder sees: `type`, or object for the two structs that have no fields."""
        return "object" if self.type == "any" and self.go_name in _STRUCTS_WITHOUT_FIELDS else self.type

    @property
    def format(self) -> str:
        """The OpenAPI format, or ""."""
        return str(self._target.get("format", ""))

    @cached_property
    def fields(self) -> dict[str, Schema]:
        """The fields of an object by their JSON names."""
        return {key: Schema(value) for key, value in self._target.get("properties", {}).items()}

    @cached_property
    def items(self) -> Schema | None:
        """What an array or a map holds."""
        inner = self._target.get("items") if self.type == "array" else self._target.get("additionalProperties")
        return Schema(inner) if isinstance(inner, dict) else None

    @property
    def required(self) -> tuple[str, ...]:
        """Names of fields an object must have."""
        return tuple(self._target.get("required", ()))

    @cached_property
    def patch_strategies(self) -> tuple[str, ...]:
        """`x-kubernetes-patch-strategy`, split at commas: merge, replace, retainKeys."""
        text = self._raw.get("x-kubernetes-patch-strategy", "")
        return tuple(text.split(",")) if text else ()

    @property
    def merge_key(self) -> str:
        """`x-kubernetes-patch-merge-key`, or ""."""
        return str(self._raw.get("x-kubernetes-patch-merge-key", ""))

    @property
    def list_type(self) -> str:
        """`x-kubernetes-list-type`: atomic, set or map; atomic where nothing is said."""
        return str(self._raw.get("x-kubernetes-list-type", "atomic"))

    @property
    def list_map_keys(self) -> tuple[str, ...]:
        """`x-kubernetes-list-map-keys`."""
        return tuple(self._raw.get("x-kubernetes-list-map-keys", ()))

    @property
    def is_atomic_map(self) -> bool:
        """Whether server-side apply treats this object or map as one value."""
        return "atomic" in (self._raw.get("x-kubernetes-map-type"), self._target.get("x-kubernetes-map-type"))

    @property
    def preserves_unknown_fields(self) -> bool:
        """`x-kubernetes-preserve-unknown-fields`: an object may have fields that are not named, of any type."""
        return bool(self._target.get("x-kubernetes-preserve-unknown-fields"))

    @property
    def go_name(self) -> str:
        """The Go type's name, as decoding errors show it: PodSpec, ObjectMeta."""
        return self.name.rsplit(".", 1)[-1]


@lru_cache(maxsize=1024)
def load(name: str) -> Schema:
    """Return the definition `name`, such as io.k8s.api.core.v1.Pod. Raises KeyError."""
    return Schema(_find(name), name)


def _find(name: str) -> Mapping[str, Any]:
    if name.startswith(METRICS):
        from minikube_py.apimachinery.metrics_definitions import DEFINITIONS

        return DEFINITIONS[name]
    found: Mapping[str, Any] = _definitions()[name]
    return found


@lru_cache(maxsize=1)
def load_full_definitions() -> dict[str, Any]:
    """Return the package's definitions with their descriptions, as read (for explain and OpenAPI). Do not change them."""
    from minikube_py.apimachinery.metrics_definitions import DEFINITIONS

    loaded: dict[str, Any] = json.loads(_package_file().read_bytes())["$defs"]
    return loaded | DEFINITIONS


@lru_cache(maxsize=1)
def _definitions() -> dict[str, Any]:
    source = _package_file()
    if folders.cache is None:
        return load_full_definitions()
    stat = source.stat()
    cached = Path(folders.cache) / f"definitions-{KUBERNETES_MINOR}-{stat.st_size}-{int(stat.st_mtime)}.json"
    try:
        loaded: dict[str, Any] = json.loads(cached.read_bytes())
        return loaded
    except (OSError, ValueError):
        bare: dict[str, Any] = _without_descriptions(load_full_definitions())
        _write_atomically(cached, json.dumps(bare, separators=(",", ":")).encode())
        return bare


def _package_file() -> Path:
    import importlib.util

    spec = importlib.util.find_spec("kubernetes_validate")  # found, not imported: importing it costs 150 ms
    if spec is None or spec.origin is None:
        raise ModuleNotFoundError("the package kubernetes-validate is not installed")
    return Path(spec.origin).parent / "kubernetes-json-schema" / f"v{KUBERNETES_MINOR}.0-local" / "_definitions.json"


def _without_descriptions(node: Any) -> Any:
    if isinstance(node, dict):
        return {
            key: {name: _without_descriptions(field) for name, field in value.items()}
            if key == "properties"
            else _without_descriptions(value)
            for key, value in node.items()
            if key != "description"
        }
    return [_without_descriptions(item) for item in node] if isinstance(node, list) else node


def _write_atomically(path: Path, data: bytes) -> None:
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    temporary = path.with_name(f"{path.name}.{os.getpid()}")
    temporary.write_bytes(data)
    temporary.chmod(0o600)
    temporary.replace(path)
