"""`crds`: OpenAPI definitions of own types, whose fields say what names, labels and annotations they hold."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from minikube_py.cli_runtime.kustomize.config import Config, merge_references
from minikube_py.cli_runtime.kustomize.errors import KustomizeError
from minikube_py.cli_runtime.kustomize.field_specs import FieldSpec, merge_specs
from minikube_py.cli_runtime.kustomize.loader import Loader
from minikube_py.cli_runtime.kustomize.resid import Gvk

Object = dict[str, Any]
_MARKS = {
    "x-kubernetes-annotation": "commonAnnotations",
    "x-kubernetes-label-selector": "commonLabels",
    "x-kubernetes-identity": "namePrefix",
}
_REFERENCE = "x-kubernetes-object-ref-"
_MAX_DEPTH = 50


def load_crds(loader: Loader, paths: Sequence[str]) -> Config:
    """Return the field specs that files of definitions say. Raises KustomizeError."""
    config = Config()
    for path in paths:
        definitions = _parse(loader.load(path), path)
        for name in sorted(definitions):
            properties = _properties_of(definitions[name])
            if all(field in properties for field in ("kind", "apiVersion", "metadata")):
                found = Config()
                _add_fields(found, Gvk(kind=name.rpartition(".")[2]), definitions, name, [])
                config = config.merge(found)
    return config


def _parse(data: bytes, path: str) -> Object:
    from minikube_py.apimachinery.yaml_load import ManifestError, load_value

    try:
        value = load_value(data)
    except ManifestError as error:
        problem = f"error converting YAML to JSON: {error}"
        raise KustomizeError(f"unable to parse open API definition from '{path}': {problem}") from None
    for inner in (value, *(value.values() if isinstance(value, dict) else ())):
        if inner is not None and not isinstance(inner, dict):
            kind = {list: "array", str: "string", bool: "bool"}.get(type(inner), "number")
            wanted = "nameToApiMap" if inner is value else "OpenAPIDefinition"
            problem = f"json: cannot unmarshal {kind} into Go value of type accumulator.{wanted}"
            where = f"unable to parse open API definition from '{path}'"
            raise KustomizeError(f"{where}: error unmarshaling JSON: while decoding JSON: {problem}")
    return {key: inner for key, inner in (value or {}).items() if inner is not None}


def _properties_of(definition: Object) -> Object:
    schema = definition.get("Schema") or definition.get("schema")
    properties = schema.get("properties") if isinstance(schema, dict) else None
    return properties if isinstance(properties, dict) else {}


def _add_fields(config: Config, gvk: Gvk, definitions: Object, name: str, path: list[str]) -> None:
    if len(path) > _MAX_DEPTH:
        raise KustomizeError(f"definitions of {name} go round in circles")
    for field, schema in sorted(_properties_of(definitions.get(name) or {}).items()):
        if not isinstance(schema, dict):
            continue
        here = [*path, field]
        for mark, section in _MARKS.items():
            if isinstance(schema.get(mark), str):
                config.specs[section] = merge_specs(config.specs[section], [FieldSpec(gvk, "/".join(here))])
        version, kind = schema.get(f"{_REFERENCE}api-version"), schema.get(f"{_REFERENCE}kind")
        if isinstance(version, str) and isinstance(kind, str):
            key = schema.get(f"{_REFERENCE}name-key")
            spec = FieldSpec(gvk, "/".join([*here, key if isinstance(key, str) else "name"]))
            config.references = merge_references(config.references, [(Gvk("", version, kind), [spec])])
        if isinstance(schema.get("$ref"), str):
            _add_fields(config, gvk, definitions, schema["$ref"], here)
