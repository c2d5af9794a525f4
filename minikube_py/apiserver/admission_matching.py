"""Which requests a policy's matchConstraints, or a binding's matchResources, are about."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from minikube_py.apiserver.admission import Attributes
from minikube_py.storage.interface import Key

if TYPE_CHECKING:
    from minikube_py.apiserver.server import ApiServer

Object = dict[str, Any]


def is_matched(match: Object, attributes: Attributes, server: ApiServer, *, needs_rules: bool = True) -> bool:
    """Return whether a request falls under the rules and selectors. Without rules none does, where `needs_rules`, else all."""
    equivalent = match.get("matchPolicy") != "Exact"
    rules = match.get("resourceRules") or ()
    if (rules or needs_rules) and not any(_is_in_rule(rule, attributes, equivalent) for rule in rules):
        return False
    if any(_is_in_rule(rule, attributes, equivalent) for rule in match.get("excludeResourceRules") or ()):
        return False
    return _is_selected_namespace(match.get("namespaceSelector"), attributes, server) and _is_selected_object(
        match.get("objectSelector"), attributes
    )


def _is_in_rule(rule: Object, attributes: Attributes, equivalent: bool) -> bool:
    kind, asked = attributes.kind, attributes.kind.asked
    names = rule.get("resourceNames") or ()
    scope = rule.get("scope") or "*"
    return (
        _has(rule.get("operations"), attributes.operation)
        and _has(rule.get("apiGroups"), asked.group)
        and (_has(rule.get("apiVersions"), asked.version) or equivalent)
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
    return any(chosen.matches(obj["metadata"].get("labels") or {}) for obj in objects)
