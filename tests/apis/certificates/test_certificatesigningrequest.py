"""Certificate signing requests."""

from __future__ import annotations

import base64
from typing import Any

import pytest

from minikube_py.apis.certificates.certificatesigningrequest import KIND
from minikube_py.apis.certificates.requests import find_fault, parse_request
from minikube_py.apis.certificates.validation import validate_approval_update
from tests.apis.manifests import TWO_MINUTES_AGO, create, list_errors, show_row
from tests.certificates import make_csr, make_request

Object = dict[str, Any]
APPROVED = {"type": "Approved", "status": "True", "reason": "r"}
DENIED = {"type": "Denied", "status": "True"}
DOMAIN = "must be a fully qualified domain and path of the form 'example.com/signer-name'"


def with_status(*conditions: Object, **status: Any) -> Object:
    return {**create(KIND, make_csr()), "status": {**({"conditions": list(conditions)} if conditions else {}), **status}}


@pytest.mark.parametrize(
    ("status", "condition"),
    [
        ({}, "Pending"),
        ({"conditions": [APPROVED]}, "Approved"),
        ({"conditions": [APPROVED], "certificate": "x"}, "Approved,Issued"),
        ({"conditions": [DENIED]}, "Denied"),
        ({"conditions": [APPROVED, {"type": "Failed", "status": "True"}]}, "Approved,Failed"),
    ],
)
def test_rows(status: Object, condition: str) -> None:
    csr = {**make_csr(username="bob", expirationSeconds=3600), "status": status}
    csr["metadata"]["creationTimestamp"] = TWO_MINUTES_AGO
    assert show_row(KIND, csr) == ["ann", "2m", "kubernetes.io/kube-apiserver-client", "bob", "60m", condition]
    assert show_row(KIND, {**csr, "spec": {}})[2:5] == ["<none>", "", "<none>"]


@pytest.mark.parametrize(
    ("spec", "errors"),
    [
        ({}, []),
        ({"usages": []}, ["spec.usages: Required value"]),
        ({"usages": ["client auth", "client auth"]}, ['spec.usages[1]: Duplicate value: "client auth"']),
        ({"signerName": ""}, ["spec.signerName: Required value"]),
        ({"signerName": "mine"}, [f'spec.signerName: Invalid value: "mine": {DOMAIN}']),
        ({"signerName": "a.b/c/d"}, [f'spec.signerName: Invalid value: "a.b/c/d": {DOMAIN}']),
        (
            {"signerName": "example/mine"},
            ['spec.signerName: Invalid value: "example": should be a domain with at least two segments separated by dots'],
        ),
        (
            {"signerName": "kubernetes.io/legacy-unknown"},
            [
                'spec.signerName: Invalid value: "kubernetes.io/legacy-unknown": '
                "the legacy signerName is not allowed via this API version"
            ],
        ),
        (
            {"expirationSeconds": 599},
            ["spec.expirationSeconds: Invalid value: 599: may not specify a duration less than 600 seconds (10 minutes)"],
        ),
        (
            {"request": base64.b64encode(b"hi").decode()},
            ["spec.request: Invalid value: []byte{0x68, 0x69}: PEM block type must be CERTIFICATE REQUEST"],
        ),
    ],
)
def test_errors(spec: Object, errors: list[str]) -> None:
    assert list_errors(KIND, make_csr(**spec)) == errors


def test_unknown_usages_are_listed() -> None:
    (error,) = list_errors(KIND, make_csr(usages=["fly"]))
    assert error.startswith('spec.usages[0]: Unsupported value: "fly": supported values: "any", "cert sign", ')


@pytest.mark.parametrize(
    ("old", "new", "errors"),
    [
        (with_status(), with_status(APPROVED), []),
        (with_status(), with_status({"type": "Odd", "status": "Unknown"}), []),
        (with_status(), with_status({"type": "Odd"}), ["status.conditions[0].status: Required value"]),
        (
            with_status(),
            with_status({"type": "Approved", "status": "False"}),
            ['status.conditions[0].status: Unsupported value: "False": supported values: "True"'],
        ),
        (
            with_status(APPROVED),
            with_status(APPROVED, DENIED),
            ['status.conditions[1].type: Invalid value: "Denied": Approved and Denied conditions are mutually exclusive'],
        ),
        (
            with_status(APPROVED),
            with_status(),
            ['status.conditions: Forbidden: updates may not remove a condition of type "Approved"'],
        ),
        (
            with_status(),
            with_status(certificate="eA=="),
            ["status.certificate: Forbidden: updates may not set certificate content"],
        ),
    ],
)
def test_what_an_approver_may_change(old: Object, new: Object, errors: list[str]) -> None:
    assert [str(error) for error in validate_approval_update(new, old)] == errors


def test_a_signer_may_set_a_certificate_once_and_approve_nothing() -> None:
    assert [str(e) for e in KIND.validate_status_update(with_status(certificate="eA=="), with_status())] == [
        'status.certificate: Invalid value: "<certificate data>": must contain at least one CERTIFICATE PEM block'
    ]
    assert [str(e) for e in KIND.validate_status_update(with_status(certificate="eQ=="), with_status(certificate="eA=="))] == [
        "status.certificate: Forbidden: updates may not modify existing certificate content"
    ]
    assert [str(e) for e in KIND.validate_status_update(with_status(APPROVED), with_status())] == [
        'status.conditions: Forbidden: updates may not add a condition of type "Approved"'
    ]


def test_what_was_asked_for_stays() -> None:
    old = create(KIND, make_csr())
    new = make_csr(usages=["server auth"])
    KIND.prepare_for_update(new, old)
    assert (new["spec"], new["status"]) == (old["spec"], {})


NODE, NODES = "system:node:n1", ("system:nodes",)
KUBELET = ["digital signature", "client auth"]


@pytest.mark.parametrize(
    ("signer", "asked", "usages", "fault"),
    [
        ("kube-apiserver-client", make_request(), ["client auth", "key encipherment"], ""),
        ("kube-apiserver-client", make_request(), ["server auth"], "invalid usage for client certificate: server auth"),
        (
            "kube-apiserver-client",
            make_request(),
            ["digital signature"],
            "missing required usage for client certificate: client auth",
        ),
        ("kube-apiserver-client-kubelet", make_request(NODE, NODES), KUBELET, ""),
        ("kube-apiserver-client-kubelet", make_request(NODE), KUBELET, "subject organization is not system:nodes"),
        (
            "kube-apiserver-client-kubelet",
            make_request(NODE, NODES, ("n1",)),
            KUBELET,
            "DNS subjectAltNames are not allowed",
        ),
        (
            "kube-apiserver-client-kubelet",
            make_request("n1", NODES),
            KUBELET,
            "subject common name does not begin with system:node: ",
        ),
        ("kubelet-serving", make_request(NODE, NODES, ("n1",)), ["digital signature", "server auth"], ""),
        (
            "kubelet-serving",
            make_request(NODE, NODES),
            ["digital signature", "server auth"],
            "DNS or IP subjectAltName is required",
        ),
        (
            "kubelet-serving",
            make_request(NODE, NODES, ("n1",)),
            KUBELET,
            "usages did not match [digital signature server auth]",
        ),
    ],
)
def test_what_signers_do_not_sign(signer: str, asked: Any, usages: list[str], fault: str) -> None:
    csr = make_csr(asked, signerName=f"kubernetes.io/{signer}", usages=usages)
    assert find_fault(csr, parse_request(csr)) == fault
