"""Which requests rules and selectors of webhooks, policies and bindings are about, and in which version they see the object."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import partial
from typing import TYPE_CHECKING, Any

from minikube_py.apis import catalog
from minikube_py.apis.kind import Kind
from minikube_py.apiserver.admission_attributes import Attributes
from minikube_py.storage.interface import Key

if TYPE_CHECKING:
    from minikube_py.apiserver.server import ApiServer

Object = dict[str, Any]


def find_match(match: Object, attributes: Attributes, server: ApiServer, *, needs_rules: bool = True) -> Kind | None:
    """Return the kind, in the version that the rules want, if a request falls under them and the selectors, else None.

    Without rules no request does, where `needs_rules`, else all.
    """
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


def list_equivalents(kind: Kind, server: ApiServer) -> Iterator[Kind]:
    """Yield the kind as each version serves it, that of the request first; all are the stored kind, seen through a version."""
    yield kind
    asked = (kind.asked.group, kind.asked.version)
    if kind.custom:
        for one in server.custom_resources.list_kinds():
            if (one.group, one.plural) == (kind.group, kind.plural) and (one.group, one.version) != asked:
                yield _see_through(kind, server.find_kind(one.group, one.plural, one.version), server)
        return
    for entry in catalog.ENTRIES:
        if entry.names[0] == kind.plural and (entry.group, entry.version) != asked:
            found = catalog.load_kind(entry)
            if catalog.find_stored(found).resource == kind.resource:
                yield server.find_kind(found.group, found.plural, found.version)


def _see_through(kind: Kind, other: Kind, server: ApiServer) -> Kind:
    """Return a custom kind in another version; where that has to be converted to and fro, as a view that does so."""
    if kind.custom is None or not kind.custom.converted:
        return other
    converter = server.custom_resources.find_converter_of(kind)
    return kind.seen_through(other._replace(to_stored=partial(converter.convert_one, api_version=kind.api_version)))


def find_target(rules: Sequence[Object], policy: str, attributes: Attributes, server: ApiServer) -> Kind | None:
    """Return the kind as the first matching rule wants to see it: as asked for, or in another version where `policy` is Equivalent."""
    if any(is_in_rule(rule, attributes, attributes.kind.asked) for rule in rules):
        return attributes.kind
    if policy == "Exact":
        return None
    others = list(list_equivalents(attributes.kind, server))[1:]
    return next((k for rule in rules for k in others if is_in_rule(rule, attributes, k.asked)), None)


def find_hook_target(hook: Object, attributes: Attributes, server: ApiServer) -> Kind | None:
    """Return the kind that a webhook is asked about, None where it is not asked. Match conditions are not looked at."""
    target = find_target(hook.get("rules") or (), hook.get("matchPolicy") or "Equivalent", attributes, server)
    return target if target is not None and is_selected(hook, attributes, server) else None
