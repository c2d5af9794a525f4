"""Which version of an object a webhook or a policy is to be asked about, if at all."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import partial
from typing import TYPE_CHECKING, Any

from minikube_py.apis import catalog
from minikube_py.apis.kind import Kind
from minikube_py.apiserver.admission.attributes import Attributes
from minikube_py.apiserver.admission_matching import is_in_rule, is_selected

if TYPE_CHECKING:
    from minikube_py.apiserver.server import ApiServer

Object = dict[str, Any]


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
