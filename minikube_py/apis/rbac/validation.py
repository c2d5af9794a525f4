"""What roles and bindings must be. Upstream: pkg/apis/rbac/validation."""

from __future__ import annotations

from collections.abc import Iterator

from minikube_py.apimachinery.errors import FieldError, format_value, invalid, not_supported, required
from minikube_py.apimachinery.gosyntax import format_go_strings, invalid_go
from minikube_py.apimachinery.names import is_path_segment_name
from minikube_py.apis.kind import Object
from minikube_py.apis.rbac.binding import GROUP, SERVICE_ACCOUNT


def validate_rules(role: Object, *, namespaced: bool) -> list[FieldError]:
    """Return what is wrong with a role's rules."""
    return [e for i, rule in enumerate(role.get("rules") or ()) for e in _judge_rule(f"rules[{i}]", rule, namespaced)]


def _judge_rule(path: str, rule: Object, namespaced: bool) -> Iterator[FieldError]:
    if not rule.get("verbs"):
        yield required(f"{path}.verbs", "verbs must contain at least one value")
    if urls := rule.get("nonResourceURLs"):
        shown = format_go_strings(urls)
        if namespaced:
            yield invalid_go(f"{path}.nonResourceURLs", shown, "namespaced rules cannot apply to non-resource URLs")
        if rule.get("apiGroups") or rule.get("resources") or rule.get("resourceNames"):
            both = "rules cannot apply to both regular resources and non-resource URLs"
            yield invalid_go(f"{path}.nonResourceURLs", shown, both)
        return
    if not rule.get("apiGroups"):
        yield required(f"{path}.apiGroups", "resource rules must supply at least one api group")
    if not rule.get("resources"):
        yield required(f"{path}.resources", "resource rules must supply at least one resource")


def validate_aggregation(role: Object) -> list[FieldError]:
    """Return what is wrong with the selectors by which an aggregated cluster role finds others."""
    rule = role.get("aggregationRule")
    if rule is None:
        return []
    path = "aggregationRule.clusterRoleSelectors"
    selectors = rule.get("clusterRoleSelectors") or ()
    if not selectors:
        return [required(path, "at least one clusterRoleSelector required if aggregationRule is non-nil")]
    from minikube_py.apimachinery.validation_meta import validate_label_selector

    errors: list[FieldError] = []
    for i, selector in enumerate(selectors):
        if found := validate_label_selector(selector, f"{path}[{i}]"):
            errors += [*found, invalid(f"{path}[{i}]", None, "invalid label selector.")]
    return errors


def validate_binding(binding: Object, role_kinds: tuple[str, ...], *, namespaced: bool) -> list[FieldError]:
    """Return what is wrong with the role that is given, and with those who get it."""
    reference = binding["roleRef"]
    errors = []
    if reference["apiGroup"] != GROUP:
        errors.append(not_supported("roleRef.apiGroup", reference["apiGroup"], [GROUP]))
    if reference["kind"] not in role_kinds:
        errors.append(not_supported("roleRef.kind", reference["kind"], role_kinds))
    if not reference["name"]:
        errors.append(required("roleRef.name"))
    errors += [invalid("roleRef.name", reference["name"], why) for why in is_path_segment_name(reference["name"])]
    for i, subject in enumerate(binding.get("subjects") or ()):
        errors += _judge_subject(f"subjects[{i}]", subject, namespaced)
    return errors


def _judge_subject(path: str, subject: Object, namespaced: bool) -> Iterator[FieldError]:
    from minikube_py.apimachinery.names import is_dns1123_subdomain

    name, kind, group = subject.get("name") or "", subject.get("kind") or "", subject.get("apiGroup") or ""
    if not name:
        yield required(f"{path}.name")
    if kind == SERVICE_ACCOUNT:
        if name:
            yield from (invalid(f"{path}.name", name, why) for why in is_dns1123_subdomain(name))
        if group:
            yield not_supported(f"{path}.apiGroup", group, [""])
        if not namespaced and not subject.get("namespace"):
            yield required(f"{path}.namespace")
    elif kind in ("User", "Group"):
        if not name:
            yield invalid(f"{path}.name", name, f"{kind.lower()} name cannot be empty")
        if group != GROUP:
            yield not_supported(f"{path}.apiGroup", group, [GROUP])
    else:
        yield not_supported(f"{path}.kind", kind, [SERVICE_ACCOUNT, "User", "Group"])


def validate_role_ref_update(new: Object, old: Object) -> list[FieldError]:
    """Refuse to let a binding give another role: it must be made anew."""
    reference = new["roleRef"]
    if reference == old["roleRef"]:
        return []
    words = (("APIGroup", "apiGroup"), ("Kind", "kind"), ("Name", "name"))
    shown = ", ".join(f"{title}:{format_value(reference[field])}" for title, field in words)
    return [invalid_go("roleRef", f"rbac.RoleRef{{{shown}}}", "cannot change roleRef")]
