"""What an applied configuration must be before it can be merged."""

from __future__ import annotations

from typing import Any

from minikube_py.apimachinery import errors
from minikube_py.apimachinery.patch.compare import Object
from minikube_py.apimachinery.patch.fieldset import format_path
from minikube_py.apimachinery.patch.managed_fields import ManagerInfo
from minikube_py.apimachinery.patch.typed import LIST_MAP, LISTS, MAPS, STRUCT, FieldType, root_type
from minikube_py.apimachinery.schema import Schema


def check_config(config: Object, schema: Schema | None, info: ManagerInfo) -> None:
    """Raise BadRequest for another version or managedFields, StatusError for unknown fields and items without own keys."""
    version = config.get("apiVersion", "")
    if version != info.api_version:
        text = "Incorrect version specified in apply patch. "
        raise errors.BadRequest(f"{text}Specified patch version: {version}, expected: {info.api_version}")
    metadata = config.get("metadata") or {}
    if metadata.get("managedFields") is not None:
        raise errors.BadRequest("metadata.managedFields must be nil")
    problems = _find_problems(root_type(schema, tracked=False), config, "", schema is not None)
    if problems:
        listing = problems[0] if len(problems) == 1 else "\n  ".join(["errors:", *problems])
        group_version = version if "/" in version else f"/{version}"
        name = f"{metadata.get('namespace', '')}/{metadata.get('name', '')}"
        subject = f"{name}; {group_version}, Kind={config.get('kind', '')}"
        raise errors.StatusError(f"failed to create typed patch object ({subject}): {listing}")


def _find_problems(field_type: FieldType, value: Any, path: str, known: bool = True) -> list[str]:
    if field_type.kind in MAPS and isinstance(value, dict):
        return _find_problems_in_map(field_type, value, path, known)
    if field_type.kind in LISTS and isinstance(value, list):
        return _find_problems_in_list(field_type, value, path)
    return []


def _find_problems_in_map(field_type: FieldType, value: Object, path: str, known: bool) -> list[str]:
    problems: list[str] = []
    for key, inner in value.items():
        if known and field_type.kind == STRUCT and not field_type.is_named(key):
            problems.append(f"{path}.{key}: field not declared in schema")
        else:
            problems += _find_problems(field_type.field(key), inner, f"{path}.{key}")
    return problems


def _find_problems_in_list(field_type: FieldType, items: list[Any], path: str) -> list[str]:
    problems: list[str] = []
    seen: set[str] = set()
    for index, item in enumerate(items):
        element = field_type.element_of(item)
        if element is None:
            problems.append(f"{path}: element {index}: {_why_no_element(field_type, item)}")
            continue
        shown = format_path((element,))
        if element in seen:
            problems.append(f"{path}: duplicate entries for key {shown}")
        seen.add(element)
        problems += _find_problems(field_type.items, item, path + shown)
    return problems


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
