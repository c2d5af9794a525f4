"""What the verbs share that make roles and bindings."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any, NamedTuple

from minikube_py.cli_runtime.errors import CliError
from minikube_py.cli_runtime.flags import Flag, Parsed, flag
from minikube_py.client.discovery import NoSuchResource
from minikube_py.client.resources import Resource

if TYPE_CHECKING:
    from minikube_py.cli_runtime.factory import Factory

Object = dict[str, Any]

GROUP = "rbac.authorization.k8s.io"
ROLES = Resource(GROUP, "v1", "roles", "Role")
CLUSTER_ROLES = Resource(GROUP, "v1", "clusterroles", "ClusterRole", namespaced=False)
ROLE_BINDINGS = Resource(GROUP, "v1", "rolebindings", "RoleBinding")
CLUSTER_ROLE_BINDINGS = Resource(GROUP, "v1", "clusterrolebindings", "ClusterRoleBinding", namespaced=False)

RULE_FLAGS: tuple[Flag, ...] = (
    flag("verb", kind="slice", help="What may be done: get, list, watch, create, update, patch, delete, ..."),
    flag("resource", kind="slice", help="To what: RESOURCE, RESOURCE.GROUP or RESOURCE/SUBRESOURCE"),
    flag("resource-name", kind="array", help="Only to objects of this name; may be repeated"),
)
SUBJECT_FLAGS: tuple[Flag, ...] = (
    flag("user", kind="array", help="User who gets the role; may be repeated"),
    flag("group", kind="array", help="Group that gets the role; may be repeated"),
    flag("serviceaccount", kind="array", help="Service account that gets the role, as NAMESPACE:NAME; may be repeated"),
)

_VERBS = (
    *("*", "get", "delete", "list", "create", "update", "patch", "watch", "proxy", "deletecollection"),
    *("use", "bind", "escalate", "impersonate"),
)
_ROLES = ((GROUP, "roles"), (GROUP, "clusterroles"))
_SPECIAL = {
    "use": (("policy", "podsecuritypolicies"), ("extensions", "podsecuritypolicies")),
    "bind": _ROLES,
    "escalate": _ROLES,
    "impersonate": (("", "users"), ("", "serviceaccounts"), ("", "groups"), ("authentication.k8s.io", "userextras")),
}


class Rule(NamedTuple):
    """What may be done, to what; `resources` are (group, resource, subresource) as typed."""

    verbs: list[str]
    resources: list[tuple[str, str, str]]
    names: list[str]


def parse_rule(flags: Parsed) -> Rule:
    """Return the rule of --verb, --resource and --resource-name, without repetitions."""
    verbs = ["*"] if "*" in flags["verb"] else list(dict.fromkeys(flags["verb"]))
    resources: list[tuple[str, str, str]] = []
    for text in flags["resource"]:
        qualified, _, subresource = text.partition("/")
        resource, _, group = qualified.partition(".")
        if text == "*":
            resources = [("", "*", "")]
            break
        resources.append((group, resource, subresource))
    return Rule(verbs, resources, list(dict.fromkeys(flags["resource-name"])))


def check_verbs(verbs: Sequence[str], factory: Factory) -> None:
    """Warn of verbs that nothing knows."""
    for verb in verbs:
        if verb not in _VERBS:
            factory.warn(f"Warning: '{verb}' is not a standard resource verb")


def check_resources(rule: Rule, factory: Factory) -> None:
    """Raise CliError for a resource that is not served, or that a verb is not meant for."""
    for group, name, _ in rule.resources:
        if not name:
            raise CliError("resource must be specified if apiGroup/subresource specified")
        if name == "*":
            return
        found = _find(factory, group, name)
        actual = found or (group, name)
        special = [verb for verb in rule.verbs if verb in _SPECIAL]
        for verb in special:
            if actual not in _SPECIAL[verb]:
                raise CliError(f"can not perform '{verb}' on '{actual[1]}' in group '{actual[0]}'")
        if found is None and not special:
            where = f' in group "{group}"' if group else ""
            raise CliError(f'the server doesn\'t have a resource type "{name}"{where}', prefix="")


def _find(factory: Factory, group: str, name: str) -> tuple[str, str] | None:
    try:
        info = factory.discovery.find(f"{name}.{group}" if group else name)
    except NoSuchResource:
        return None
    return (info.group, info.plural) if info.group.startswith(group) else None  # `deployments.v1.apps` is not meant here


def make_rules(rule: Rule, urls: list[str], factory: Factory) -> list[Object]:
    """Return policy rules, one for each API group, and one for paths that are no resources."""
    by_group: dict[str, list[str]] = {}
    for group, name, subresource in rule.resources:
        actual_group, plural = _find(factory, group, name) or (group, name)
        resource = f"{plural}/{subresource}" if subresource else plural
        listed = by_group.setdefault(actual_group, [])
        if resource not in listed:
            listed.append(resource)
    names = {"resourceNames": rule.names} if rule.names else {}
    rules = [{"verbs": rule.verbs, "apiGroups": [g], "resources": by_group[g], **names} for g in sorted(by_group)]
    return rules + ([{"verbs": rule.verbs, "nonResourceURLs": urls}] if urls else [])


def make_role_ref(kind: str, name: str) -> Object:
    """Return the reference to a Role or ClusterRole."""
    return {"apiGroup": GROUP, "kind": kind, "name": name}


def make_subjects(flags: Parsed) -> list[Object]:
    """Return who gets the role. Raises CliError for a service account without namespace."""
    subjects: list[Object] = [{"kind": "User", "apiGroup": GROUP, "name": name} for name in flags["user"]]
    subjects += [{"kind": "Group", "apiGroup": GROUP, "name": name} for name in flags["group"]]
    for text in flags["serviceaccount"]:
        parts = text.split(":")
        if len(parts) != 2 or not all(parts):
            raise CliError("serviceaccount must be <namespace>:<name>")
        subjects.append({"kind": "ServiceAccount", "name": parts[1], "namespace": parts[0]})
    return subjects
