"""Whether the rules in a schema (x-kubernetes-validations) are well formed."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from minikube_py.apimachinery.errors import FieldError, format_value, invalid, not_supported, required
from minikube_py.apimachinery.gosyntax import invalid_go
from minikube_py.apis.apiextensions.field_paths import PathError, find_field

Schema = Mapping[str, Any]
_OBJECT: Schema = {
    "apiVersion": {"type": "string"},
    "kind": {"type": "string"},
    "metadata": {"type": "object", "properties": {"name": {"type": "string"}, "generateName": {"type": "string"}}},
}
REASONS = ("FieldValueDuplicate", "FieldValueForbidden", "FieldValueInvalid", "FieldValueRequired")


def check_rules_of_schema(schema: Schema, path: str) -> Iterator[FieldError]:
    """Yield what is wrong with the texts of the rules at one node."""
    for number, rule in enumerate(schema.get("x-kubernetes-validations") or ()):
        yield from _check_texts(rule, f"{path}.x-kubernetes-validations[{number}]")
        yield from _check_field_path(schema, rule, f"{path}.x-kubernetes-validations[{number}]")


def _check_texts(rule: Mapping[str, Any], path: str) -> Iterator[FieldError]:
    text, message, expression = (rule.get(name) or "" for name in ("rule", "message", "messageExpression"))
    if not text.strip():
        yield required(f"{path}.rule", "rule is not specified")
    elif message and not message.strip():
        yield invalid(f"{path}.message", message, "message must be non-empty if specified")
    elif "\n" in message.strip():
        yield invalid(f"{path}.message", message, "message must not contain line breaks")
    elif "\n" in text.strip() and not message.strip():
        yield required(f"{path}.message", "message must be specified if rule contains line breaks")
    if expression and not expression.strip():
        yield required(f"{path}.messageExpression", "messageExpression must be non-empty if specified")
    if rule.get("reason") is not None and rule["reason"] not in REASONS:
        yield not_supported(f"{path}.reason", rule["reason"], REASONS)


def _check_field_path(schema: Schema, rule: Mapping[str, Any], path: str) -> Iterator[FieldError]:
    text = rule.get("fieldPath") or ""
    if not text:
        return
    if not text.strip():
        yield invalid(f"{path}.fieldPath", text, "fieldPath must be non-empty if specified")
    if "\n" in text:
        yield invalid(f"{path}.fieldPath", text, "fieldPath must not contain line breaks")
    try:
        find_field(schema, text)
    except PathError:
        yield invalid(f"{path}.fieldPath", text, "fieldPath must be a valid path")


def check_expressions(schema: Schema, path: str, uncorrelatable: str = "", *, root: bool = True) -> Iterator[FieldError]:
    """Yield which rules in a schema, at any depth, cannot be compiled. `uncorrelatable` is what keeps oldSelf from being known."""
    known = {**schema, "properties": {**_OBJECT, **(schema.get("properties") or {})}} if root else schema
    for number, rule in enumerate(schema.get("x-kubernetes-validations") or ()):
        yield from _check_rule(rule, known, f"{path}.x-kubernetes-validations[{number}]", uncorrelatable)
    stuck = uncorrelatable or (path if schema.get("x-kubernetes-map-type") == "atomic" else "")
    for name, inner in (schema.get("properties") or {}).items():
        yield from check_expressions(inner, f"{path}.properties[{name}]", stuck, root=False)
    for word in ("items", "additionalProperties"):
        inner = schema.get(word)
        if isinstance(inner, Mapping):
            lost = word == "items" and schema.get("x-kubernetes-list-type") != "map"
            yield from check_expressions(inner, f"{path}.{word}", uncorrelatable or (path if lost else ""), root=False)


def _check_rule(rule: Mapping[str, Any], schema: Schema, path: str, uncorrelatable: str) -> Iterator[FieldError]:
    from minikube_py.apimachinery.cel.checker import compile_expression, list_names
    from minikube_py.apimachinery.cel.parser import parse
    from minikube_py.apimachinery.cel.types import Type, type_of_schema

    old = type_of_schema(schema)
    names: dict[str, Mapping[str, Any] | Type | None] = {
        "self": schema,
        "oldSelf": Type("optional", (old,)) if rule.get("optionalOldSelf") else old,
    }
    compiled = compile_expression(rule["rule"], names)
    if compiled.issues or not compiled.is_of("bool"):
        why = f"compilation failed: {compiled.issues}" if compiled.issues else "cel expression must evaluate to a bool"
        yield invalid_go(f"{path}.rule", _show(rule), why)
        return
    if rule.get("messageExpression"):
        compiled = compile_expression(rule["messageExpression"], names)
        if compiled.issues:
            yield invalid_go(
                f"{path}.messageExpression", _show(rule), f"messageExpression compilation failed: {compiled.issues}"
            )
        elif not compiled.is_of("string"):
            yield invalid_go(f"{path}.messageExpression", _show(rule), "messageExpression must evaluate to a string")
    if "oldSelf" in set(list_names(parse(rule["rule"]))):
        if uncorrelatable:
            why = f"oldSelf cannot be used on the uncorrelatable portion of the schema within {uncorrelatable}"
            yield invalid(f"{path}.rule", rule["rule"], why)
    elif rule.get("optionalOldSelf") is not None:
        yield invalid(f"{path}.optionalOldSelf", rule["optionalOldSelf"], "may not be set if oldSelf is not used in rule")


def _show(rule: Mapping[str, Any]) -> str:
    """Return a rule as Go's `%#v` shows it; pointers mean nothing to a reader and show what they point at."""
    quoted = {name: format_value(rule.get(name) or "") for name in ("rule", "message", "messageExpression", "fieldPath")}
    reason = format_value(rule["reason"]) if rule.get("reason") is not None else "(*apiextensions.FieldValueErrorReason)(nil)"
    optional = str(rule["optionalOldSelf"]).lower() if rule.get("optionalOldSelf") is not None else "(*bool)(nil)"
    return (
        f"apiextensions.ValidationRule{{Rule:{quoted['rule']}, Message:{quoted['message']}, "
        f"MessageExpression:{quoted['messageExpression']}, Reason:{reason}, FieldPath:{quoted['fieldPath']}, "
        f"OptionalOldSelf:{optional}}}"
    )
