"""priority-and-fairness-config-producer: the flow schemas and priority levels that every cluster has, and the state of schemas.

Upstream: apiserver's pkg/apis/flowcontrol/bootstrap. The objects are kept for who looks at them: requests are not queued here.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from minikube_py.apimachinery.unstructured import deep_copy, set_condition
from minikube_py.client.reconcile import Context, Controller, Key, Result, Watch
from minikube_py.client.resources import FLOW_SCHEMAS, NAMESPACES, PRIORITY_LEVELS, Resource
from minikube_py.component_base.clock import format_rfc3339

Object = dict[str, Any]
NAMESPACE = "kube-system"
SPEC_ANNOTATION = {"apf.kubernetes.io/autoupdate-spec": "true"}
_LEVELS: dict[str, tuple[int, int, tuple[int, int, int] | None]] = {  # shares, percent to lend, hand size, queue length, queues
    "catch-all": (5, 0, None),
    "global-default": (20, 50, (6, 50, 128)),
    "leader-election": (10, 0, (4, 50, 16)),
    "node-high": (40, 25, (6, 50, 64)),
    "system": (30, 33, (6, 50, 64)),
    "workload-high": (40, 50, (6, 50, 128)),
    "workload-low": (100, 90, (6, 50, 128)),
}
_EVERYTHING = [{"verbs": ["*"], "apiGroups": ["*"], "resources": ["*"], "clusterScope": True, "namespaces": ["*"]}]
_EVERY_PATH = [{"verbs": ["*"], "nonResourceURLs": ["*"]}]


def _rule(subjects: list[Object], resources: list[Object] | None = None, paths: list[Object] | None = None) -> Object:
    rule: Object = {"subjects": subjects}
    if resources:
        rule["resourceRules"] = resources
    if paths:
        rule["nonResourceRules"] = paths
    return rule


def _all(subjects: list[Object]) -> list[Object]:
    return [_rule(subjects, _EVERYTHING, _EVERY_PATH)]


def _users(*names: str) -> list[Object]:
    return [{"kind": "User", "user": {"name": name}} for name in names]


def _groups(*names: str) -> list[Object]:
    return [{"kind": "Group", "group": {"name": name}} for name in names]


def _accounts(*names: str) -> list[Object]:
    return [{"kind": "ServiceAccount", "serviceAccount": {"name": name, "namespace": "kube-system"}} for name in names]


def _on(groups: str, resources: list[str], namespaces: list[str], verbs: str, cluster: bool = False) -> Object:
    rule: Object = {"verbs": verbs.split(","), "apiGroups": [groups], "resources": resources, "namespaces": namespaces}
    return {**rule, **({"clusterScope": True} if cluster else {})}


_ELECTION = "get,create,update"
_SCHEMAS: dict[str, tuple[str, int, str, list[Object]]] = {  # level, precedence, distinguisher, rules
    "exempt": ("exempt", 1, "", _all(_groups("system:masters"))),
    "probes": (
        "exempt",
        2,
        "",
        [
            _rule(
                _groups("system:unauthenticated", "system:authenticated"),
                paths=[{"verbs": ["get"], "nonResourceURLs": ["/healthz", "/readyz", "/livez"]}],
            )
        ],
    ),
    "system-leader-election": (
        "leader-election",
        100,
        "ByUser",
        [
            _rule(
                [*_users("system:kube-controller-manager", "system:kube-scheduler"), *_accounts("*")],
                [_on("coordination.k8s.io", ["leases"], ["*"], _ELECTION)],
            )
        ],
    ),
    "endpoint-controller": (
        "workload-high",
        150,
        "ByUser",
        [
            _rule(
                [
                    *_users("system:kube-controller-manager"),
                    *_accounts("endpoint-controller", "endpointslicemirroring-controller"),
                ],
                [_on("", ["endpoints"], ["*"], _ELECTION)],
            )
        ],
    ),
    "workload-leader-election": (
        "leader-election",
        200,
        "ByUser",
        [_rule(_accounts("*"), [_on("coordination.k8s.io", ["leases"], ["*"], _ELECTION)])],
    ),
    "system-node-high": (
        "node-high",
        400,
        "ByUser",
        [
            _rule(
                _groups("system:nodes"),
                [
                    _on("", ["nodes", "nodes/status"], ["*"], "*", cluster=True),
                    _on("coordination.k8s.io", ["leases"], ["*"], "*"),
                ],
            )
        ],
    ),
    "system-nodes": ("system", 500, "ByUser", _all(_groups("system:nodes"))),
    "kube-controller-manager": ("workload-high", 800, "ByNamespace", _all(_users("system:kube-controller-manager"))),
    "kube-scheduler": ("workload-high", 800, "ByNamespace", _all(_users("system:kube-scheduler"))),
    "kube-system-service-accounts": ("workload-high", 900, "ByNamespace", _all(_accounts("*"))),
    "service-accounts": ("workload-low", 9000, "ByUser", _all(_groups("system:serviceaccounts"))),
    "global-default": ("global-default", 9900, "ByUser", _all(_groups("system:unauthenticated", "system:authenticated"))),
    "catch-all": ("catch-all", 10000, "ByUser", _all(_groups("system:unauthenticated", "system:authenticated"))),
}


class FlowControlController:
    """Reconciles one object: Key("flowschemas" or "prioritylevelconfigurations", name)."""

    def __init__(self, context: Context) -> None:
        self._context = context
        self._client = context.client.with_manager("api-priority-and-fairness-config-producer-v1")

    def reconcile(self, key: Key) -> Result:
        """Make what is missing; tell of a schema whether its level is there. Raises StatusError."""
        is_schema = key.namespace == FLOW_SCHEMAS.plural
        resource = FLOW_SCHEMAS if is_schema else PRIORITY_LEVELS
        there = self._context.lister(resource).get("", key.name)
        if there is None:
            wanted = _make_schema(key.name) if is_schema else _make_level(key.name)
            if wanted is not None:
                self._client.create(resource, _with_head(resource, key.name, wanted))
        elif is_schema:
            self._tell(there)
        return Result()

    def _tell(self, schema: Object) -> None:
        level, new = schema["spec"]["priorityLevelConfiguration"]["name"], deep_copy(schema)
        found = self._context.lister(PRIORITY_LEVELS).get("", level) is not None
        text = f'This FlowSchema references the PriorityLevelConfiguration object named "{level}" '
        condition = {
            "type": "Dangling",
            "status": "False" if found else "True",
            "reason": "Found" if found else "NotFound",
            "message": text + ("and it exists" if found else "but there is no such object"),
        }
        conditions = new.setdefault("status", {}).setdefault("conditions", [])
        if set_condition(conditions, condition, format_rfc3339(self._context.clock.now())):
            self._client.update(FLOW_SCHEMAS, new, "status")


def _with_head(resource: Resource, name: str, spec: Object) -> Object:
    metadata = {"name": name, "annotations": SPEC_ANNOTATION}
    return {"apiVersion": resource.api_version, "kind": resource.kind, "metadata": metadata, "spec": spec}


def _make_level(name: str) -> Object | None:
    if name == "exempt":
        return {"type": "Exempt", "exempt": {"nominalConcurrencyShares": 0, "lendablePercent": 0}}
    if name not in _LEVELS:
        return None
    shares, lendable, queues = _LEVELS[name]
    response: Object = {"type": "Reject"}
    if queues is not None:
        hand_size, length, number = queues
        response = {"type": "Queue", "queuing": {"handSize": hand_size, "queueLengthLimit": length, "queues": number}}
    limited = {"nominalConcurrencyShares": shares, "lendablePercent": lendable, "limitResponse": response}
    return {"type": "Limited", "limited": limited}


def _make_schema(name: str) -> Object | None:
    if name not in _SCHEMAS:
        return None
    level, precedence, method, rules = _SCHEMAS[name]
    spec: Object = {"priorityLevelConfiguration": {"name": level}, "matchingPrecedence": precedence, "rules": rules}
    return {**spec, **({"distinguisherMethod": {"type": method}} if method else {})}


def _everything(namespace: Object, context: Context) -> Iterable[Key]:
    if namespace["metadata"]["name"] == NAMESPACE:
        yield from (Key(PRIORITY_LEVELS.plural, name) for name in ("exempt", *_LEVELS))
        yield from (Key(FLOW_SCHEMAS.plural, name) for name in _SCHEMAS)


def _schema(schema: Object, context: Context) -> Iterable[Key]:
    yield Key(FLOW_SCHEMAS.plural, schema["metadata"]["name"])


def _level(level: Object, context: Context) -> Iterable[Key]:
    name = level["metadata"]["name"]
    yield Key(PRIORITY_LEVELS.plural, name)
    for schema in context.lister(FLOW_SCHEMAS).list():
        if schema["spec"]["priorityLevelConfiguration"]["name"] == name:
            yield Key(FLOW_SCHEMAS.plural, schema["metadata"]["name"])


CONTROLLER = Controller(
    "flowcontrol",
    (Watch(NAMESPACES, _everything), Watch(FLOW_SCHEMAS, _schema), Watch(PRIORITY_LEVELS, _level)),
    FlowControlController,
)
