"""certificate approve and deny, and how requests are described."""

from __future__ import annotations

import pytest

from tests.certificates import make_csr, make_request
from tests.kubectl.cmd.conftest import Cluster, Kubectl

GROUP, PLURAL = "certificates.k8s.io", "certificatesigningrequests"


@pytest.fixture
def asked(cluster: Cluster, kubectl: Kubectl) -> Kubectl:
    asked = make_request("ann", ("devs", "ops"), ("web.example.com", "db.example.com"))
    cluster.create(GROUP, PLURAL, make_csr(asked, expirationSeconds=3600))
    return kubectl


@pytest.mark.parametrize(
    ("verb", "told", "condition", "reason"),
    [("approve", "approved", "Approved", "KubectlApprove"), ("deny", "denied", "Denied", "KubectlDeny")],
)
def test_a_decision(asked: Kubectl, cluster: Cluster, verb: str, told: str, condition: str, reason: str) -> None:
    assert asked(f"certificate {verb} ann") == (f"certificatesigningrequest.{GROUP}/ann {told}\n", "", 0)
    (made,) = cluster.get(PLURAL, "ann", "", GROUP)["status"]["conditions"]
    assert (made["type"], made["reason"]) == (condition, reason)
    assert made["message"] == f"This CSR was {told} by kubectl certificate {verb}."
    revision = cluster.store.current_revision()
    assert asked(f"certificate {verb} ann").stdout == f"certificatesigningrequest.{GROUP}/ann {told}\n"
    assert cluster.store.current_revision() == revision
    other = {"approve": "deny", "deny": "approve"}[verb]
    assert asked(f"certificate {other} ann").stderr == f'error: certificate signing request "ann" is already {condition}\n'


def test_decisions_by_file_and_formats(asked: Kubectl) -> None:
    manifest = asked("get csr ann -o yaml").stdout
    assert asked("certificate approve -f - -o name", manifest).stdout == f"certificatesigningrequest.{GROUP}/ann\n"
    assert asked("certificate approve ann -o jsonpath='{.metadata.name}'").stdout == "ann"


@pytest.mark.parametrize(
    ("words", "stdin", "error"),
    [
        ("", "", "error: one or more CSRs must be specified as <name> or -f <filename>\n"),
        ("no", "", f'Error from server (NotFound): {PLURAL}.{GROUP} "no" not found\n'),
        (
            "-f -",
            "{apiVersion: v1, kind: ConfigMap, metadata: {name: c}}",
            f"error: can only handle CertificateSigningRequest.{GROUP} objects, got ConfigMap\n",
        ),
    ],
)
def test_what_cannot_be_decided(asked: Kubectl, words: str, stdin: str, error: str) -> None:
    assert asked(f"certificate approve {words}", stdin) == ("", error, 1)


def test_description(asked: Kubectl) -> None:
    lines = asked("describe csr ann").stdout.splitlines()
    assert [line.split(maxsplit=1) for line in lines[:3]] == [
        ["Name:", "ann"],
        ["Labels:", "<none>"],
        ["Annotations:", "<none>"],
    ]
    assert lines[4:8] == [
        "Requesting User:     kubernetes-admin",
        "Signer:              kubernetes.io/kube-apiserver-client",
        "Requested Duration:  60m",
        "Status:              Pending",
    ]
    assert lines[8:] == [
        "Subject:",
        "  Common Name:    ann",
        "  Serial Number:  ",
        "  Organization:   devs",
        "                  ops",
        "Subject Alternative Names:",
        "         DNS Names:  web.example.com",
        "                     db.example.com",
        "Events:  <none>",
    ]
