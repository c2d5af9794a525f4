"""Questions that are answered at once."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from minikube_py.apimachinery.errors import BadRequest, Invalid, MethodNotAllowed
from minikube_py.apiserver.authentication.keys import load_or_make
from minikube_py.client.request import OWNER, Request, User
from tests.apiserver.conftest import Cluster

Object = dict[str, Any]
AUTHORIZATION, AUTHENTICATION = "authorization.k8s.io", "authentication.k8s.io"
RBAC = "rbac.authorization.k8s.io"
ANN = User("ann", ("system:authenticated",), "7", (("team", ("a", "b")),))
PODS = {"verb": "list", "resource": "pods", "namespace": "default"}


def ask(cluster: Cluster, group: str, resource: str, spec: Object, user: User = OWNER, namespace: str = "") -> Object:
    request = Request("create", group, "v1", resource, namespace, body={"spec": spec} if spec else {}, user=user)
    answer: Object = cluster.server.handle(request).object
    return answer


@pytest.fixture
def ruled(cluster: Cluster) -> Cluster:
    """Everybody may ask; ann may list pods in the namespace default."""
    reviews = [{"apiGroups": [group], "resources": ["*"], "verbs": ["create"]} for group in (AUTHORIZATION, AUTHENTICATION)]
    pods = {"apiGroups": [""], "resources": ["pods"], "verbs": ["list"]}
    for plural, namespace, name, fields in (
        ("clusterroles", "", "ask", {"rules": reviews}),
        ("clusterrolebindings", "", "ask", _bind("ClusterRole", "ask", "Group", "system:authenticated")),
        ("roles", "default", "pods", {"rules": [pods]}),
        ("rolebindings", "default", "pods", _bind("Role", "pods", "User", "ann")),
    ):
        body = {"metadata": {"name": name}, **fields}
        cluster.server.handle(Request("create", RBAC, "v1", plural, namespace, body=body))
    return cluster


def _bind(kind: str, role: str, subject: str, name: str) -> Object:
    return {"roleRef": {"kind": kind, "name": role}, "subjects": [{"kind": subject, "name": name}]}


ALLOWED = {"allowed": True, "reason": 'RBAC: allowed by RoleBinding "pods/default" of Role "pods" to User "ann"'}


def test_may_i(ruled: Cluster) -> None:
    review = ask(ruled, AUTHORIZATION, "selfsubjectaccessreviews", {"resourceAttributes": PODS}, ANN)
    assert (review["kind"], review["metadata"], review["status"]) == (
        "SelfSubjectAccessReview",
        {"creationTimestamp": None},
        ALLOWED,
    )
    other = {**PODS, "verb": "delete"}
    assert ask(ruled, AUTHORIZATION, "selfsubjectaccessreviews", {"resourceAttributes": other}, ANN)["status"] == {
        "allowed": False
    }
    path = {"nonResourceAttributes": {"verb": "get", "path": "/metrics"}}
    assert ask(ruled, AUTHORIZATION, "selfsubjectaccessreviews", path)["status"] == {"allowed": True}


def test_may_somebody(ruled: Cluster) -> None:
    spec = {"resourceAttributes": PODS, "user": "ann"}
    assert ask(ruled, AUTHORIZATION, "subjectaccessreviews", spec)["status"] == ALLOWED
    local = ask(ruled, AUTHORIZATION, "localsubjectaccessreviews", spec, namespace="default")
    assert (local["metadata"]["namespace"], local["status"]) == ("default", ALLOWED)
    nobody = {"resourceAttributes": PODS, "user": "bob", "groups": ["devs"]}
    assert ask(ruled, AUTHORIZATION, "subjectaccessreviews", nobody)["status"] == {"allowed": False}


def test_what_may_i(ruled: Cluster) -> None:
    status = ask(ruled, AUTHORIZATION, "selfsubjectrulesreviews", {"namespace": "default"}, ANN)["status"]
    assert status["resourceRules"][-1] == {"verbs": ["list"], "apiGroups": [""], "resources": ["pods"]}
    assert (len(status["resourceRules"]), status["nonResourceRules"], status["incomplete"]) == (3, [], False)
    with pytest.raises(BadRequest, match="no namespace on request"):
        ask(ruled, AUTHORIZATION, "selfsubjectrulesreviews", {}, ANN)


def test_who_am_i(ruled: Cluster) -> None:
    review = ask(ruled, AUTHENTICATION, "selfsubjectreviews", {}, ANN)
    assert review["status"]["userInfo"] == {
        "username": "ann",
        "uid": "7",
        "groups": ["system:authenticated"],
        "extra": {"team": ["a", "b"]},
    }
    assert "spec" not in review


def test_whose_is_a_token(cluster: Cluster, tmp_path: Path) -> None:
    load_or_make(tmp_path / "pki", cluster.server.now())
    cluster.server.extensions["pki"] = str(tmp_path / "pki")
    request = Request("create", "", "v1", "serviceaccounts", "default", "default", "token", body={"spec": {}})
    token = cluster.server.handle(request).object["status"]["token"]
    status = ask(cluster, AUTHENTICATION, "tokenreviews", {"token": token})["status"]
    assert (status["authenticated"], status["user"]["username"]) == (True, "system:serviceaccount:default:default")
    assert ask(cluster, AUTHENTICATION, "tokenreviews", {"token": "x"})["status"] == {
        "error": "invalid bearer token",
        "user": {},
    }
    with pytest.raises(BadRequest, match="token is required for TokenReview in authentication"):
        ask(cluster, AUTHENTICATION, "tokenreviews", {})


def test_a_question_that_asks_nothing_is_invalid(cluster: Cluster) -> None:
    with pytest.raises(Invalid) as refusal:
        ask(cluster, AUTHORIZATION, "subjectaccessreviews", {"resourceAttributes": PODS})
    why = 'spec.user: Invalid value: "": at least one of user or group must be specified'
    assert refusal.value.message == f'.authorization.k8s.io "" is invalid: {why}'


@pytest.mark.parametrize("verb", ["get", "list", "delete", "update"])
def test_reviews_can_only_be_created(cluster: Cluster, verb: str) -> None:
    with pytest.raises(MethodNotAllowed):
        cluster.server.handle(Request(verb, AUTHENTICATION, "v1", "tokenreviews", "", "x"))
