"""What the user of a kubelet may do."""

from __future__ import annotations

import re
from typing import Any

import pytest

from minikube_py.apimachinery.errors import Forbidden
from minikube_py.apis.rbac.rules import Action
from minikube_py.apiserver.authorization.node import list_references
from minikube_py.apiserver.authorization.rbac import authorize
from minikube_py.client.request import OWNER, User
from tests.apiserver.authorization.conftest import EVERYBODY, Rights

Object = dict[str, Any]
NODE = User("system:node:one", ("system:nodes", EVERYBODY))
NOT_RELATED = "no relationship found between node 'one' and this object"

NOT_OTHERS = "can only list/watch pods with spec.nodeName field selector"
ONE_TOKEN = "can only create tokens for individual service accounts"
MIRROR = {"kubernetes.io/config.mirror": "x"}


@pytest.fixture
def bound(rights: Rights) -> Rights:
    """A pod on node one that needs a secret, a config map and a claim; another pod is on node two."""
    for name in ("one", "two"):
        rights.ask(OWNER, "create", "nodes", body={"metadata": {"name": name}})
    rights.ask(OWNER, "create", "serviceaccounts", body={"metadata": {"name": "default"}})
    volumes = [
        {"name": "a", "secret": {"secretName": "key"}},
        {"name": "b", "persistentVolumeClaim": {"claimName": "data"}},
    ]
    environment = [{"name": "E", "valueFrom": {"configMapKeyRef": {"name": "settings", "key": "e"}}}]
    container = {"name": "c", "image": "nginx", "env": environment}
    for name in ("one", "two"):
        spec = {"nodeName": name, "containers": [container], "volumes": volumes if name == "one" else []}
        rights.ask(OWNER, "create", "pods", body={"metadata": {"name": f"on-{name}"}, "spec": spec})
    return rights


@pytest.mark.parametrize(
    ("action", "allowed", "reason"),
    [
        (Action("get", "", "nodes", "", "one"), True, ""),
        (Action("get", "", "nodes", "", "two"), False, "node 'one' cannot read 'two', only its own Node object"),
        (Action("list", "", "nodes"), False, "node 'one' cannot read all nodes, only its own Node object"),
        (Action("patch", "", "nodes", "status", "one"), True, ""),
        (Action("delete", "", "nodes", "", "one"), False, ""),
        (Action("get", "", "pods", "", "on-one", "default"), True, ""),
        (Action("get", "", "pods", "", "on-two", "default"), False, NOT_RELATED),
        (Action("list", "", "pods"), False, NOT_OTHERS),
        (Action("list", "", "pods", field_selector="spec.nodeName=one"), True, ""),
        (Action("list", "", "pods", field_selector="spec.nodeName=two"), False, NOT_OTHERS),
        (Action("update", "", "pods", "status", "on-one", "default"), True, ""),
        (Action("update", "", "pods", "", "on-one", "default"), False, ""),
        (Action("get", "", "secrets", "", "key", "default"), True, ""),
        (Action("get", "", "secrets", "", "other", "default"), False, NOT_RELATED),
        (Action("list", "", "secrets", "", "", "default"), False, "No Object name found"),
        (Action("list", "", "secrets"), False, "can only read namespaced object of this type"),
        (Action("delete", "", "secrets", "", "key", "default"), False, "can only read resources of this type"),
        (Action("watch", "", "configmaps", "", "settings", "default"), True, ""),
        (Action("get", "", "persistentvolumeclaims", "", "data", "default"), True, ""),
        (Action("get", "", "persistentvolumes", "", "none"), False, NOT_RELATED),
        (Action("create", "", "serviceaccounts", "token", "default", "default"), True, ""),
        (Action("get", "", "serviceaccounts", "", "default", "default"), False, ONE_TOKEN),
        (Action("update", "coordination.k8s.io", "leases", "", "one", "kube-node-lease"), True, ""),
        (
            Action("update", "coordination.k8s.io", "leases", "", "two", "kube-node-lease"),
            False,
            "can only access node lease with the same name as the requesting node",
        ),
        (
            Action("get", "coordination.k8s.io", "leases", "", "one", "default"),
            False,
            'can only access leases in the "kube-node-lease" system namespace',
        ),
        (
            Action("get", "storage.k8s.io", "csinodes", "", "two"),
            False,
            "can only access CSINode with the same name as the requesting node",
        ),
        (Action("list", "", "services"), True, ""),
        (Action("list", "apps", "deployments"), False, ""),
        (Action("get", path="/metrics"), False, ""),
    ],
    ids=lambda value: " ".join(value).strip() if isinstance(value, Action) else "",
)
def test_a_node_sees_what_its_pods_need(bound: Rights, action: Action, allowed: bool, reason: str) -> None:
    assert authorize(bound.server.store, NODE, action) == (allowed, reason)


