"""What is said of a patch whose outcome does not decode. Upstream: apiserver's patch handler and apimachinery's converter.

JSON and merge patches are applied to JSON, which is then decoded: the error shows the patched object. Strategic ones are
applied to maps, which are then converted: the error shows the patch, without what the merge has used up, and other words.
"""

from __future__ import annotations

from typing import Any

from minikube_py.apimachinery import errors
from minikube_py.apimachinery.go_types import name_field_type, name_type
from minikube_py.apimachinery.gosyntax import explain_type_meta, format_go_value
from minikube_py.apimachinery.patch.apply_validation import name_object
from minikube_py.apimachinery.scalars import canonicalize_quantity
from minikube_py.apimachinery.schema import Schema
from minikube_py.client.request import STRATEGIC_MERGE_PATCH, Request

Object = dict[str, Any]
_STRICT = "strict decoding error"
_SET_ORDER = "$setElementOrder/"
_DIRECTIVES = ("$patch", "$retainKeys")
_CONTAINERS = {"object": ("struct", ":"), "map": ("map", ""), "array": ("slice", "")}
_GO_KINDS = {"boolean": "bool", "string": "string", "integer": "int64", "number": "float64"}
_SOURCES = ((bool, "bool"), (str, "string"), (int, "int64"), (float, "float64"), (list, "slice"), (dict, "map"))


def translate(error: errors.BadRequest, request: Request, patched: Object, schema: Schema) -> errors.StatusError:
    """Return the Invalid error for a patch whose outcome `patched` was refused by the decoder with `error`."""
    strategic = request.content_type.partition(";")[0] == STRATEGIC_MERGE_PATCH
    why = error.message.partition(" cannot be handled as a ")[2].partition(": ")[2]
    if strategic and not why.startswith(_STRICT):
        why = explain_conversion(patched, schema, name_type(schema)) or why
    shown = format_go_value(strip_used(request.body)) if strategic else _to_json(patched)
    return errors.new_invalid("", "", "", [errors.invalid("patch", shown, why)])


def refuse_unknown(problems: list[str], patched: Object) -> errors.StatusError:
    """Return the Invalid error for a JSON patch whose operations have fields that operations do not have."""
    why = f"{_STRICT}: {', '.join(problems)}"
    return errors.new_invalid("", "", "", [errors.invalid("patch", _to_json(patched), why)])


def refuse_type(why: str, patched: Object) -> errors.StatusError:
    """Return the Invalid error for a patch that makes an object of another kind."""
    return errors.new_invalid("", "", "", [errors.invalid("patch", _to_json(patched), why)])


def refuse_value(patched: Any) -> errors.StatusError:
    """Return the Invalid error for a JSON patch that leaves no object."""
    why = "Object 'Kind' is missing in 'null'"
    if patched is not None:
        why = explain_type_meta(patched)
    return errors.new_invalid("", "", "", [errors.invalid("patch", _to_json(patched), why)])


def explain_applied(error: errors.BadRequest, merged: Object, config: Object, schema: Schema) -> errors.StatusError:
    """Return the error for an applied configuration that is of the right types, and whose outcome `merged` does not decode."""
    why = error.message.partition(" cannot be handled as a ")[2].partition(": ")[2]
    why = explain_conversion(merged, schema, name_type(schema)) or why
    version = config.get("apiVersion", "")
    kind = f"{version if '/' in version else f'/{version}'}, Kind={config.get('kind', '')}"
    conversion = f"unable to convert unstructured object to {kind}: {why}"
    return errors.StatusError(
        f"failed to convert new object ({name_object(config)}) to proper version ({version}): {conversion}"
    )


def _to_json(value: Any) -> str:
    import json

    return json.dumps(value, separators=(",", ":"), sort_keys=True, ensure_ascii=False)


def strip_used(patch: Any) -> Any:
    """Return a strategic patch as a merge leaves it: without directives and the lists that an order was given for."""
    if not isinstance(patch, dict):
        return patch
    ordered = {key.removeprefix(_SET_ORDER) for key in patch if key.startswith(_SET_ORDER)}
    return {
        key: strip_used(value)
        for key, value in patch.items()
        if key not in ordered and key not in _DIRECTIVES and not key.startswith(_SET_ORDER)
    }


def explain_conversion(value: Any, schema: Schema, go_type: str) -> str:
    """Return why Go cannot convert a value of JSON to the type of `schema`, or ""; the first reason met, depth first."""
    kind = schema.decoded_type
    if kind == "any" or value is None:
        return ""
    if kind == "quantity":
        return _explain_quantity(value)
    if kind in _CONTAINERS:
        return _explain_container(value, schema, kind)
    if kind in _GO_KINDS and schema.format != "byte":
        return _explain_scalar(value, go_type, schema.format if kind == "integer" and schema.format else _GO_KINDS[kind])
    return ""


def _explain_quantity(value: Any) -> str:
    try:
        canonicalize_quantity(value)
    except ValueError as error:
        return str(error)
    return ""


def _explain_container(value: Any, schema: Schema, kind: str) -> str:
    word, colon = _CONTAINERS[kind]
    if not isinstance(value, list if kind == "array" else dict):
        return f"cannot restore {word} from{colon} {_source_of(value)}"
    if kind == "object" and isinstance(value, dict):
        inner = [
            (value[key], field, name_field_type(schema.name, key, field))
            for key, field in schema.fields.items()
            if key in value
        ]
    elif schema.items is None:
        inner = []
    else:
        items = value if isinstance(value, list) else value.values()
        inner = [(item, schema.items, name_type(schema.items)) for item in items]
    return next((why for part in inner if (why := explain_conversion(*part))), "")


def _explain_scalar(value: Any, go_type: str, go_kind: str) -> str:
    source = _source_of(value)
    if source == go_kind or (source == "int64" and go_kind in ("int32", "float64")):
        return ""
    if source == "float64" and go_kind in ("int32", "int64"):
        return "" if value.is_integer() else f"cannot convert float64 to {go_type}"
    if source == "int64" and go_kind == "string":  # Go has such a conversion, to the character of that number
        return f"cannot convert int64 to {go_type}"
    return f"unrecognized type: {go_kind}"


def _source_of(value: Any) -> str:
    return next(name for type_, name in _SOURCES if isinstance(value, type_))
