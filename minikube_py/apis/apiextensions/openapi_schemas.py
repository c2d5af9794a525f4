"""What a CustomResourceDefinition's OpenAPI v3 schema may say, node by node."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, NamedTuple

from minikube_py.apimachinery.errors import FieldError, forbidden, invalid, not_supported, required
from minikube_py.apimachinery.gosyntax import format_go_strings, invalid_go
from minikube_py.apis.apiextensions.rule_validation import check_rules_of_schema

Schema = Mapping[str, Any]
TYPES = ("array", "boolean", "integer", "number", "object", "string")
_META = ("metadata", "kind", "apiVersion")
_UNSUPPORTED = ("id", "additionalItems", "patternProperties", "definitions", "dependencies", "$ref")
_LIST, _KEYS, _MAP = "x-kubernetes-list-type", "x-kubernetes-list-map-keys", "x-kubernetes-map-type"


class Scope(NamedTuple):
    """Where in an object's schema a node stands. `no_defaults` says why it may have none."""

    root: bool = True
    in_metadata: bool = False
    no_defaults: str | None = None

    def inner(self, **changes: Any) -> Scope:
        """Return the scope of a node within."""
        return self._replace(root=False, **changes)


def validate_schema(schema: Schema, path: str, scope: Scope | None = None) -> Iterator[FieldError]:
    """Yield what is wrong with a schema and those within."""
    scope = scope or Scope()
    yield from _check_standard(schema, path, scope)
    if schema.get("uniqueItems"):
        why = "uniqueItems cannot be set to true since the runtime complexity becomes quadratic"
        yield forbidden(f"{path}.uniqueItems", why)
    yield from _check_fields(schema, path, scope)
    for word in ("not", "allOf", "oneOf", "anyOf"):
        inner = schema.get(word)
        for number, node in enumerate(inner or () if isinstance(inner, list) else [inner] if inner else ()):
            yield from validate_schema(node, f"{path}.{word}" + ("" if word == "not" else f"[{number}]"), scope.inner())
    items = schema.get("items")
    if isinstance(items, Mapping):
        yield from validate_schema(items, f"{path}.items", scope.inner())
    if schema.get("x-kubernetes-preserve-unknown-fields") is False:
        yield invalid(f"{path}.x-kubernetes-preserve-unknown-fields", False, "must be true or undefined")
    yield from _check_map_type(schema, path)
    yield from _check_list_type(schema, path)
    yield from _check_list_keys(schema, path)
    yield from _check_required_keys(schema, path)
    yield from check_rules_of_schema(schema, path)


def _check_fields(schema: Schema, path: str, scope: Scope) -> Iterator[FieldError]:
    properties, additional = schema.get("properties") or {}, schema.get("additionalProperties")
    if additional is not None:
        if properties and additional is not True:
            why = "additionalProperties and properties are mutual exclusive"
            yield forbidden(f"{path}.additionalProperties", why)
        if isinstance(additional, Mapping):
            reason = "inside additionalProperties applying to object metadata" if scope.in_metadata else scope.no_defaults
            yield from validate_schema(additional, f"{path}.additionalProperties", scope.inner(no_defaults=reason))
    for name, inner in properties.items():
        within = scope.inner()
        if (scope.root or schema.get("x-kubernetes-embedded-resource")) and name in _META:
            within = within._replace(in_metadata=True)
            if scope.root:
                within = within._replace(no_defaults=f"in top-level {name}")
        yield from validate_schema(inner, f"{path}.properties[{name}]", within)


def _check_standard(schema: Schema, path: str, scope: Scope) -> Iterator[FieldError]:
    kind = schema.get("type")
    if kind and kind not in TYPES:
        yield not_supported(f"{path}.type", kind, TYPES)
    if "default" in schema and scope.no_defaults is not None:
        yield forbidden(f"{path}.default", f"must not be set {scope.no_defaults}".rstrip())
    for name in _UNSUPPORTED:
        if schema.get(name) is not None:
            yield forbidden(f"{path}.{name}", f"{name} is not supported")
    if kind == "null":
        yield forbidden(f"{path}.type", "type cannot be set to null, use nullable as an alternative")
    if isinstance(schema.get("items"), list):
        yield forbidden(f"{path}.items", "items must be a schema object and not an array")
    if scope.in_metadata and schema.get("x-kubernetes-embedded-resource"):
        yield forbidden(f"{path}.x-kubernetes-embedded-resource", "must not be used inside of resource meta")


