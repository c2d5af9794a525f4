"""Whether the rules in a schema (x-kubernetes-validations) are well formed."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from minikube_py.apimachinery.errors import FieldError, invalid, not_supported, required
from minikube_py.apis.apiextensions.field_paths import PathError, find_field

Schema = Mapping[str, Any]
REASONS = ("FieldValueDuplicate", "FieldValueForbidden", "FieldValueInvalid", "FieldValueRequired")


def check_rules_of_schema(schema: Schema, path: str, uncorrelatable: str) -> Iterator[FieldError]:
    """Yield what is wrong with the rules at one node; `uncorrelatable` is what keeps oldSelf from being known there."""
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
