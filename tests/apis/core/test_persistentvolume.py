"""Persistent volumes."""

from __future__ import annotations

from typing import Any

import pytest

from minikube_py.apis.core.persistentvolume import KIND
from tests.apis.manifests import TWO_MINUTES_AGO, create, list_errors, list_update_errors, show_row

Object = dict[str, Any]
MODES = '"ReadOnlyMany", "ReadWriteMany", "ReadWriteOnce", "ReadWriteOncePod"'


def make_volume(source: Object | None = None, **spec: Any) -> Object:
    where = {"hostPath": {"path": "/data"}} if source is None else source
    whole = {"capacity": {"storage": "1Gi"}, "accessModes": ["ReadWriteOnce"], **where, **spec}
    return {"metadata": {"name": "disk", "creationTimestamp": TWO_MINUTES_AGO}, "spec": whole}


def test_row() -> None:
    volume = create(KIND, make_volume(storageClassName="fast", claimRef={"namespace": "default", "name": "data"}))
    volume["status"] |= {"phase": "Bound", "reason": "Why"}
    row = ["disk", "1Gi", "RWO", "Retain", "Bound", "default/data", "fast", "<unset>", "Why", "2m", "Filesystem"]
    assert show_row(KIND, volume, wide=True) == row


def test_what_a_new_volume_is_given() -> None:
    volume = create(KIND, make_volume())
    assert volume["spec"] == {
        "capacity": {"storage": "1Gi"},
        "accessModes": ["ReadWriteOnce"],
        "hostPath": {"path": "/data", "type": ""},
        "persistentVolumeReclaimPolicy": "Retain",
        "volumeMode": "Filesystem",
    }
    assert volume["status"] == {"phase": "Pending", "lastPhaseTransitionTime": TWO_MINUTES_AGO}


def quantity(value: int, text: str) -> str:
    inner = f"i:resource.int64Amount{{value:{value}, scale:0}}, d:resource.infDecAmount{{Dec:(*inf.Dec)(nil)}}"
    return f'resource.Quantity{{{inner}, s:"{text}", Format:"DecimalSI"}}'


