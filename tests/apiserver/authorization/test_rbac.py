"""Who may do what, and in which words others are refused."""

from __future__ import annotations

import pytest

from minikube_py.apimachinery.errors import Forbidden
from minikube_py.apis.rbac.rules import Action
from minikube_py.apiserver.authorization.rbac import authorize
from minikube_py.apiserver.authorization.requests import describe_action, new_refusal
from minikube_py.client.request import OWNER, Request, User
from tests.apiserver.authorization.conftest import ANN, EVERYBODY, Rights, make_rule

ROBOT = User("system:serviceaccount:default:robot", ("system:serviceaccounts", EVERYBODY))
LIST = Action("list", "", "pods", "", "", "default")


@pytest.mark.parametrize("subject", ["User:ann", "Group:devs", "Group:system:authenticated"])
def test_a_binding_gives_a_role_in_its_namespace(rights: Rights, subject: str) -> None:
    rights.role("reader", make_rule("get,list", "pods"))
    rights.bind("readers", "Role/reader", subject)
    kind, _, name = subject.partition(":")
    decision = authorize(rights.server.store, ANN, LIST)
    assert decision == (True, f'RBAC: allowed by RoleBinding "readers/default" of Role "reader" to {kind} "{name}"')
    assert not authorize(rights.server.store, ANN, LIST._replace(namespace="kube-system")).allowed
    assert not authorize(rights.server.store, ANN, LIST._replace(namespace="")).allowed


def test_a_service_account_of_the_same_namespace_needs_no_namespace(rights: Rights) -> None:
    rights.role("reader", make_rule("list", "pods"))
    rights.bind("readers", "Role/reader", "ServiceAccount:robot")
    decision = authorize(rights.server.store, ROBOT, LIST)
    assert decision.reason.endswith('to ServiceAccount "robot/default"')
    assert not authorize(rights.server.store, User("system:serviceaccount:kube-system:robot"), LIST).allowed


def test_a_cluster_role_can_be_given_in_one_namespace_or_everywhere(rights: Rights) -> None:
    rights.bind("here", "ClusterRole/view", "User:ann")
    rights.bind("all", "ClusterRole/view", "User:bob", everywhere=True)
    assert authorize(rights.server.store, ANN, LIST).allowed
    assert not authorize(rights.server.store, ANN, LIST._replace(namespace="")).allowed
    assert authorize(rights.server.store, User("bob"), LIST._replace(namespace="")) == (
        True,
        'RBAC: allowed by ClusterRoleBinding "all" of ClusterRole "view" to User "bob"',
    )


def test_a_role_that_is_gone_is_told_of(rights: Rights) -> None:
    rights.bind("one", "Role/gone", "User:ann")
    rights.bind("two", "ClusterRole/lost", "User:ann")
    missing = 'role.rbac.authorization.k8s.io "gone" not found, clusterrole.rbac.authorization.k8s.io "lost" not found'
    assert authorize(rights.server.store, ANN, LIST) == (False, f"RBAC: [{missing}]")
    assert authorize(rights.server.store, User("bob"), LIST) == (False, "")


def test_masters_need_no_role(rights: Rights) -> None:
    assert authorize(rights.server.store, User("eve", ("system:masters",)), LIST) == (True, "")


@pytest.mark.parametrize(
    ("request_", "action"),
    [
        (Request("get", "", "v1", "pods", "dev", "web"), Action("get", "", "pods", "", "web", "dev")),
        (Request("create", "", "v1", "pods", "dev", "web"), Action("create", "", "pods", "", "", "dev")),
        (Request("create", "", "v1", "pods", "dev", "web", "binding"), Action("create", "", "pods", "binding", "web", "dev")),
        (
            Request("list", "", "v1", "pods", "dev", params={"fieldSelector": "spec.nodeName=a,metadata.name=web"}),
            Action("list", "", "pods", "", "web", "dev", field_selector="spec.nodeName=a,metadata.name=web"),
        ),
        (
            Request("list", "", "v1", "pods", "dev", params={"fieldSelector": "metadata.name!=web"}),
            Action("list", "", "pods", "", "", "dev", field_selector="metadata.name!=web"),
        ),
        (Request("get", "", "v1", "namespaces", "", "dev"), Action("get", "", "namespaces", "", "dev", "dev")),
    ],
    ids=["get", "create", "subresource", "list of one", "list of others", "a namespace is in itself"],
)
def test_requests_as_actions(request_: Request, action: Action) -> None:
    assert describe_action(request_) == action


@pytest.mark.parametrize(
    ("action", "text"),
    [
        (LIST, 'pods is forbidden: User "ann" cannot list resource "pods" in API group "" in the namespace "default"'),
        (
            Action("patch", "apps", "deployments", "scale", "web", "dev"),
            'deployments.apps "web" is forbidden: User "ann" cannot patch resource "deployments/scale" in API group "apps" '
            'in the namespace "dev"',
        ),
        (
            Action("get", "", "nodes", "", "<n>"),
            'nodes "<n>" is forbidden: User "ann" cannot get resource "nodes" in API group "" at the cluster scope',
        ),
        (Action("get", path="/metrics"), 'forbidden: User "ann" cannot get path "/metrics"'),
    ],
)
def test_refusals(action: Action, text: str) -> None:
    assert new_refusal(ANN, action).message == text
    assert new_refusal(ANN, action, "RBAC: why").message == f"{text}: RBAC: why"


def test_requests_are_refused_before_anything_is_looked_up(rights: Rights) -> None:
    with pytest.raises(Forbidden, match='pods "nope" is forbidden'):
        rights.ask(ANN, "get", "pods", "nope")
    with pytest.raises(Forbidden, match="cannot watch resource"):
        rights.server.open_watch(Request("watch", "", "v1", "pods", "default", user=ANN))


def test_an_apply_patch_that_creates_needs_the_right_to_create(rights: Rights) -> None:
    rights.role("patcher", make_rule("patch", "configmaps"))
    rights.bind("patcher", "Role/patcher", "User:ann")
    body = {"apiVersion": "v1", "kind": "ConfigMap", "metadata": {"name": "c"}, "data": {"a": "b"}}
    apply = {"content_type": "application/apply-patch+yaml", "params": {"fieldManager": "m"}, "body": body}
    with pytest.raises(Forbidden, match='configmaps "c" is forbidden'):
        rights.ask(ANN, "patch", "configmaps", "c", **apply)
    rights.ask(OWNER, "patch", "configmaps", "c", **apply)
    rights.ask(ANN, "patch", "configmaps", "c", **apply)
