"""Policy rules apart from who has them: what one allows, which cover which, and how Kubernetes' messages show one.

A rule is a rbac.authorization.k8s.io/v1 PolicyRule. https://kubernetes.io/docs/reference/access-authn-authz/rbac/
Upstream: pkg/apis/rbac/v1/evaluation_helpers.go and component-helpers' auth/rbac/validation.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import Any, NamedTuple

Object = dict[str, Any]
ALL = "*"


class Action(NamedTuple):
    """What somebody wants to do: to a resource, or to a path of the API where `path` is set.

    `field_selector` is that of a list or watch, as it was written.
    """

    verb: str
    group: str = ""
    resource: str = ""
    subresource: str = ""
    name: str = ""
    namespace: str = ""
    path: str = ""
    field_selector: str = ""


def allows(rule: Object, action: Action) -> bool:
    """Return whether a rule allows an action."""
    if not _has(rule.get("verbs"), action.verb):
        return False
    if action.path:
        return any(_covers_path(path, action.path) for path in rule.get("nonResourceURLs") or ())
    names = rule.get("resourceNames")
    return (
        _has(rule.get("apiGroups"), action.group)
        and any(_is_resource(word, action) for word in rule.get("resources") or ())
        and (not names or action.name in names)
    )


def _has(words: Iterable[str] | None, word: str) -> bool:
    return any(known in (ALL, word) for known in words or ())


def _is_resource(word: str, action: Action) -> bool:
    if not action.subresource:
        return word in (ALL, action.resource)
    return word in (ALL, f"{action.resource}/{action.subresource}", f"*/{action.subresource}")


def _covers_path(owned: str, path: str) -> bool:
    return owned in (ALL, path) or (owned.endswith("*") and path.startswith(owned.rstrip("*")))


def break_down(rule: Object) -> Iterator[Object]:
    """Yield the smallest rules that a rule is made of: one verb on one resource of one group, by one name if it has names."""
    verbs = rule.get("verbs") or ()
    for group in rule.get("apiGroups") or ():
        for resource in rule.get("resources") or ():
            for verb in verbs:
                single = {"verbs": [verb], "apiGroups": [group], "resources": [resource]}
                if names := rule.get("resourceNames"):
                    yield from ({**single, "resourceNames": [name]} for name in names)
                else:
                    yield single
    for path in rule.get("nonResourceURLs") or ():
        yield from ({"verbs": [verb], "nonResourceURLs": [path]} for verb in verbs)


def list_missing(owned: Sequence[Object], wanted: Iterable[Object]) -> list[Object]:
    """Return the smallest rules of `wanted` that no rule of `owned` covers."""
    smallest = (single for rule in wanted for single in break_down(rule))
    return [single for single in smallest if not any(covers(rule, single) for rule in owned)]


def covers(owner: Object, single: Object) -> bool:
    """Return whether a rule allows all that one of the smallest rules does."""
    names = owner.get("resourceNames")
    if names and not set(single.get("resourceNames") or [ALL]) <= set(names):
        return False
    if not _has(owner.get("verbs"), single["verbs"][0]):
        return False
    if paths := single.get("nonResourceURLs"):
        return any(_covers_path(owned, paths[0]) for owned in owner.get("nonResourceURLs") or ())
    _, slash, subresource = single["resources"][0].partition("/")
    known = owner.get("resources") or ()
    return _has(owner.get("apiGroups"), single["apiGroups"][0]) and (
        _has(known, single["resources"][0]) or bool(slash and f"*/{subresource}" in known)
    )


def compact(rules: Iterable[Object]) -> list[Object]:
    """Join the smallest rules that differ in their verbs only; others stay as they are, before them."""
    plain: list[Object] = []
    joined: dict[tuple[str, str, str], Object] = {}
    for rule in rules:
        groups, resources, names = (list(rule.get(field) or ()) for field in ("apiGroups", "resources", "resourceNames"))
        if len(groups) != 1 or len(resources) != 1 or len(names) > 1 or rule.get("nonResourceURLs"):
            plain.append(rule)
            continue
        known = joined.setdefault((groups[0], resources[0], "".join(names)), {**rule, "verbs": []})
        known["verbs"] += [verb for verb in rule["verbs"] if verb not in known["verbs"]]
    return plain + list(joined.values())


_SHOWN = (
    ("APIGroups", "apiGroups"),
    ("Resources", "resources"),
    ("NonResourceURLs", "nonResourceURLs"),
    ("ResourceNames", "resourceNames"),
    ("Verbs", "verbs"),
)


def show(rule: Object) -> str:
    """Return `{APIGroups:[""], Resources:["pods"], Verbs:["get"]}`, as refusals to escalate show a rule."""
    from minikube_py.apimachinery.errors import format_value

    parts = [f"{title}:[{' '.join(map(format_value, rule[field]))}]" for title, field in _SHOWN if rule.get(field)]
    return "{" + ", ".join(parts) + "}"
