"""Nobody gives what they do not have."""

from __future__ import annotations

import pytest

from minikube_py.apimachinery.errors import Forbidden, NotFound
from tests.apiserver.authorization.conftest import ANN, GROUP, Rights, make_rule

PODS = make_rule("get,list", "pods")


@pytest.fixture
def lead(rights: Rights) -> Rights:
    """Ann may write roles and bindings in the namespace default, and read pods there."""
    rights.role("lead", make_rule("create,update", "roles,rolebindings", GROUP), PODS)
    rights.bind("lead", "Role/lead", "User:ann")
    return rights


def test_rules_that_one_has_can_be_given(lead: Rights) -> None:
    assert lead.role("r", make_rule("get", "pods"), user=ANN)["rules"] == [make_rule("get", "pods")]
    assert lead.bind("b", "Role/r", "User:bob", user=ANN)["subjects"][0]["name"] == "bob"


def test_others_are_listed_in_the_refusal(lead: Rights) -> None:
    with pytest.raises(Forbidden) as refusal:
        lead.role("r", make_rule("get,create", "pods"), make_rule("get", "secrets"), make_rule("list", "secrets"), user=ANN)
    assert refusal.value.message == (
        'roles.rbac.authorization.k8s.io "r" is forbidden: user "ann" (groups=["devs" "system:authenticated"]) '
        "is attempting to grant RBAC permissions not currently held:\n"
        '{APIGroups:[""], Resources:["pods"], Verbs:["create"]}\n'
        '{APIGroups:[""], Resources:["secrets"], Verbs:["get" "list"]}'
    )


def test_what_could_not_be_resolved_is_told(lead: Rights) -> None:
    lead.bind("gone", "Role/gone", "User:ann")
    with pytest.raises(Forbidden) as refusal:
        lead.role("r", make_rule("get", "secrets"), user=ANN)
    assert refusal.value.message.endswith('}; resolution errors: [role.rbac.authorization.k8s.io "gone" not found]')


def test_an_update_is_judged_too_unless_it_only_concerns_garbage_collection(lead: Rights) -> None:
    made = lead.role("strong", make_rule("get", "secrets"))
    with pytest.raises(Forbidden, match="not currently held"):
        lead.ask(ANN, "update", "roles", "strong", body={**made, "metadata": {**made["metadata"], "labels": {"a": "b"}}})
    kept = {**made, "metadata": {**made["metadata"], "finalizers": ["example.com/x"]}}
    assert lead.ask(ANN, "update", "roles", "strong", body=kept)["metadata"]["finalizers"] == ["example.com/x"]


@pytest.mark.parametrize("verb", ["escalate", "*"])
def test_whoever_may_escalate_may_give_anything(lead: Rights, verb: str) -> None:
    lead.role("free", make_rule(verb, "roles", GROUP))
    lead.bind("free", "Role/free", "Group:devs")
    assert lead.role("r", make_rule("*", "*", "*"), user=ANN)["rules"]


def test_binding_needs_the_rules_or_the_right_to_bind_that_role(lead: Rights) -> None:
    with pytest.raises(Forbidden, match="not currently held"):
        lead.bind("b", "ClusterRole/cluster-admin", "User:ann", user=ANN)
    with pytest.raises(NotFound, match='"none" not found'):
        lead.bind("b", "ClusterRole/none", "User:bob", user=ANN)
    lead.role("binder", make_rule("bind", "clusterroles", GROUP, "edit"))
    lead.bind("binder", "Role/binder", "User:ann")
    assert lead.bind("b", "ClusterRole/edit", "User:bob", user=ANN)


def test_an_aggregation_rule_is_for_cluster_admins(rights: Rights) -> None:
    rights.cluster_role("author", make_rule("create", "clusterroles", GROUP))
    rights.bind("author", "ClusterRole/author", "User:ann", everywhere=True)
    rule = {"clusterRoleSelectors": [{"matchLabels": {"a": "b"}}]}
    with pytest.raises(Forbidden) as refusal:
        rights.cluster_role("all", user=ANN, aggregationRule=rule)
    assert refusal.value.message.endswith(": must have cluster-admin privileges to use the aggregationRule")
    rights.bind("admin", "ClusterRole/cluster-admin", "Group:devs", everywhere=True)
    assert rights.cluster_role("all", user=ANN, aggregationRule=rule)["rules"] is None