@pytest.mark.parametrize(
    ("user", "reason"),
    [
        pytest.param(User("system:node:one", (EVERYBODY,)), "", id="without the group"),
        pytest.param(User("one", ("system:nodes",)), "", id="without the prefix"),
        pytest.param(User("system:node:", ("system:nodes",)), 'unknown node for user "system:node:"', id="without a name"),
    ],
)
def test_others_are_no_nodes(bound: Rights, user: User, reason: str) -> None:
    assert authorize(bound.server.store, user, Action("get", "", "nodes", "", "one")) == (False, reason)


def test_the_refusal_tells_why(bound: Rights) -> None:
    text = f'User "system:node:one" cannot get resource "secrets" in API group "" in the namespace "default": {NOT_RELATED}'
    with pytest.raises(Forbidden) as caught:
        bound.ask(NODE, "get", "secrets", "other")
    assert caught.value.message == f'secrets "other" is forbidden: {text}'


def test_what_a_pod_refers_to() -> None:
    spec = {
        "serviceAccountName": "robot",
        "imagePullSecrets": [{"name": "pull"}],
        "containers": [{"envFrom": [{"secretRef": {"name": "a"}}, {"configMapRef": {"name": "b"}}]}],
        "volumes": [
            {"name": "p", "projected": {"sources": [{"secret": {"name": "c"}}, {"configMap": {"name": "d"}}]}},
            {"name": "e", "ephemeral": {"volumeClaimTemplate": {"spec": {}}}},
        ],
    }
    assert sorted(list_references({"metadata": {"name": "web"}, "spec": spec})) == [
        ("configmaps", "b"),
        ("configmaps", "d"),
        ("persistentvolumeclaims", "web-e"),
        ("secrets", "a"),
        ("secrets", "c"),
        ("secrets", "pull"),
        ("serviceaccounts", "robot"),
    ]


def test_the_rules_of_a_node_cannot_be_listed(bound: Rights) -> None:
    review = bound.ask(
        NODE, "create", "selfsubjectrulesreviews", group="authorization.k8s.io", body={"spec": {"namespace": "default"}}
    )
    assert review["status"]["incomplete"] is True
    assert review["status"]["evaluationError"] == "node authorizer does not support user rule resolution"


def make_pod(node: str, **annotations: str) -> Object:
    spec = {"nodeName": node, "containers": [{"name": "c", "image": "nginx"}]}
    return {"metadata": {"name": "new", "annotations": annotations}, "spec": spec}


def make_mirror(uid: str, *references: Object, **spec: Any) -> Object:
    """Return the mirror of a static pod of node one, with another owner's fields where they are given."""
    pod = make_pod("one", **MIRROR)
    pod["spec"] |= spec
    owner = {"apiVersion": "v1", "kind": "Node", "name": "one", "uid": uid, "controller": True}
    pod["metadata"]["ownerReferences"] = [{**owner, **more} for more in references or ({},)]
    return pod


ONLY = 'node "one" can only create pods with'
NO_REFERENCE = 'node "one" can not create pods that reference'


