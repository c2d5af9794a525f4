"""Webhooks and policies are asked about what is done at subresources and about connections, as in Kubernetes."""

from __future__ import annotations

from typing import Any

import pytest

from minikube_py.apimachinery import errors
from minikube_py.client.request import Request
from minikube_py.client.transport.local import LocalTransport
from tests.apiserver.conftest import Cluster
from tests.apiserver.webhooks.test_dispatch import GROUP, Hooks

Object = dict[str, Any]
CONTAINERS = [{"name": "c", "image": "nginx"}]


@pytest.fixture
def hooks(cluster: Cluster) -> Hooks:
    cluster.create("pods", {"metadata": {"name": "p"}, "spec": {"containers": CONTAINERS}})
    return Hooks(cluster)


def rule(*resources: str) -> Object:
    return {"apiGroups": [""], "apiVersions": ["v1"], "operations": ["*"], "resources": list(resources)}


def send(cluster: Cluster, subresource: str, body: Object) -> Any:
    return cluster.server.handle(Request("create", "", "v1", "pods", "default", "p", subresource, body=body)).object


@pytest.mark.parametrize(
    ("subresource", "body", "kind"),
    [
        ("eviction", {"metadata": {"name": "p"}}, {"group": "policy", "version": "v1", "kind": "Eviction"}),
        ("binding", {"metadata": {"name": "p"}, "target": {"name": "n"}}, {"group": "", "version": "v1", "kind": "Binding"}),
    ],
)
def test_reviews_of_what_is_given_to_a_pod(hooks: Hooks, subresource: str, body: Object, kind: Object) -> None:
    hooks.add("validating", "v", rules=[rule(f"pods/{subresource}")])
    send(hooks.cluster, subresource, body)
    ((_, review),) = hooks.asked
    request = review["request"]
    assert (request["operation"], request["subResource"], request["kind"]) == ("CREATE", subresource, kind)
    assert (request["object"]["kind"], request["name"], request["oldObject"]) == (kind["kind"], "p", None)


def test_an_eviction_is_not_reviewed_as_a_deletion(hooks: Hooks) -> None:
    hooks.add("validating", "v", lambda request: {"allowed": False}, rules=[rule("pods")])
    send(hooks.cluster, "eviction", {"metadata": {"name": "p"}})
    assert hooks.asked == []


def test_a_refused_eviction_leaves_the_pod(hooks: Hooks) -> None:
    hooks.add("validating", "v", lambda request: {"allowed": False}, rules=[rule("pods/eviction")])
    with pytest.raises(errors.StatusError, match="denied the request"):
        send(hooks.cluster, "eviction", {"metadata": {"name": "p"}})
    assert hooks.cluster.get("pods", "p")


def test_nothing_is_evicted_from_a_namespace_on_its_way_out(hooks: Hooks) -> None:
    cluster = hooks.cluster
    cluster.create("namespaces", {"metadata": {"name": "going"}})
    cluster.create("serviceaccounts", {"metadata": {"name": "default"}}, "going")
    cluster.create("pods", {"metadata": {"name": "p"}, "spec": {"containers": CONTAINERS}}, "going")
    cluster.delete("namespaces", "going")
    with pytest.raises(errors.Forbidden) as refusal:
        cluster.server.handle(Request("create", "", "v1", "pods", "going", "p", "eviction", body={"metadata": {"name": "p"}}))
    assert errors.has_cause(refusal.value, errors.NAMESPACE_TERMINATING)


def test_finalizers_are_reviewed_as_an_update(hooks: Hooks) -> None:
    hooks.add("validating", "v", rules=[rule("namespaces/finalize")])
    namespace = hooks.cluster.get("namespaces", "default")
    request = Request("update", "", "v1", "namespaces", "", "default", "finalize", body=namespace)
    hooks.cluster.server.handle(request)
    ((_, review),) = hooks.asked
    assert (review["request"]["operation"], review["request"]["object"]["kind"]) == ("UPDATE", "Namespace")


def connect(cluster: Cluster, subresource: str, params: dict[str, str], body: Any = None) -> Any:
    def refuse(request: Any) -> Any:
        raise AssertionError("nothing is listened to")

    transport = LocalTransport(cluster.server, lambda: refuse(None), lambda request: "connected", lambda: 0.0)
    return transport.connect(Request("create", "", "v1", "pods", "default", "p", subresource, params, body))


def test_connections_are_reviewed_with_their_options(hooks: Hooks) -> None:
    hooks.add("validating", "v", rules=[rule("pods/exec", "pods/portforward")])
    assert connect(hooks.cluster, "exec", {"stdin": "true", "tty": "false", "container": "c"}, ["ls", "-l"]) == "connected"
    assert connect(hooks.cluster, "portforward", {"port": "80"}) == "connected"
    execute, forward = (review["request"] for _, review in hooks.asked)
    options = {"kind": "PodExecOptions", "apiVersion": "v1", "stdin": True, "container": "c", "command": ["ls", "-l"]}
    assert (execute["operation"], execute["object"], execute["options"]) == ("CONNECT", options, None)
    assert forward["object"] == {"kind": "PodPortForwardOptions", "apiVersion": "v1", "ports": [80]}


def test_a_policy_keeps_people_out_of_pods(hooks: Hooks) -> None:
    constraints = {"resourceRules": [rule("pods/exec")]}
    expression = "!(has(object.stdin) && object.stdin)"
    policy = {"matchConstraints": constraints, "validations": [{"expression": expression, "message": "no shells"}]}
    for plural, spec in (
        ("validatingadmissionpolicies", policy),
        ("validatingadmissionpolicybindings", {"policyName": "x", "validationActions": ["Deny"]}),
    ):
        hooks.cluster.server.handle(Request("create", GROUP, "v1", plural, body={"metadata": {"name": "x"}, "spec": spec}))
    assert connect(hooks.cluster, "exec", {}, ["ls"]) == "connected"
    with pytest.raises(errors.Invalid, match="no shells"):
        connect(hooks.cluster, "exec", {"stdin": "true"}, ["sh"])
