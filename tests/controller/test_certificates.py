"""Certificate signing requests are approved, signed and cleaned up."""

from __future__ import annotations

import base64
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from cryptography import x509

from minikube_py.apiserver.authentication.certificates import Authority
from minikube_py.apiserver.authentication.keys import load_or_make
from minikube_py.client.request import Request, User
from minikube_py.client.resources import CERTIFICATE_SIGNING_REQUESTS as REQUESTS
from minikube_py.controller.csrcleaner import find_end
from tests.certificates import make_csr, make_request
from tests.controller.harness import Cluster

Object = dict[str, Any]
KUBELET = {"signerName": "kubernetes.io/kube-apiserver-client-kubelet", "usages": ["digital signature", "client auth"]}
RBAC = "rbac.authorization.k8s.io"


@pytest.fixture
def cluster(make_cluster: Callable[..., Cluster], tmp_path: Path) -> Cluster:
    made = make_cluster("csrapproving", "csrsigning", "csrcleaner")
    load_or_make(tmp_path / "pki", made.clock.now())
    made.manager.settings["authority"] = Authority(tmp_path / "pki")
    return made


def approve(cluster: Cluster, condition: str = "Approved") -> None:
    csr = cluster.get(REQUESTS, "ann")
    csr["status"] = {"conditions": [{"type": condition, "status": "True"}]}
    cluster.client.update(REQUESTS, csr, "approval")
    cluster.run()


def test_an_approved_request_is_signed(cluster: Cluster) -> None:
    cluster.client.create(REQUESTS, make_csr(expirationSeconds=7200))
    cluster.run()
    assert cluster.get(REQUESTS, "ann")["status"] == {}
    approve(cluster)
    pem = base64.b64decode(cluster.get(REQUESTS, "ann")["status"]["certificate"])
    made = x509.load_pem_x509_certificate(pem)
    assert made.subject.rfc4514_string() == "CN=ann"
    assert made.not_valid_after_utc.timestamp() == cluster.clock.now() + 7200


def test_a_signer_refuses_what_it_does_not_sign(cluster: Cluster) -> None:
    cluster.client.create(REQUESTS, make_csr(usages=["server auth"]))
    approve(cluster)
    status = cluster.get(REQUESTS, "ann")["status"]
    assert "certificate" not in status
    failed = status["conditions"][1]
    assert (failed["type"], failed["reason"]) == ("Failed", "SignerValidationFailure")
    assert failed["message"] == "invalid usage for client certificate: server auth"


def test_other_signers_are_left_to_others(cluster: Cluster) -> None:
    cluster.client.create(REQUESTS, make_csr(signerName="example.com/mine"))
    approve(cluster)
    assert "certificate" not in cluster.get(REQUESTS, "ann")["status"]


def bind(cluster: Cluster, user: str, subresource: str) -> None:
    rule = {"apiGroups": [REQUESTS.group], "resources": [f"{REQUESTS.plural}/{subresource}"], "verbs": ["create"]}
    make = {"apiGroups": [REQUESTS.group], "resources": [REQUESTS.plural], "verbs": ["create"]}
    role = {"metadata": {"name": "r"}, "rules": [rule, make]}
    cluster.server.handle(Request("create", RBAC, "v1", "clusterroles", body=role))
    reference = {"kind": "ClusterRole", "name": "r"}
    binding = {"metadata": {"name": "b"}, "roleRef": reference, "subjects": [{"kind": "User", "name": user}]}
    cluster.server.handle(Request("create", RBAC, "v1", "clusterrolebindings", body=binding))


@pytest.mark.parametrize(
    ("user", "subresource", "approved"),
    [
        ("system:node:n1", "selfnodeclient", True),
        ("system:node:n2", "selfnodeclient", False),
        ("bootstrap", "nodeclient", True),
        ("bootstrap", "selfnodeclient", False),
    ],
)
def test_kubelets_are_approved_by_their_rights(cluster: Cluster, user: str, subresource: str, approved: bool) -> None:
    bind(cluster, user, subresource)
    csr = make_csr(make_request("system:node:n1", ("system:nodes",)), **KUBELET)
    cluster.server.handle(Request("create", REQUESTS.group, "v1", REQUESTS.plural, body=csr, user=User(user)))
    cluster.run()
    status = cluster.get(REQUESTS, "ann")["status"]
    assert ("certificate" in status) is approved
    if approved:
        assert status["conditions"][0]["reason"] == "AutoApproved"


@pytest.mark.parametrize(
    ("condition", "seconds"), [("", 24 * 3600), ("Denied", 3600), ("Approved", 3600)], ids=["pending", "denied", "issued"]
)
def test_requests_are_cleaned_up(cluster: Cluster, condition: str, seconds: int) -> None:
    cluster.client.create(REQUESTS, make_csr())
    if condition:
        approve(cluster, condition)
    cluster.run(seconds - 1)
    assert cluster.exists(REQUESTS, "ann")
    cluster.run(1)
    assert not cluster.exists(REQUESTS, "ann")


@pytest.mark.parametrize(
    ("conditions", "end"),
    [([], 24 * 3600.0), (["Approved"], None), (["Denied"], 3600.0), (["Approved", "Failed"], 3600.0)],
    ids=["nobody has decided", "approved and not signed", "denied", "failed"],
)
def test_when_a_request_goes(conditions: list[str], end: float | None) -> None:
    made = "1970-01-01T00:00:00Z"
    stated = [{"type": kind, "lastUpdateTime": made} for kind in conditions]
    assert find_end({"metadata": {"creationTimestamp": made}, "status": {"conditions": stated}}) == end