@pytest.mark.parametrize(
    ("references", "spec", "why"),
    [
        ([{"name": "two"}], {}, f"{ONLY} an owner reference set to itself"),
        ([{"kind": "Pod"}], {}, f"{ONLY} an owner reference set to itself"),
        ([{}, {"name": "two", "controller": False}], {}, f"{ONLY} a single owner reference set to itself"),
        ([{"controller": False}], {}, f"{ONLY} a controller owner reference set to itself"),
        ([{"blockOwnerDeletion": True}], {}, 'node "one" must not set blockOwnerDeletion on an owner reference'),
        ([{"uid": "other"}], {}, "node one UID mismatch: expected other got "),
        ([], {"serviceAccountName": "default"}, f"{NO_REFERENCE} a service account"),
        ([], {"imagePullSecrets": [{"name": "other"}]}, f"{NO_REFERENCE} secrets"),
        ([], {"volumes": [{"name": "v", "secret": {"secretName": "other"}}]}, f"{NO_REFERENCE} secrets"),
        ([], {"volumes": [{"name": "v", "configMap": {"name": "other"}}]}, f"{NO_REFERENCE} configmaps"),
        (
            [],
            {"volumes": [{"name": "v", "persistentVolumeClaim": {"claimName": "x"}}]},
            f"{NO_REFERENCE} persistentvolumeclaims",
        ),
    ],
)
def test_no_secret_is_read_by_way_of_a_mirror_pod(bound: Rights, references: list[Object], spec: Object, why: str) -> None:
    uid = bound.ask(OWNER, "get", "nodes", "one")["metadata"]["uid"]
    with pytest.raises(Forbidden) as caught:
        bound.ask(NODE, "create", "pods", body=make_mirror(uid, *references, **spec))
    assert f'pods "new" is forbidden: {why}' in caught.value.message


def test_a_node_may_tell_of_its_static_pods(bound: Rights) -> None:
    uid = bound.ask(OWNER, "get", "nodes", "one")["metadata"]["uid"]
    assert bound.ask(NODE, "create", "pods", body=make_mirror(uid))["spec"]["nodeName"] == "one"


@pytest.mark.parametrize(
    ("label", "allowed"),
    [
        ("example.com/disk", True),
        ("kubernetes.io/hostname", True),
        ("node.kubernetes.io/instance-type", True),
        ("my.kubelet.kubernetes.io/x", True),
        ("node-restriction.kubernetes.io/secure", False),
        ("a.node-restriction.kubernetes.io/secure", False),
        ("node-role.kubernetes.io/control-plane", False),
        ("x.k8s.io/y", False),
    ],
)
def test_labels_that_steer_pods_are_not_a_nodes_own(bound: Rights, label: str, allowed: bool) -> None:
    more = {"body": {"metadata": {"labels": {label: "x"}}}, "content_type": "application/merge-patch+json"}
    if allowed:
        assert bound.ask(NODE, "patch", "nodes", "one", **more)["metadata"]["labels"][label] == "x"
        return
    with pytest.raises(Forbidden, match=f"is not allowed to modify labels: {re.escape(label)}"):
        bound.ask(NODE, "patch", "nodes", "one", **more)


@pytest.mark.parametrize(
    ("reference", "why"),
    [
        (None, "node requested token not bound to a pod"),
        ({"kind": "Node", "apiVersion": "v1", "name": "one"}, "node requested token not bound to a pod"),
        ({"kind": "Pod", "apiVersion": "v1", "name": "on-one"}, "node requested token with a pod binding without a uid"),
        (
            {"kind": "Pod", "apiVersion": "v1", "name": "on-one", "uid": "x"},
            "the UID in the bound object reference (x) does not match",
        ),
        (
            {"kind": "Pod", "apiVersion": "v1", "name": "on-two", "uid": "?"},
            "node requested token bound to a pod scheduled on a different node",
        ),
    ],
)
def test_tokens_are_for_pods_that_run_there(bound: Rights, reference: Object | None, why: str) -> None:
    if reference and reference.get("uid") == "?":
        reference["uid"] = bound.ask(OWNER, "get", "pods", reference["name"])["metadata"]["uid"]
    body = {"spec": {"boundObjectRef": reference} if reference else {}}
    with pytest.raises(Forbidden) as caught:
        bound.ask(NODE, "create", "serviceaccounts", "default", subresource="token", body=body)
    assert f'serviceaccounts "default" is forbidden: {why}' in caught.value.message


