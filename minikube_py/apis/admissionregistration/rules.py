"""Rules that say which requests a webhook or a policy is about."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from minikube_py.apimachinery.errors import FieldError, invalid, not_supported, required
from minikube_py.apimachinery.gosyntax import format_go_strings, invalid_go

Object = dict[str, Any]
OPERATIONS = ("*", "CONNECT", "CREATE", "DELETE", "UPDATE")
SCOPES = ("*", "Cluster", "Namespaced")


def set_rule_defaults(rule: Object) -> None:
    """A rule is about objects of namespaces and of the cluster."""
    rule.setdefault("scope", "*")


def validate_rule(rule: Object, path: str) -> Iterator[FieldError]:
    """Yield what is wrong with a rule and its operations."""
    operations = rule.get("operations") or []
    if not operations:
        yield required(f"{path}.operations")
    if len(operations) > 1 and "*" in operations:
        shown = format_go_strings(operations).replace("[]string", "[]admissionregistration.OperationType")
        yield invalid_go(f"{path}.operations", shown, "if '*' is present, must not specify other operations")
    for number, operation in enumerate(operations):
        if operation not in OPERATIONS:
            yield not_supported(f"{path}.operations[{number}]", operation, OPERATIONS)
    for word, what in (("apiGroups", "API groups"), ("apiVersions", "API versions")):
        values = rule.get(word) or []
        if not values:
            yield required(f"{path}.{word}")
        if len(values) > 1 and "*" in values:
            yield invalid_go(f"{path}.{word}", format_go_strings(values), f"if '*' is present, must not specify other {what}")
        if word == "apiVersions":
            yield from (required(f"{path}.{word}[{number}]") for number, value in enumerate(values) if not value)
    yield from _validate_resources(rule.get("resources") or [], f"{path}.resources")
    if rule.get("scope") and rule["scope"] not in SCOPES:
        yield not_supported(f"{path}.scope", rule["scope"], SCOPES)


def _validate_resources(resources: list[str], path: str) -> Iterator[FieldError]:
    if not resources:
        yield required(path)
    whole, everywhere = set(), set()
    for number, text in enumerate(resources):
        if not text:
            yield required(f"{path}[{number}]")
        resource, slash, sub = text.partition("/")
        if not slash:
            continue
        if resource in whole:
            yield invalid(f"{path}[{number}]", text, f"if '{resource}/*' is present, must not specify {text}")
        if sub in everywhere:
            yield invalid(f"{path}[{number}]", text, f"if '*/{sub}' is present, must not specify {text}")
        whole |= {resource} if sub == "*" else set()
        everywhere |= {sub} if resource == "*" else set()
    shown = format_go_strings(resources)
    if len(resources) > 1 and "*/*" in resources:
        yield invalid_go(path, shown, "if '*/*' is present, must not specify other resources")
    if "*" in resources and any(text != "*" and "/" not in text for text in resources):
        yield invalid_go(path, shown, "if '*' is present, must not specify other resources without subresources")
