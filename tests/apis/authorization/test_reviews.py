"""Questions about access."""

from __future__ import annotations

from typing import Any

import pytest

from minikube_py.apis.authorization.localsubjectaccessreview import KIND as LOCAL
from minikube_py.apis.authorization.selfsubjectaccessreview import KIND as OWN
from minikube_py.apis.authorization.subjectaccessreview import KIND as ANYBODY
from minikube_py.apis.kind import Kind

PODS = {"verb": "list", "resource": "pods", "namespace": "default"}
PATH = {"verb": "get", "path": "/healthz"}


@pytest.mark.parametrize(
    ("kind", "spec", "metadata", "errors"),
    [
        (OWN, {"resourceAttributes": PODS}, {}, []),
        (OWN, {"nonResourceAttributes": PATH}, {"creationTimestamp": None}, []),
        (
            OWN,
            {},
            {},
            [
                'spec.resourceAttributes: Invalid value: "null": '
                "exactly one of nonResourceAttributes or resourceAttributes must be specified"
            ],
        ),
        (
            OWN,
            {"resourceAttributes": PODS, "nonResourceAttributes": PATH},
            {},
            [
                'spec.nonResourceAttributes: Invalid value: {"verb":"get","path":"/healthz"}: '
                "cannot be specified in combination with resourceAttributes"
            ],
        ),
        (OWN, {"resourceAttributes": PODS}, {"name": "x"}, ['metadata: Invalid value: {"name":"x"}: must be empty']),
        (ANYBODY, {"resourceAttributes": PODS, "groups": ["devs"]}, {}, []),
        (
            ANYBODY,
            {"resourceAttributes": PODS},
            {},
            ['spec.user: Invalid value: "": at least one of user or group must be specified'],
        ),
        (LOCAL, {"resourceAttributes": PODS, "user": "ann"}, {"namespace": "default"}, []),
        (
            LOCAL,
            {"resourceAttributes": PODS, "user": "ann"},
            {"namespace": "dev"},
            ['spec.resourceAttributes.namespace: Invalid value: "default": must match metadata.namespace'],
        ),
        (
            LOCAL,
            {"nonResourceAttributes": PATH, "user": "ann"},
            {"namespace": "dev"},
            ['spec.nonResourceAttributes: Invalid value: {"verb":"get","path":"/healthz"}: disallowed on this kind of request'],
        ),
    ],
)
def test_errors(kind: Kind, spec: dict[str, Any], metadata: dict[str, Any], errors: list[str]) -> None:
    assert [str(error) for error in kind.validate({"metadata": metadata, "spec": spec})] == errors
