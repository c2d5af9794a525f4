"""The roles and bindings that every cluster begins with. They come as Kubernetes' API server would have made them, but all at once.

Upstream: plugin/pkg/auth/authorizer/rbac/bootstrappolicy. A role that is there already is left alone.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

from minikube_py.apis.rbac.aggregation import collect_rules
from minikube_py.apis.rbac.binding import GROUP
from minikube_py.apiserver.authorization import default_rules
from minikube_py.component_base.clock import format_rfc3339
from minikube_py.storage.interface import Key

if TYPE_CHECKING:
    from minikube_py.apiserver.server import ApiServer

Object = dict[str, Any]
PLURALS = {
    "ClusterRole": "clusterroles",
    "ClusterRoleBinding": "clusterrolebindings",
    "Role": "roles",
    "RoleBinding": "rolebindings",
}
LABELS = {"kubernetes.io/bootstrapping": "rbac-defaults"}
ANNOTATIONS = {"rbac.authorization.kubernetes.io/autoupdate": "true"}
AGGREGATE = "rbac.authorization.k8s.io/aggregate-to-"
CONTROLLER, ACCOUNTS = "system:controller:", "kube-system"
READ = ["get", "list", "watch"]
WRITE = ["create", "delete", "deletecollection", "patch", "update"]
_VERBS = {"READ": READ, "WRITE": WRITE, "ALL": READ + WRITE}
_EVENTS = "create,patch,update ,events.k8s.io:events"


def create_defaults(server: ApiServer) -> None:
    """Store the roles and bindings that are missing, in the transaction that is open."""
    store, now = server.store, format_rfc3339(server.now())
    for obj in list_defaults():
        metadata, plural = obj["metadata"], PLURALS[obj["kind"]]
        key = Key(f"{plural}.{GROUP}", metadata.get("namespace", ""), metadata["name"])
        if store.get(key) is None:
            owned = {"manager": "kube-apiserver", "operation": "Update", "apiVersion": obj["apiVersion"], "time": now}
            metadata |= {"uid": server.new_uid(), "creationTimestamp": now}
            metadata["managedFields"] = [{**owned, "fieldsType": "FieldsV1", "fieldsV1": list_fields(obj)}]
            store.create(key, obj)


def list_fields(obj: Object) -> Object:
    """Return which fields of a default role or binding were set, as FieldsV1. Their lists are atomic."""
    metadata: Object = {"f:labels": {".": {}, **{f"f:{key}": {} for key in obj["metadata"]["labels"]}}}
    metadata["f:annotations"] = {".": {}, **{f"f:{key}": {} for key in ANNOTATIONS}}
    fields: Object = {"f:metadata": {name: metadata[name] for name in sorted(metadata)}}
    if "aggregationRule" in obj:
        fields["f:aggregationRule"] = {".": {}, "f:clusterRoleSelectors": {}}
    for name in ("roleRef", "rules", "subjects"):
        if name in obj:
            fields[f"f:{name}"] = {}
    return {name: fields[name] for name in sorted(fields)}


def list_defaults() -> list[Object]:
    """Return the default roles and bindings, aggregated ones with their rules, without what only storing adds."""
    roles = [_make_cluster_role(words, rules) for words, rules in _read(default_rules.CLUSTER_ROLES)]
    controllers = [words[0] for words, _ in _read(default_rules.CONTROLLER_ROLES)]
    roles += [
        _make("ClusterRole", f"{CONTROLLER}{words[0]}", rules=rules) for words, rules in _read(default_rules.CONTROLLER_ROLES)
    ]
    for name in ("view", "edit", "admin"):  # each takes in the one before
        role = next(role for role in roles if role["metadata"]["name"] == name)
        role["rules"] = collect_rules(role, roles)
    roles += [_make("Role", words[0], rules=rules) for words, rules in _read(default_rules.NAMESPACED_ROLES)]
    bindings = [line.split() for line in default_rules.BINDINGS.strip().splitlines()]
    bindings += [[f"{CONTROLLER}{name}", f"ServiceAccount:{name}"] for name in controllers]
    namespaced = [line.split() for line in default_rules.NAMESPACED_BINDINGS.strip().splitlines()]
    return roles + [_bind("Cluster", *words) for words in bindings] + [_bind("", *words) for words in namespaced]


def _read(table: str) -> Iterator[tuple[list[str], list[Object]]]:
    """Yield the words of each role's line, with its rules."""
    for block in table.strip().replace("\n  ", "\n\t").split("\n"):
        if not block.startswith("\t"):
            rules: list[Object] = []
            yield block.split(), rules
        else:
            rules.append(_read_rule(block.strip()))


def _read_rule(line: str) -> Object:
    verbs, what, *names = (_EVENTS if line == "EVENTS" else line).split()
    rule: Object = {"verbs": sorted(v for word in verbs.split(",") for v in _VERBS.get(word, [word]))}
    if what == "*" or what.startswith("/"):
        return {**rule, "nonResourceURLs": what.split(",")}
    groups, _, resources = what.partition(":")
    rule |= {"apiGroups": groups.split(","), "resources": resources.split(",")}
    return {**rule, "resourceNames": names[0].split(",")} if names else rule


def _make_cluster_role(words: list[str], rules: list[Object]) -> Object:
    role = _make("ClusterRole", words[0], rules=rules)
    for word in words[1:]:
        what, _, name = word.partition("=")
        if what == "into":
            role["metadata"]["labels"][AGGREGATE + name] = "true"
        else:
            role["aggregationRule"] = {"clusterRoleSelectors": [{"matchLabels": {AGGREGATE + name: "true"}}]}
    return role


def _make(kind: str, path: str, **fields: Any) -> Object:
    namespace, _, name = path.rpartition("/")
    metadata: Object = {"name": name, **({"namespace": namespace} if namespace else {})}
    metadata |= {"labels": dict(LABELS), "annotations": dict(ANNOTATIONS)}
    return {"kind": kind, "apiVersion": f"{GROUP}/v1", "metadata": metadata, **fields}


def _bind(scope: str, path: str, *subjects: str) -> Object:
    path, _, role = path.partition("=")
    reference = {"apiGroup": GROUP, "kind": f"{scope}Role", "name": role or path.rpartition("/")[2]}
    fields = {"subjects": [_make_subject(*subject.split(":", 1)) for subject in subjects]} if subjects else {}
    return _make(f"{scope}RoleBinding", path, roleRef=reference, **fields)


def _make_subject(kind: str, name: str) -> Object:
    if kind == "ServiceAccount":
        return {"kind": kind, "name": name, "namespace": ACCOUNTS}
    return {"apiGroup": GROUP, "kind": kind, "name": name}
