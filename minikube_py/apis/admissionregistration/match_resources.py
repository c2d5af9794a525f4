"""matchConstraints of a policy and matchResources of a binding."""

from __future__ import annotations

from collections.abc import Iterator

from minikube_py.apimachinery.errors import FieldError, not_supported
from minikube_py.apimachinery.validation_meta import validate_label_selector
from minikube_py.apis.admissionregistration.rules import set_rule_defaults, validate_rule
from minikube_py.apis.kind import Object

_RULES = ("resourceRules", "excludeResourceRules")


def set_match_defaults(match: Object) -> None:
    """Everything is matched, under any of its versions."""
    match.setdefault("matchPolicy", "Equivalent")
    match.setdefault("namespaceSelector", {})
    match.setdefault("objectSelector", {})
    for word in _RULES:
        for rule in match.get(word) or ():
            set_rule_defaults(rule)


def validate_match_resources(match: Object, path: str) -> Iterator[FieldError]:
    """Yield what is wrong with the policy, the selectors and the rules."""
    policy = match.get("matchPolicy")
    if policy is not None and policy not in ("Equivalent", "Exact"):
        yield not_supported(f"{path}.matchPolicy", policy, ("Equivalent", "Exact"))
    for word in ("namespaceSelector", "objectSelector"):
        if match.get(word) is not None:
            yield from validate_label_selector(match[word], f"{path}.{word}")
    for word in _RULES:
        for number, rule in enumerate(match.get(word) or ()):
            yield from validate_rule(rule, f"{path}.{word}[{number}]")
