"""What is said of the volumes of a pod: one row a rule of pkg/apis/core/validation."""

from __future__ import annotations

from typing import Any

import pytest

from minikube_py.apis.core.pod import KIND
from tests.apis.manifests import list_errors, make_pod

Object = dict[str, Any]
V = "spec.volumes[0]"
TOKEN = {"serviceAccountToken": {"path": "t", "expirationSeconds": 3600}}


def project(*sources: Object) -> Object:
    return {"projected": {"sources": list(sources)}}


CASES: dict[str, tuple[Object, list[str]]] = {
    "two sources, in Kubernetes' order": (
        {"configMap": {"name": "a"}, "hostPath": {"path": "/a"}},
        [f"{V}.configMap: Forbidden: may not specify more than 1 volume type"],
    ),
    "a second one under another name": (
        {"downwardAPI": {}, "emptyDir": {}},
        [f"{V}.downwarAPI: Forbidden: may not specify more than 1 volume type"],
    ),
    "git": (
        {"gitRepo": {"directory": "/x"}},
        [
            f"{V}.gitRepo.repository: Required value",
            f'{V}.gitRepo.directory: Invalid value: "/x": must be a relative path',
        ],
    ),
    "claim without a name": ({"persistentVolumeClaim": {}}, [f"{V}.persistentVolumeClaim.claimName: Required value"]),
    "claim of any name": ({"persistentVolumeClaim": {"claimName": "No_Name"}}, []),
    "iscsi name": (
        {"iscsi": {"targetPortal": "a", "iqn": "abc"}},
        [f'{V}.iscsi.iqn: Invalid value: "abc": must be valid format starting with iqn, eui, or naa'],
    ),
    "iscsi iqn": (
        {"iscsi": {"targetPortal": "a", "iqn": "iqn.2001"}},
        [f'{V}.iscsi.iqn: Invalid value: "iqn.2001": must be valid format'],
    ),
    "iscsi initiator": (
        {"iscsi": {"targetPortal": "a" * 64, "iqn": "eui.0123456789abcdef", "initiatorName": "naa.1"}},
        [
            f'{V}.iscsi.initiatorname: Invalid value: "naa.1": must be valid format',
            f'{V}.name: Invalid value: "v": Total length of <volume name>:<iscsi.targetPortal> must be under 64 characters '
            "if iscsi.initiatorName is specified.",
        ],
    ),
    "fibre channel by both": (
        {"fc": {"targetWWNs": ["a"], "wwids": ["b"], "lun": 1}},
        [f'{V}.fc.targetWWNs: Invalid value: []string{{"a"}}: targetWWNs and wwids can not be specified simultaneously'],
    ),
    "quobyte registry": (
        {"quobyte": {"registry": "a:1,b", "volume": "x"}},
        [f'{V}.quobyte.registry: Invalid value: "a:1,b": must be a host:port pair or multiple pairs separated by commas'],
    ),
    "csi secret": (
        {"csi": {"driver": "d", "nodePublishSecretRef": {"name": "A"}}},
        [
            f'{V}.csi.name: Invalid value: "A": a lowercase RFC 1123 subdomain must consist of lower case alphanumeric '
            "characters, '-' or '.', and must start and end with an alphanumeric character (e.g. 'example.com', regex used "
            r"for validation is '[a-z0-9]([-a-z0-9]*[a-z0-9])?(\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*')"
        ],
    ),
    "metadata of a claim's template": (
        {
            "ephemeral": {
                "volumeClaimTemplate": {
                    "metadata": {"name": "x", "uid": "u"},
                    "spec": {"accessModes": ["ReadWriteOnce"], "resources": {"requests": {"storage": "1"}}},
                }
            }
        },
        [
            f"{V}.ephemeral.volumeClaimTemplate.metadata.name: Forbidden: cannot be set",
            f"{V}.ephemeral.volumeClaimTemplate.metadata.uID: Forbidden: cannot be set",
        ],
    ),
    "nothing is projected": (project(), []),
    "projected file twice": (
        project(
            {"configMap": {"name": "a", "items": [{"key": "k", "path": "p"}]}},
            {"secret": {"name": "b", "items": [{"key": "k", "path": "p"}]}},
        ),
        [f'{V}.projected: Invalid value: "b": conflicting duplicate paths'],
    ),
    "token's time and place": (
        project({"serviceAccountToken": {"expirationSeconds": 599}}),
        [
            f"{V}.projected.sources[0].serviceAccountToken.expirationSeconds: Invalid value: 599: "
            "may not specify a duration less than 10 minutes",
            f"{V}.projected.path: Required value",
        ],
    ),
    "two sources in one": (
        project({**TOKEN, "secret": {"name": "a"}}),
        [f"{V}.projected.sources[0]: Forbidden: may not specify more than 1 volume type per source"],
    ),
    "key without path": (
        {"secret": {"secretName": "a", "items": [{}, {"key": "k", "path": "..x", "mode": 512}]}},
        [
            f"{V}.secret.items[0].key: Required value",
            f"{V}.secret.items[0].path: Required value",
            f"{V}.secret.items[1].path: Invalid value: \"..x\": must not start with '..'",
            f"{V}.secret.items[1].mode: Invalid value: 512: must be a number between 0 and 0777 (octal), both inclusive",
        ],
    ),
}


@pytest.mark.parametrize(("volume", "expected"), CASES.values(), ids=CASES)
def test_errors(volume: Object, expected: list[str]) -> None:
    assert list_errors(KIND, make_pod(volumes=[{"name": "v", **volume}], serviceAccountName="default")) == expected


def test_a_token_needs_an_account() -> None:
    assert list_errors(KIND, make_pod(volumes=[{"name": "v", **project(TOKEN)}])) == [
        f"{V}.projected.sources[0].serviceAccountToken: Forbidden: must not be specified when serviceAccountName is not set"
    ]


def test_a_claim_made_for_the_pod_is_not_named_by_another_volume() -> None:
    spec = {"accessModes": ["ReadWriteOnce"], "resources": {"requests": {"storage": "1"}}}
    volumes = [
        {"name": "v", "ephemeral": {"volumeClaimTemplate": {"spec": spec}}},
        {"name": "w", "persistentVolumeClaim": {"claimName": "web-v"}},
    ]
    assert list_errors(KIND, make_pod(volumes=volumes)) == [
        'spec.volumes[1].persistentVolumeClaim.claimName: Invalid value: "web-v": '
        "must not reference a PVC that gets created for an ephemeral volume"
    ]