@pytest.mark.parametrize(
    ("volume", "errors"),
    [
        pytest.param(make_volume(), [], id="fine"),
        pytest.param(make_volume({}), ["spec: Required value: must specify a volume type"], id="no source"),
        pytest.param(
            {"metadata": {"name": "a"}, "spec": {"capacity": {"cpu": "1"}, "accessModes": ["Now"], "nfs": {}}},
            [
                f'spec.accessModes: Unsupported value: "Now": supported values: {MODES}',
                f'spec.capacity: Unsupported value: core.ResourceList{{"cpu":{quantity(1, "1")}}}: supported values: "storage"',
                "spec.nfs.server: Required value",
                "spec.nfs.path: Required value",
                'spec.nfs.path: Invalid value: "": must be an absolute path',
            ],
            id="much",
        ),
        pytest.param(
            {"metadata": {"name": "a"}, "spec": {"hostPath": {"path": "/a/../b"}, "nfs": {"server": "x", "path": "/y"}}},
            [
                "spec.accessModes: Required value",
                "spec.capacity: Required value",
                'spec.capacity: Unsupported value: core.ResourceList(nil): supported values: "storage"',
                "spec.hostPath.path: Invalid value: \"/a/../b\": must not contain '..'",
                "spec.nfs: Forbidden: may not specify more than 1 volume type",
            ],
            id="two sources",
        ),
        pytest.param(
            make_volume({"hostPath": {"path": "/"}}, persistentVolumeReclaimPolicy="Recycle"),
            ["spec.persistentVolumeReclaimPolicy: Forbidden: may not be 'recycle' for a hostPath mount of '/'"],
            id="recycled root",
        ),
        pytest.param(
            make_volume(persistentVolumeReclaimPolicy="Burn", volumeMode="Tape"),
            [
                'spec.persistentVolumeReclaimPolicy: Unsupported value: "Burn": supported values: "Delete", "Recycle", "Retain"',
                'spec.volumeMode: Unsupported value: "Tape": supported values: "Block", "Filesystem"',
            ],
            id="words",
        ),
        pytest.param(
            make_volume({"local": {"path": "/x"}}),
            ["spec.nodeAffinity: Required value: Local volume requires node affinity"],
            id="local anywhere",
        ),
        pytest.param(
            make_volume(nodeAffinity={}),
            ["spec.nodeAffinity.required: Required value: must specify required node constraints"],
            id="affinity to nothing",
        ),
        pytest.param(
            make_volume({"csi": {"driver": "", "nodePublishSecretRef": {"name": "s"}}}),
            [
                "spec.csi.driver: Required value",
                'spec.csi.driver: Invalid value: "": a lowercase RFC 1123 subdomain',
                "spec.csi.volumeHandle: Required value",
                "spec.csi.nodePublishSecretRef.namespace: Required value",
            ],
            id="csi",
        ),
        pytest.param(
            make_volume({"iscsi": {"targetPortal": "x", "iqn": "abc", "lun": 300, "chapAuthSession": True}}),
            [
                'spec.iscsi.iqn: Invalid value: "abc": must be valid format',
                "spec.iscsi.lun: Invalid value: 300: must be between 0 and 255, inclusive",
                "spec.iscsi.secretRef: Required value",
            ],
            id="iscsi",
        ),
        pytest.param(
            make_volume({"gcePersistentDisk": {"partition": 256}}),
            [
                "spec.persistentDisk.pdName: Required value",
                "spec.persistentDisk.partition: Invalid value: 256: must be between 1 and 255, inclusive",
            ],
            id="gce",
        ),
    ],
)
def test_validation(volume: Object, errors: list[str]) -> None:
    found = list_errors(KIND, volume)
    assert len(found) == len(errors)
    assert all(text.startswith(error) for text, error in zip(found, errors, strict=True)), found


def test_the_source_stays() -> None:
    old, new = create(KIND, make_volume()), create(KIND, make_volume({"hostPath": {"path": "/other"}}))
    (error,) = list_update_errors(KIND, new, old)
    kept = "spec.persistentvolumesource is immutable after creation"
    assert error.splitlines()[0] == f"spec.persistentvolumesource: Forbidden: {kept}"


def test_a_secret_for_growing_may_come_later() -> None:
    csi = {"driver": "a.example.com", "volumeHandle": "h"}
    secret = {"controllerExpandSecretRef": {"name": "s", "namespace": "n"}}
    old, new = create(KIND, make_volume({"csi": csi})), create(KIND, make_volume({"csi": csi | secret}))
    assert list_update_errors(KIND, new, old) == []


def test_policy_and_claim_may_change() -> None:
    new = make_volume(persistentVolumeReclaimPolicy="Delete", claimRef={"name": "a", "namespace": "b"})
    assert list_update_errors(KIND, create(KIND, new), create(KIND, make_volume())) == []


def test_old_things_are_warned_of() -> None:
    expression = {"key": "beta.kubernetes.io/os", "operator": "Exists"}
    affinity = {"required": {"nodeSelectorTerms": [{"matchExpressions": [expression]}]}}
    volume = make_volume({"rbd": {}}, persistentVolumeReclaimPolicy="Recycle", nodeAffinity=affinity)
    assert KIND.warnings(create(KIND, volume)) == [
        "spec.persistentVolumeReclaimPolicy: The Recycle reclaim policy is deprecated. "
        "Instead, the recommended approach is to use dynamic provisioning.",
        "spec.nodeAffinity.required.nodeSelectorTerms[0].matchExpressions[0].key: beta.kubernetes.io/os is deprecated since v1.14; "
        'use "kubernetes.io/os" instead',
        "spec.rbd: deprecated in v1.28, non-functional in v1.31+",
    ]