def _check_map_type(schema: Schema, path: str) -> Iterator[FieldError]:
    map_type, kind = schema.get(_MAP), schema.get("type")
    if map_type is None:
        return
    if kind != "object":
        why = f"must be object if {_MAP} is specified"
        yield invalid(f"{path}.type", kind, why) if kind else required(f"{path}.type", why)
    if map_type not in ("atomic", "granular"):
        yield not_supported(f"{path}.{_MAP}", map_type, ("atomic", "granular"))


def _check_list_type(schema: Schema, path: str) -> Iterator[FieldError]:
    list_type, kind, items = schema.get(_LIST), schema.get("type"), schema.get("items")
    if list_type is None:
        return
    if kind != "array":
        why = f"must be array if {_LIST} is specified"
        yield invalid(f"{path}.type", kind, why) if kind else required(f"{path}.type", why)
    elif list_type == "set" and isinstance(items, Mapping):
        why = f"must be atomic as item of a list with {_LIST}=set"
        if items.get("type") == "array" and items.get(_LIST, "atomic") != "atomic":
            yield invalid(f"{path}.items.{_LIST}", items[_LIST], why)
        if items.get("type") == "object" and items.get(_MAP) != "atomic":
            yield invalid(f"{path}.items.{_MAP}", items.get(_LIST), why)
    if list_type not in ("atomic", "set", "map"):
        yield not_supported(f"{path}.{_LIST}", list_type, ("atomic", "set", "map"))


def _check_list_keys(schema: Schema, path: str) -> Iterator[FieldError]:
    list_type, keys, items = schema.get(_LIST), schema.get(_KEYS) or [], schema.get("items")
    if keys and list_type != "map":
        why = f"must be map if {_KEYS} is non-empty"
        yield invalid(f"{path}.{_LIST}", list_type, why) if list_type else required(f"{path}.{_LIST}", why)
    if list_type != "map":
        return
    if not keys:
        yield required(f"{path}.{_KEYS}", f"must not be empty if {_LIST} is map")
    if items is None:
        yield required(f"{path}.items", f"must have a schema if {_LIST} is map")
    if not isinstance(items, Mapping):
        return
    if items.get("type") != "object":
        yield invalid(f"{path}.items.type", items.get("type") or "", f"must be object if parent array's {_LIST} is map")
        return
    for number, key in enumerate(keys):
        field = (items.get("properties") or {}).get(key)
        if field is None:
            yield invalid_go(f"{path}.{_KEYS}", format_go_strings(keys), "entries must all be names of item properties")
        elif field.get("type") in ("array", "object"):
            why = f"must be a scalar type if parent array's {_LIST} is map"
            yield invalid(f"{path}.items.properties[{key}].type", items["type"], why)
        if key in keys[:number]:
            yield invalid_go(f"{path}.{_KEYS}", format_go_strings(keys), "must not contain duplicate entries")


def _check_required_keys(schema: Schema, path: str) -> Iterator[FieldError]:
    """Items of sets and maps may not be null, and the keys of a map's have to be there."""
    items = schema.get("items")
    if schema.get("type") != "array" or not isinstance(items, Mapping):
        return
    if schema.get(_LIST) in ("set", "map") and items.get("nullable"):
        yield forbidden(f"{path}.items.nullable", f"cannot be nullable when {_LIST} is {schema[_LIST]}")
    if schema.get(_LIST) == "map":
        for key in schema.get(_KEYS) or ():
            field = (items.get("properties") or {}).get(key)
            if field is None:
                continue
            where = f"{path}.items.properties[{key}]"
            if key not in (items.get("required") or ()) and "default" not in field:
                yield required(
                    f"{where}.default", f"this property is in {_KEYS}, so it must have a default or be a required property"
                )
            if field.get("nullable"):
                yield forbidden(f"{where}.nullable", f"this property is in {_KEYS}, so it cannot be nullable")