def test_a_claims_status_takes_sizes_only(bound: Rights) -> None:
    spec = {"accessModes": ["ReadWriteOnce"], "resources": {"requests": {"storage": "1Gi"}}}
    bound.ask(OWNER, "create", "persistentvolumeclaims", body={"metadata": {"name": "data"}, "spec": spec})
    asked: Object = {"subresource": "status", "content_type": "application/merge-patch+json"}
    grown = bound.ask(
        NODE, "patch", "persistentvolumeclaims", "data", body={"status": {"capacity": {"storage": "2Gi"}}}, **asked
    )
    assert grown["status"]["capacity"] == {"storage": "2Gi"}
    with pytest.raises(Forbidden, match=r"is not allowed to update fields other than status\.capacity and status\.conditions"):
        bound.ask(NODE, "patch", "persistentvolumeclaims", "data", body={"status": {"phase": "Bound"}}, **asked)


LEASE = {"group": "coordination.k8s.io", "namespace": "kube-node-lease"}


@pytest.mark.parametrize(
    ("verb", "resource", "name", "more", "why"),
    [
        ("patch", "nodes", "two", {}, 'node "one" is not allowed to modify node "two"'),
        ("patch", "nodes", "two", {"subresource": "status"}, 'node "one" is not allowed to modify node "two"'),
        ("patch", "nodes", "one", {"body": {"spec": {"taints": []}}}, 'node "one" is not allowed to modify taints'),
        ("delete", "pods", "on-two", {}, 'node "one" can only delete pods with spec.nodeName set to itself'),
        (
            *("patch", "pods", "on-two", {"subresource": "status"}),
            'node "one" can only update pod status for pods with spec.nodeName set to itself',
        ),
        (
            *("create", "pods", "new", {"body": make_pod("one")}),
            'pod does not have "kubernetes.io/config.mirror" annotation, node "one" can only create mirror pods',
        ),
        (
            *("create", "pods", "new", {"body": make_pod("two", **MIRROR)}),
            'node "one" can only create pods with spec.nodeName set to itself',
        ),
        (
            *("create", "leases", "two", {**LEASE, "body": {"metadata": {"name": "two"}}}),
            "can only access node lease with the same name as the requesting node",
        ),
    ],
)
def test_a_node_changes_only_what_is_its_own(
    bound: Rights, verb: str, resource: str, name: str, more: Object, why: str
) -> None:
    asked = {"body": {}, "content_type": "application/merge-patch+json", **more} if verb == "patch" else more
    with pytest.raises(Forbidden) as caught:
        bound.ask(NODE, verb, resource, "" if verb == "create" else name, **asked)
    assert caught.value.message.endswith(f' "{name}" is forbidden: {why}')


def test_a_node_may_change_its_own(bound: Rights) -> None:
    body = {"metadata": {"labels": {"a": "b"}}}
    bound.ask(NODE, "patch", "nodes", "one", body=body, content_type="application/merge-patch+json")
    status = {"status": {"phase": "Running"}}
    bound.ask(NODE, "patch", "pods", "on-one", subresource="status", body=status, content_type="application/merge-patch+json")
    assert bound.ask(NODE, "get", "pods", "on-one")["status"]["phase"] == "Running"
    bound.ask(NODE, "create", "leases", **LEASE, body={"metadata": {"name": "one"}})
    bound.ask(NODE, "delete", "pods", "on-one")
