"""What an applied configuration must be before it can be merged: of the right version, and of its schema's types.

The texts are those of sigs.k8s.io/structured-merge-diff, which shows a bad value as its own Go struct prints.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from minikube_py.apimachinery import errors
from minikube_py.apimachinery.gosyntax import format_go_literal, format_go_value
from minikube_py.apimachinery.patch.compare import Object
from minikube_py.apimachinery.patch.fieldset import format_path
from minikube_py.apimachinery.patch.managed_fields import ManagerInfo
from minikube_py.apimachinery.patch.strategic_meta import go_type
from minikube_py.apimachinery.patch.typed import LIST_MAP, LISTS, FieldType, type_of
from minikube_py.apimachinery.schema import Schema


def check_config(config: Object, schema: Schema | None, info: ManagerInfo) -> None:
    """Raise BadRequest for another version or managedFields, StatusError for values that the schema does not allow."""
    version = config.get("apiVersion", "")
    if version != info.api_version:
        text = "Incorrect version specified in apply patch. "
        raise errors.BadRequest(f"{text}Specified patch version: {version}, expected: {info.api_version}")
    metadata = config.get("metadata")
    if isinstance(metadata, dict) and metadata.get("managedFields") is not None:
        raise errors.BadRequest("metadata.managedFields must be nil")
    problems = list(find_problems(schema, config, ""))
    if problems:
        listing = problems[0] if len(problems) == 1 else "\n  ".join(["errors:", *problems])
        raise errors.StatusError(f"failed to create typed patch object ({name_object(config)}): {listing}")


def name_object(obj: Object) -> str:
    """Return what these errors call an object: `default/web; apps/v1, Kind=Deployment`."""
    version, metadata = obj.get("apiVersion", ""), obj.get("metadata")
    metadata = metadata if isinstance(metadata, dict) else {}
    group_version = version if "/" in version else f"/{version}"
    namespace, name = (value if isinstance(value := metadata.get(key), str) else "" for key in ("namespace", "name"))
    return f"{namespace}/{name}; {group_version}, Kind={obj.get('kind', '')}"


def find_problems(schema: Schema | None, value: Any, path: str) -> Iterator[str]:
    """Yield what is wrong with a value and all in it, each with its path; nulls are of every type."""
    if value is None or schema is None or schema.type == "any":
        return
    if schema.type in ("object", "map"):
        yield from _check_map(schema, value, path)
    elif schema.type == "array":
        yield from _check_list(schema, value, path)
    elif problem := _check_scalar(schema, value):
        yield _at(path, problem)


def _at(path: str, problem: str) -> str:
    return f"{path}: {problem}" if path else problem


def _check_map(schema: Schema, value: Any, path: str) -> Iterator[str]:
    if not isinstance(value, dict):
        yield _at(path, f"expected map, got &{{{format_go_value(value)}}}")
        return
    for key, inner in value.items():
        if schema.type == "map":
            yield from find_problems(schema.items, inner, f"{path}.{key}")
        elif key in schema.fields:
            yield from find_problems(schema.fields[key], inner, f"{path}.{key}")
        elif not schema.preserves_unknown_fields:
            yield _at(f"{path}.{key}", "field not declared in schema")


def _check_list(schema: Schema, items: Any, path: str) -> Iterator[str]:
    if not isinstance(items, list):
        yield _at(path, f"expected list, got &{{{format_go_value(items)}}}")
        return
    field_type = type_of(schema)
    seen: set[str] = set()
    for index, item in enumerate(items):
        shown = f"[{index}]"
        if field_type.kind in LISTS:
            element = field_type.element_of(item)
            if element is None:
                yield _at(path, f"element {index}: {_why_no_element(field_type, item)}")
                return
            shown = format_path((element,))
            if element in seen:
                yield _at(path, f"duplicate entries for key {shown}")
            seen.add(element)
        yield from find_problems(schema.items, item, path + shown)


def _check_scalar(schema: Schema, value: Any) -> str:
    shown = f"&{{{format_go_value(value)}}}"
    if schema.type in ("integer", "number"):
        numeric = isinstance(value, int | float) and not isinstance(value, bool)
        return "" if numeric else f"expected numeric (int or float), got {go_type(value)}"
    if schema.type == "boolean":
        return "" if isinstance(value, bool) else f"expected boolean, got {shown}"
    if schema.type == "string" and schema.format in ("", "byte"):
        literal = f"&value.valueUnstructured{{Value:{format_go_literal(value)}}}"
        return "" if isinstance(value, str) else f"expected string, got {literal}"
    return f"expected any scalar, got {shown}" if isinstance(value, dict | list) else ""


def _why_no_element(field_type: FieldType, item: Any) -> str:
    if field_type.kind == LIST_MAP:
        if item is None:
            return "associative list with keys may not have a null element"
        if not isinstance(item, dict):
            return "associative list with keys may not have non-map elements"
        keys = "[" + " ".join(f'"{key}"' for key in field_type.keys) + "]"
        omitted = f"associative list with keys has an element that omits all key fields {keys}"
        return f"{omitted} (and doesn't have default values for any key fields)"
    if item is None:
        return "associative list without keys has an element that's an explicit null"
    if isinstance(item, dict):
        return "associative list without keys has an element that's a map type"
    return "not supported: associative list with lists as elements"
