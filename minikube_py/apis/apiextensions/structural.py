"""Whether a schema is structural: https://kubernetes.io/docs/tasks/extend-kubernetes/custom-resources/custom-resource-definitions/#specifying-a-structural-schema"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from minikube_py.apimachinery.errors import FieldError, forbidden, invalid, required
from minikube_py.apimachinery.re2.pattern import compile_pattern
from minikube_py.apimachinery.re2.syntax import BadPattern

Schema = Mapping[str, Any]
ROOT, ITEM, FIELD = "at the root", "for specified array items", "for specified object fields"
_INT_OR_STRING = [{"type": "integer"}, {"type": "string"}]
PRESERVE, EMBEDDED, EITHER = (
    "x-kubernetes-preserve-unknown-fields",
    "x-kubernetes-embedded-resource",
    "x-kubernetes-int-or-string",
)
_EMPTY_IN_NESTED = {  # what a schema under allOf, anyOf, oneOf or not may not say -> how that is told
    "type": "must be empty to be structural",
    "additionalProperties": "must be undefined to be structural",
    "default": "must be undefined to be structural",
    "title": "must be empty to be structural",
    "description": "must be empty to be structural",
    "nullable": "must be false to be structural",
    PRESERVE: "must be false to be structural",
    EMBEDDED: "must be false to be structural",
    EITHER: "must be false to be structural",
    "x-kubernetes-list-map-keys": "must be empty to be structural",
    "x-kubernetes-list-type": "must be undefined to be structural",
    "x-kubernetes-map-type": "must be undefined to be structural",
    "x-kubernetes-validations": "must be empty to be structural",
}


def validate_structural(schema: Schema, path: str) -> list[FieldError]:
    """Return what keeps a schema from being structural, sorted by text."""
    errors = [*_check_invariants(schema, ROOT, path), *_check_completeness(schema, schema, path, path)]
    return sorted(errors, key=str)


def _check_invariants(schema: Schema, level: str, path: str) -> Iterator[FieldError]:
    items, additional = schema.get("items"), schema.get("additionalProperties")
    if schema.get("type") == "array" and items is None:
        yield required(f"{path}.items", "must be specified")
    if isinstance(items, Mapping):
        yield from _check_invariants(items, ITEM, f"{path}.items")
    for name, inner in (schema.get("properties") or {}).items():
        yield from _check_invariants(inner, FIELD, f"{path}.properties[{name}]")
    if additional is not None:
        if level == ROOT:
            yield forbidden(f"{path}.additionalProperties", "must not be used at the root")
        if isinstance(additional, Mapping):
            yield from _check_invariants(additional, FIELD, f"{path}.additionalProperties")
    yield from _check_extensions(schema, path)
    yield from _check_values(schema, level, path)
    yield from _check_type(schema, level, path)
    yield from _check_metadata(schema, level, path)


def _check_extensions(schema: Schema, path: str) -> Iterator[FieldError]:
    if schema.get(EITHER):
        for name in (PRESERVE, EMBEDDED):
            if schema.get(name):
                yield invalid(f"{path}.{name}", True, f"must be false if {EITHER} is true")


def _check_values(schema: Schema, level: str, path: str) -> Iterator[FieldError]:
    if schema.get("anyOf") != _INT_OR_STRING:
        for number, inner in enumerate(schema.get("anyOf") or ()):
            yield from _check_nested(inner, level, f"{path}.anyOf[{number}]")
    for number, inner in enumerate(schema.get("allOf") or ()):
        checked = (
            {k: v for k, v in inner.items() if k != "anyOf"} if not number and inner.get("anyOf") == _INT_OR_STRING else inner
        )
        yield from _check_nested(checked, level, f"{path}.allOf[{number}]")
    for number, inner in enumerate(schema.get("oneOf") or ()):
        yield from _check_nested(inner, level, f"{path}.oneOf[{number}]")
    if schema.get("not") is not None:
        yield from _check_nested(schema["not"], level, f"{path}.not")
    if pattern := schema.get("pattern"):
        try:
            compile_pattern(pattern)
        except BadPattern as error:
            yield invalid(f"{path}.pattern", pattern, f"must be a valid regular expression, but isn't: {error}")


def _check_nested(schema: Schema, level: str, path: str) -> Iterator[FieldError]:
    yield from _check_values(schema, level, path)
    if isinstance(schema.get("items"), Mapping):
        yield from _check_nested(schema["items"], level, f"{path}.items")
    for name, inner in (schema.get("properties") or {}).items():
        yield from _check_nested(inner, FIELD, f"{path}.properties[{name}]")
    for name, why in _EMPTY_IN_NESTED.items():
        if schema.get(name):
            yield forbidden(f"{path}.{name}", why)
    if "metadata" in (schema.get("properties") or {}):
        yield forbidden(f"{path}.properties[metadata]", "must not be specified in a nested context")


def _check_type(schema: Schema, level: str, path: str) -> Iterator[FieldError]:
    kind = schema.get("type") or ""
    if schema.get(EMBEDDED) and kind != "object":
        why = f"must be object if {EMBEDDED} is true"
        yield invalid(f"{path}.type", kind, why) if kind else required(f"{path}.type", why)
    elif not kind and not schema.get(EITHER) and not schema.get(PRESERVE):
        yield required(f"{path}.type", f"must not be empty {level}")
    if schema.get(EMBEDDED) and schema.get("additionalProperties") is not None:
        yield forbidden(f"{path}.additionalProperties", f"must not be used if {EMBEDDED} is set")
    if level == ROOT and kind and kind != "object":
        yield invalid(f"{path}.type", kind, "must be object at the root")


def _check_metadata(schema: Schema, level: str, path: str) -> Iterator[FieldError]:
    properties, is_object = schema.get("properties") or {}, level == ROOT or bool(schema.get(EMBEDDED))
    for name in ("kind", "apiVersion"):
        if is_object and name in properties and properties[name].get("type") != "string":
            yield invalid(f"{path}.properties[{name}].type", properties[name].get("type") or "", "must be string")
    if (metadata := properties.get("metadata")) is not None:
        where = f"{path}.properties[metadata]"
        if is_object and metadata.get("type") != "object":
            yield invalid(f"{where}.type", metadata.get("type") or "", "must be object")
        said = {key for key, value in metadata.items() if value} - {"type", "default"}
        if level == ROOT and (said - {"properties"} or set(metadata.get("properties") or ()) - {"name", "generateName"}):
            why = "must not specify anything other than name and generateName, but metadata is implicitly specified"
            yield forbidden(where, why)
    if schema.get(EMBEDDED) and not schema.get(PRESERVE) and not properties:
        yield required(f"{path}.properties", f"must not be empty if {EMBEDDED} is true without {PRESERVE}")


def _check_completeness(values: Schema, schema: Schema, path: str, seen_in: str) -> Iterator[FieldError]:
    """Every field that is judged under allOf and the like has to be specified outside."""
    if values.get("not") is not None:
        yield from _check_nested_completeness(values["not"], schema, path, f"{seen_in}.not")
    for word in ("allOf", "anyOf", "oneOf"):
        for number, inner in enumerate(values.get(word) or ()):
            yield from _check_nested_completeness(inner, schema, path, f"{seen_in}.{word}[{number}]")


def _check_nested_completeness(values: Schema, schema: Schema | None, path: str, seen_in: str) -> Iterator[FieldError]:
    if not isinstance(schema, Mapping):
        yield required(path, f"because it is defined in {seen_in}")
        return
    yield from _check_completeness(values, schema, path, seen_in)
    if values.get("items") is not None:
        yield from _check_nested_completeness(values["items"], schema.get("items"), f"{path}.items", f"{seen_in}.items")
    for name, inner in (values.get("properties") or {}).items():
        where, seen = f"{path}.properties[{name}]", f"{seen_in}.properties[{name}]"
        yield from _check_nested_completeness(inner, (schema.get("properties") or {}).get(name), where, seen)
