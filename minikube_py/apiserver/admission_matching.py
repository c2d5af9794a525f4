"""Which requests rules and selectors of webhooks, policies and bindings are about."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from minikube_py.apis.kind import Kind
from minikube_py.apiserver.admission import Attributes
from minikube_py.storage.interface import Key

if TYPE_CHECKING:
    from minikube_py.apiserver.server import ApiServer

Object = dict[str, Any]


def find_match(match: Object, attributes: Attributes, server: ApiServer, *, needs_rules: bool = True) -> Kind | None:
    """Return the kind, in the version that the rules want, if a request falls under them and the selectors, else None.

    Without rules no request does, where `needs_rules`, else all.
    """
    from minikube_py.apiserver.webhooks.matching import find_target

    policy = match.get("matchPolicy") or "Equivalent"
    rules = match.get("resourceRules") or ()
    target: Kind | None = attributes.kind
    if rules or needs_rules:
        target = find_target(rules, policy, attributes, server)
    if target is None or not is_selected(match, attributes, server):
        return None
    excluded = match.get("excludeResourceRules") or ()
    return None if excluded and find_target(excluded, policy, attributes, server) is not None else target


def is_selected(match: Object, attributes: Attributes, server: ApiServer) -> bool:
    """Return whether a request falls under a namespaceSelector and an objectSelector."""
    return _is_selected_namespace(match.get("namespaceSelector"), attributes, server) and _is_selected_object(
        match.get("objectSelector"), attributes
    )


def is_in_rule(rule: Object, attributes: Attributes, kind: Kind) -> bool:
    """Return whether a request, as if for `kind`, falls under a rule."""
    names = rule.get("resourceNames") or ()
    scope = rule.get("scope") or "*"
    return (
        _has(rule.get("operations"), attributes.operation)
        and _has(rule.get("apiGroups"), kind.group)
        and _has(rule.get("apiVersions"), kind.version)
        and any(_is_resource(text, kind.plural, attributes.subresource) for text in rule.get("resources") or ())
        and (not names or attributes.name in names)
        and (scope == "*" or (scope == "Namespaced") == kind.namespaced)
    )


def _has(values: list[str] | None, value: str) -> bool:
    return bool(values) and ("*" in (values or ()) or value in (values or ()))


def _is_resource(text: str, plural: str, subresource: str) -> bool:
    resource, slash, sub = text.partition("/")
    if resource not in ("*", plural):
        return False
    return sub in ("*", subresource) if slash else not subresource


def _is_selected_namespace(selector: Object | None, attributes: Attributes, server: ApiServer) -> bool:
    if not selector:
        return True
    from minikube_py.apimachinery.labels import selector_from_object

    if attributes.kind.resource == "namespaces":
        namespace = attributes.obj or attributes.old
    elif attributes.namespace:
        namespace = server.store.get(Key("namespaces", "", attributes.namespace))
    else:
        return True
    labels = ((namespace or {}).get("metadata") or {}).get("labels") or {}
    return bool(selector_from_object(selector).matches(labels))


def _is_selected_object(selector: Object | None, attributes: Attributes) -> bool:
    if not selector:
        return True
    from minikube_py.apimachinery.labels import selector_from_object

    chosen = selector_from_object(selector)
    objects = [obj for obj in (attributes.obj, attributes.old) if obj is not None]
    return any(chosen.matches((obj.get("metadata") or {}).get("labels") or {}) for obj in objects)
