"""Values against an OpenAPI v3 schema, with the words of k8s.io/kube-openapi's validator.

Of an object that is changed, what stays as it was is not judged again (ratcheting, KEP-4008).
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import Any, NamedTuple

from minikube_py.apimachinery.errors import FieldError, invalid, not_supported, required, too_long, too_many
from minikube_py.apimachinery.gosyntax import format_go_value
from minikube_py.apimachinery.re2.pattern import compile_pattern
from minikube_py.apis.apiextensions.string_formats import check_format
from minikube_py.apis.apiextensions.unstructured_literals import invalid_value

Schema = Mapping[str, Any]
MISSING: Any = object()
NO_FIELD = "<nil>"  # how Go shows a path that is none
_KINDS = {str: "string", bool: "boolean", int: "integer", float: "number", list: "array", dict: "object"}


class Place(NamedTuple):
    """Where a value stands: `base` is the field that the validation began with, `path` the way from there."""

    base: str
    path: str

    def child(self, name: str) -> Place:
        """Return the place of a field."""
        return Place(self.base, f"{self.path}.{name}" if self.path else name)

    def item(self, number: int) -> Place:
        """Return the place of an item."""
        return Place(self.base, f"{self.path}[{number}]")

    @property
    def field(self) -> str:
        """The field as errors name it."""
        return ".".join(part for part in (self.base, self.path.removeprefix(".")) if part) or NO_FIELD


def validate_value(schema: Schema, value: Any, base: str = "", old: Any = MISSING) -> list[FieldError]:
    """Return what is wrong with a value; `old` is the one it replaces, if it does."""
    return list(_validate(schema, value, Place(base, ""), old))


def types_of(schema: Schema) -> tuple[str, ...]:
    """Return the types that a value may have; () for any."""
    if schema.get("x-kubernetes-int-or-string"):
        return ("integer", "string")
    return (schema["type"],) if schema.get("type") else ()


def _validate(schema: Schema, value: Any, place: Place, old: Any) -> Iterator[FieldError]:
    if old is not MISSING and _is_equal(value, old):
        return
    yield from _check_type(schema, value, place)
    if value is None:
        return
    yield from _check_combinations(schema, value, place)
    check = _CHECKS.get(type(value))
    if check is not None and not isinstance(value, dict | list):
        yield from check(schema, value, place, old)
    elif isinstance(value, list):
        yield from _check_array(schema, value, place, old)
    enum = schema.get("enum")
    if enum and not any(_is_equal(value, allowed) for allowed in enum):
        yield not_supported(place.field, value, [v if isinstance(v, str) else _to_json(v) for v in enum])
    if isinstance(value, dict):
        yield from _check_object(schema, value, place, old)


def _is_equal(left: Any, right: Any) -> bool:
    if isinstance(left, bool) != isinstance(right, bool):
        return False
    return bool(left == right)


def _to_json(value: Any) -> str:
    import json

    return json.dumps(value, separators=(",", ":"))


def _type_invalid(place: Place, value: Any, wanted: str, shown: str) -> FieldError:
    text = f'{place.path} in body must be of type {wanted}: "{shown}"'
    return FieldError("FieldValueTypeInvalid", place.field, value, text)


def _check_type(schema: Schema, value: Any, place: Place) -> Iterator[FieldError]:
    types = types_of(schema)
    if not types:
        return
    if value is None:
        if not schema.get("nullable"):
            yield _type_invalid(place, "null", ",".join(types), "null")
        return
    kind = _KINDS[type(value)]
    is_whole = kind == "number" and value.is_integer() and "integer" in types
    if kind not in types and not is_whole and not (kind == "integer" and "number" in types):
        yield _type_invalid(place, kind, ",".join(types), kind)


def _check_combinations(schema: Schema, value: Any, place: Place) -> Iterator[FieldError]:
    shown = f'"{place.path}"'
    if any_of := schema.get("anyOf"):
        found = [list(_validate(s, value, place, MISSING)) for s in any_of]
        if all(found):
            yield invalid(NO_FIELD, "", f"{shown} must validate at least one schema (anyOf)")
            yield from min(found, key=len)
    if one_of := schema.get("oneOf"):
        found = [list(_validate(s, value, place, MISSING)) for s in one_of]
        valid = sum(not errors for errors in found)
        if valid != 1:
            how = "Found none valid" if not valid else f"Found {valid} valid alternatives"
            yield invalid(NO_FIELD, "", f"{shown} must validate one and only one schema (oneOf). {how}")
            if not valid:
                yield from min(found, key=len)
    if all_of := schema.get("allOf"):
        found = [list(_validate(s, value, place, MISSING)) for s in all_of]
        for errors in found:
            yield from errors
        if any(found):
            more = ". None validated" if all(found) else ""
            yield invalid(NO_FIELD, "", f"{shown} must validate all the schemas (allOf){more}")
    if (negated := schema.get("not")) is not None and not list(_validate(negated, value, place, MISSING)):
        yield invalid(NO_FIELD, "", f"{shown} must not validate the schema (not)")


def _check_string(schema: Schema, value: str, place: Place, old: Any) -> Iterator[FieldError]:
    longest, shortest, pattern = (schema.get(key) for key in ("maxLength", "minLength", "pattern"))
    if longest is not None and len(value) > longest:
        yield too_long(place.field, longest)
    if shortest is not None and len(value) < shortest:
        yield invalid(place.field, value, f"{place.path} in body should be at least {shortest} chars long")
    if pattern and not compile_pattern(pattern).is_in(value):
        yield invalid(place.field, value, f"{place.path} in body should match '{pattern}'")
    if types_of(schema) in ((), ("string",)) and not check_format(schema.get("format", ""), value):
        yield _type_invalid(place, value, schema["format"], value)


def _check_number(schema: Schema, value: int | float, place: Place, old: Any) -> Iterator[FieldError]:
    def shown(limit: int | float) -> str:
        return format_go_value(int(limit) if isinstance(value, int) else float(limit))

    factor, most, least = (schema.get(key) for key in ("multipleOf", "maximum", "minimum"))
    if factor is not None and not (value / factor).is_integer():
        yield invalid(place.field, value, f"{place.path} in body should be a multiple of {shown(factor)}")
    if most is not None and (value > most or (schema.get("exclusiveMaximum") and value == most)):
        word = "less than" if schema.get("exclusiveMaximum") else "less than or equal to"
        yield invalid(place.field, value, f"{place.path} in body should be {word} {shown(most)}")
    if least is not None and (value < least or (schema.get("exclusiveMinimum") and value == least)):
        word = "greater than" if schema.get("exclusiveMinimum") else "greater than or equal to"
        yield invalid(place.field, value, f"{place.path} in body should be {word} {shown(least)}")


_CHECKS: dict[type, Callable[[Schema, Any, Place, Any], Iterator[FieldError]]] = {
    str: _check_string,
    int: _check_number,
    float: _check_number,
}


def _check_array(schema: Schema, value: list[Any], place: Place, old: Any) -> Iterator[FieldError]:
    items = schema.get("items")
    if isinstance(items, Mapping):
        before = _correlate(schema, old)
        for number, item in enumerate(value):
            yield from _validate(items, item, place.item(number), before(number, item))
    least, most = schema.get("minItems"), schema.get("maxItems")
    if least is not None and len(value) < least:
        yield invalid(place.field, len(value), f"{place.path} in body should have at least {least} items")
    if most is not None and len(value) > most:
        yield too_many(place.field, len(value), most)


def _correlate(schema: Schema, old: Any) -> Callable[[int, Any], Any]:
    """Return which old item a new one replaces: known for lists of type map, by their keys."""
    keys = schema.get("x-kubernetes-list-map-keys")
    if schema.get("x-kubernetes-list-type") != "map" or not keys or not isinstance(old, list):
        return lambda number, item: MISSING

    def key_of(item: Any) -> Any:
        return tuple(repr(item.get(key)) for key in keys) if isinstance(item, dict) else None

    known = {key_of(item): item for item in old}
    return lambda number, item: known.get(key_of(item), MISSING)


def _check_object(schema: Schema, value: dict[str, Any], place: Place, old: Any) -> Iterator[FieldError]:
    least, most = schema.get("minProperties"), schema.get("maxProperties")
    if least is not None and len(value) < least:
        yield invalid(place.field, len(value), f"{place.path} in body should have at least {least} properties")
    if most is not None and len(value) > most:
        yield too_many(place.field, len(value), most)
    for name in schema.get("required") or ():
        if name not in value:
            yield required(place.child(name).field)
    properties, additional = schema.get("properties") or {}, schema.get("additionalProperties")
    before = old if isinstance(old, dict) else {}
    if additional is False:
        for name in sorted(value.keys() - properties.keys()):
            yield invalid(place.field, "", f"{place.path}.{name} in body is a forbidden property")
    for name in sorted(value):
        inner = properties.get(name, additional)
        if isinstance(inner, Mapping):
            yield from _validate(inner, value[name], place.child(name), before.get(name, MISSING))


def check_set_or_map(schema: Schema, value: Any, path: str = "") -> Iterator[FieldError]:
    """Yield the duplicates in lists that are sets or maps."""
    if isinstance(value, list):
        yield from _check_list_type(schema, value, path)
        items = schema.get("items")
        for number, item in enumerate(value):
            if isinstance(items, Mapping):
                yield from check_set_or_map(items, item, f"{path}[{number}]")
    elif isinstance(value, dict):
        properties, additional = schema.get("properties") or {}, schema.get("additionalProperties")
        for name, item in value.items():
            if name in properties:
                yield from check_set_or_map(properties[name], item, f"{path}.{name}" if path else name)
            elif isinstance(additional, Mapping):
                yield from check_set_or_map(additional, item, f"{path}[{name}]")


def _check_list_type(schema: Schema, value: list[Any], path: str) -> Iterator[FieldError]:
    keys: list[Any] = value
    if schema.get("x-kubernetes-list-type") == "map":
        for number, item in enumerate(value):
            if item is not None and not isinstance(item, dict):
                yield invalid_value(f"{path}[{number}]", item, "must be an object for an array of list-type map")
                return
        names = schema.get("x-kubernetes-list-map-keys") or ()
        keys = [{name: item[name] for name in names if name in item} if item else {} for item in value]
    elif schema.get("x-kubernetes-list-type") != "set":
        return
    seen: dict[str, int] = {}
    for number, key in enumerate(keys):
        text = _to_json(key)
        seen[text] = seen.get(text, 0) + 1
        if seen[text] == 2:
            yield invalid_value(f"{path}[{number}]", key, "")._replace(type="FieldValueDuplicate")
