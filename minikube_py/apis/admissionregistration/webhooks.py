"""What the two kinds of webhook configuration share. Upstream: pkg/apis/admissionregistration/{v1,validation}."""

from __future__ import annotations

from collections.abc import Iterator

from minikube_py.apimachinery.errors import FieldError, duplicate, invalid, not_supported, required
from minikube_py.apimachinery.names import is_fully_qualified_name
from minikube_py.apimachinery.validation_meta import validate_label_selector
from minikube_py.apis.admissionregistration.match_conditions import validate_conditions
from minikube_py.apis.admissionregistration.rules import set_rule_defaults, validate_rule
from minikube_py.apis.admissionregistration.webhook_clients import REVIEW_VERSIONS, validate_client, validate_review_versions
from minikube_py.apis.columns import AGE, NAME
from minikube_py.apis.kind import Column, Object

FAILURE_POLICIES = ("Fail", "Ignore")
MATCH_POLICIES = ("Equivalent", "Exact")
SIDE_EFFECTS = ("None", "NoneOnDryRun")
REINVOCATION_POLICIES = ("IfNeeded", "Never")
COLUMNS = (NAME, Column("Webhooks", lambda obj, now: len(obj.get("webhooks") or ()), type="integer"), AGE)


def set_defaults(configuration: Object) -> None:
    """Fill in what every webhook says."""
    for hook in configuration.get("webhooks") or ():
        hook.setdefault("failurePolicy", "Fail")
        hook.setdefault("matchPolicy", "Equivalent")
        hook.setdefault("namespaceSelector", {})
        hook.setdefault("objectSelector", {})
        hook.setdefault("timeoutSeconds", 10)
        for rule in hook.get("rules") or ():
            set_rule_defaults(rule)
        service = (hook.get("clientConfig") or {}).get("service")
        if service is not None:
            service.setdefault("port", 443)


def set_mutating_defaults(configuration: Object) -> None:
    """Mutating webhooks are called once."""
    set_defaults(configuration)
    for hook in configuration.get("webhooks") or ():
        hook.setdefault("reinvocationPolicy", "Never")


def prepare_for_create(configuration: Object) -> None:
    """Begin at generation 1."""
    configuration["metadata"]["generation"] = 1


def validate(configuration: Object) -> list[FieldError]:
    """Check a configuration."""
    errors: list[FieldError] = []
    names: set[str] = set()
    for number, hook in enumerate(configuration.get("webhooks") or ()):
        path = f"webhooks[{number}]"
        errors += [*_validate_hook(hook, path), *_validate_versions(hook, path)]
        name = hook.get("name") or ""
        if name and name in names:
            errors.append(duplicate(f"{path}.name", name))
        names.add(name)
    return errors


def _validate_hook(hook: Object, path: str) -> Iterator[FieldError]:
    yield from _validate_name(hook.get("name") or "", f"{path}.name")
    for number, rule in enumerate(hook.get("rules") or ()):
        yield from validate_rule(rule, f"{path}.rules[{number}]")
    for word, supported in (("failurePolicy", FAILURE_POLICIES), ("matchPolicy", MATCH_POLICIES)):
        if (value := hook.get(word)) is not None and value not in supported:
            yield not_supported(f"{path}.{word}", value, supported)
    effects = hook.get("sideEffects")
    if effects is None:
        yield required(f"{path}.sideEffects", f"must specify one of {', '.join(SIDE_EFFECTS)}")
    elif effects not in SIDE_EFFECTS:
        yield not_supported(f"{path}.sideEffects", effects, SIDE_EFFECTS)
    seconds = hook.get("timeoutSeconds")
    if seconds is not None and not 1 <= seconds <= 30:
        yield invalid(f"{path}.timeoutSeconds", seconds, "the timeout value must be between 1 and 30 seconds")
    for word in ("namespaceSelector", "objectSelector"):
        if hook.get(word) is not None:
            yield from validate_label_selector(hook[word], f"{path}.{word}")
    policy = hook.get("reinvocationPolicy")
    if policy is not None and policy not in REINVOCATION_POLICIES:
        yield not_supported(f"{path}.reinvocationPolicy", policy, REINVOCATION_POLICIES)
    yield from validate_client(hook.get("clientConfig") or {}, f"{path}.clientConfig")
    yield from validate_conditions(hook.get("matchConditions") or [], f"{path}.matchConditions")


def _validate_name(name: str, path: str) -> Iterator[FieldError]:
    if not name:
        yield required(path, "")
        return
    yield from (invalid(path, name, why) for why in is_fully_qualified_name(name))


def _validate_versions(hook: Object, path: str) -> Iterator[FieldError]:
    why = f"must specify one of {', '.join(REVIEW_VERSIONS)}"
    return validate_review_versions(hook.get("admissionReviewVersions") or [], f"{path}.admissionReviewVersions", why)
