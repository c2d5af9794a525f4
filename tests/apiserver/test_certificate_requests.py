"""Certificate signing requests: who made them, who may approve and sign."""

from __future__ import annotations

from typing import Any

import pytest

from minikube_py.apimachinery.errors import Forbidden, Invalid
from minikube_py.client.request import OWNER, Request, User
from tests.apiserver.conftest import Cluster
from tests.certificates import CLIENT, make_csr, make_request

Object = dict[str, Any]
GROUP, RBAC = "certificates.k8s.io", "rbac.authorization.k8s.io"
PLURAL = "certificatesigningrequests"
ANN = User("ann", ("devs",), "7", (("team", ("a",)),))
APPROVED = {"type": "Approved", "status": "True", "reason": "Fine"}


def send(cluster: Cluster, verb: str, name: str = "", body: Any = None, **more: Any) -> Object:
    answer: Object = cluster.server.handle(Request(verb, GROUP, "v1", PLURAL, "", name, body=body, **more)).object
    return answer


def allow(cluster: Cluster, *rules: tuple[str, str, str]) -> None:
    """Let ann do each (verb, resource, name)."""
    listed = [
        {"apiGroups": [GROUP], "verbs": [v], "resources": [r], **({"resourceNames": [n]} if n else {})} for v, r, n in rules
    ]
    role = {"metadata": {"name": "r"}, "rules": listed}
    cluster.server.handle(Request("create", RBAC, "v1", "clusterroles", body=role))
    reference = {"kind": "ClusterRole", "name": "r"}
    binding = {"metadata": {"name": "b"}, "roleRef": reference, "subjects": [{"kind": "User", "name": "ann"}]}
    cluster.server.handle(Request("create", RBAC, "v1", "clusterrolebindings", body=binding))


def with_condition(csr: Object, condition: Object) -> Object:
    return {**csr, "status": {**csr["status"], "conditions": [condition]}}


def test_a_request_says_who_made_it_whatever_it_said(cluster: Cluster) -> None:
    allow(cluster, ("create", PLURAL, ""))
    csr = make_csr(username="root", groups=["system:masters"])
    spec = send(cluster, "create", body=csr, user=ANN)["spec"]
    assert (spec["username"], spec["groups"], spec["uid"], spec["extra"]) == ("ann", ["devs"], "7", {"team": ["a"]})


def test_nobody_gets_a_certificate_of_a_master(cluster: Cluster) -> None:
    with pytest.raises(Forbidden) as refusal:
        send(cluster, "create", body=make_csr(make_request("ann", ("devs", "system:masters"))))
    why = f"use of {CLIENT} signer with system:masters group is not allowed"
    assert refusal.value.message == f'{PLURAL}.{GROUP} "ann" is forbidden: {why}'


def test_an_approval_changes_conditions_and_nothing_else(cluster: Cluster) -> None:
    csr = send(cluster, "create", body=make_csr())
    changed = with_condition({**csr, "spec": {**csr["spec"], "usages": ["any"]}}, APPROVED)
    after = send(cluster, "update", "ann", changed, subresource="approval")
    assert after["spec"] == csr["spec"]
    (condition,) = after["status"]["conditions"]
    assert condition.keys() == {"type", "status", "reason", "lastUpdateTime", "lastTransitionTime"}
    assert send(cluster, "get", "ann", subresource="approval") == after
    patched = send(
        cluster,
        "patch",
        "ann",
        {"status": {"conditions": [{**APPROVED, "reason": "Better"}]}},
        subresource="approval",
        content_type="application/merge-patch+json",
    )
    assert patched["status"]["conditions"][0]["reason"] == "Better"


@pytest.mark.parametrize("name", [CLIENT, "kubernetes.io/*"])
def test_approving_needs_the_right_for_the_signer(cluster: Cluster, name: str) -> None:
    csr = with_condition(send(cluster, "create", body=make_csr()), APPROVED)
    allow(cluster, ("update", f"{PLURAL}/approval", ""), ("approve", "signers", name), ("update", f"{PLURAL}/status", ""))
    assert send(cluster, "update", "ann", csr, subresource="approval", user=ANN)["status"]["conditions"]
    stored = send(cluster, "get", "ann")
    failed = {"type": "Failed", "status": "True"}
    with pytest.raises(Forbidden) as refusal:
        body = {**stored, "status": {"conditions": [*stored["status"]["conditions"], failed]}}
        send(cluster, "update", "ann", body, subresource="status", user=ANN)
    assert refusal.value.message.endswith(f'user not permitted to sign requests with signerName "{CLIENT}"')


def test_whoever_may_not_is_told_of_the_signer(cluster: Cluster) -> None:
    csr = with_condition(send(cluster, "create", body=make_csr()), APPROVED)
    allow(cluster, ("update", f"{PLURAL}/approval", ""), ("approve", "signers", "example.com/other"))
    with pytest.raises(Forbidden) as refusal:
        send(cluster, "update", "ann", csr, subresource="approval", user=ANN)
    why = f'user not permitted to approve requests with signerName "{CLIENT}"'
    assert refusal.value.message == f'{PLURAL}.{GROUP} "ann" is forbidden: {why}'


def test_the_status_approves_nothing(cluster: Cluster) -> None:
    csr = send(cluster, "create", body=make_csr())
    with pytest.raises(Invalid, match='updates may not add a condition of type "Approved"'):
        send(cluster, "update", "ann", with_condition(csr, APPROVED), subresource="status")
    assert (
        send(cluster, "update", "ann", {**csr, "metadata": {**csr["metadata"], "labels": {"a": "b"}}}, user=OWNER)["status"]
        == {}
    )
