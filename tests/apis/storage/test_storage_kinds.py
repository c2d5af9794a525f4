"""Storage classes, CSI drivers, nodes and capacities, attachments."""

from __future__ import annotations

from typing import Any

import pytest

from minikube_py.apis.kind import Kind
from minikube_py.apis.storage import csidriver, csinode, csistoragecapacity, storageclass, volumeattachment
from tests.apis.manifests import TWO_MINUTES_AGO, create, list_errors, list_update_errors, show_row

Object = dict[str, Any]


def make(**fields: Any) -> Object:
    return {"metadata": {"name": "x", "creationTimestamp": TWO_MINUTES_AGO}, **fields}


def attach(**source: Any) -> Object:
    return make(spec={"attacher": "a.example.com", "nodeName": "n", "source": source})


@pytest.mark.parametrize(
    ("kind", "obj", "row"),
    [
        pytest.param(storageclass.KIND, make(provisioner="a/b"), ["x", "a/b", "Delete", "Immediate", False, "2m"], id="class"),
        pytest.param(csidriver.KIND, make(), ["x", True, False, False, "<unset>", False, "Persistent", "2m"], id="driver"),
        pytest.param(
            csidriver.KIND,
            make(spec={"tokenRequests": [{"audience": "a"}, {"audience": "b"}]}),
            ["x", True, False, False, "a,b", False, "Persistent", "2m"],
            id="driver with tokens",
        ),
        pytest.param(csinode.KIND, make(spec={"drivers": [{"name": "a"}]}), ["x", 1, "2m"], id="node"),
        pytest.param(csistoragecapacity.KIND, make(storageClassName="a"), ["x", TWO_MINUTES_AGO], id="capacity"),
        pytest.param(
            volumeattachment.KIND,
            attach(persistentVolumeName="pv"),
            ["x", "a.example.com", "pv", "n", False, "2m"],
            id="attachment",
        ),
    ],
)
def test_rows(kind: Kind, obj: Object, row: list[Any]) -> None:
    assert show_row(kind, create(kind, obj)) == row


def test_the_default_class_is_marked() -> None:
    obj = make(provisioner="a/b")
    obj["metadata"]["annotations"] = {"storageclass.kubernetes.io/is-default-class": "true"}
    assert show_row(storageclass.KIND, obj)[0] == "x (default)"


ONE_OF = "must specify exactly one of inlineVolumeSpec and persistentVolumeName"


@pytest.mark.parametrize(
    ("kind", "obj", "errors"),
    [
        pytest.param(
            storageclass.KIND,
            make(reclaimPolicy="Burn", volumeBindingMode="Never"),
            [
                "provisioner: Required value",
                'reclaimPolicy: Unsupported value: "Burn": supported values: "Delete", "Retain"',
                'volumeBindingMode: Unsupported value: "Never": supported values: "Immediate", "WaitForFirstConsumer"',
            ],
            id="class",
        ),
        pytest.param(
            storageclass.KIND,
            make(
                provisioner="a/b",
                allowedTopologies=[{"matchLabelExpressions": [{"key": "z", "values": ["a", "a"]}, {"key": "z"}]}],
            ),
            [
                'allowedTopologies[0].matchLabelExpressions[0].values[1]: Duplicate value: "a"',
                "allowedTopologies[0].matchLabelExpressions[1].values: Required value",
                'allowedTopologies[0].matchLabelExpressions[1].key: Duplicate value: "z"',
            ],
            id="topologies",
        ),
        pytest.param(
            csidriver.KIND,
            make(
                spec={
                    "fsGroupPolicy": "All",
                    "volumeLifecycleModes": ["Short"],
                    "tokenRequests": [{"audience": "a", "expirationSeconds": 1}, {"audience": "a"}],
                }
            ),
            [
                'spec.fsGroupPolicy: Unsupported value: "All": supported values: "File", "None", "ReadWriteOnceWithFSType"',
                "spec.tokenRequests[0].expirationSeconds: Invalid value: 1: may not specify a duration less than 10 minutes",
                'spec.tokenRequests[1].audience: Duplicate value: "a"',
                'spec.volumeLifecycleModes: Unsupported value: "Short": supported values: "Persistent", "Ephemeral"',
            ],
            id="driver",
        ),
        pytest.param(
            csinode.KIND,
            make(spec={"drivers": [{"name": "a", "nodeID": "1", "allocatable": {"count": -1}}, {"name": "a"}]}),
            [
                "spec.drivers[0].allocatable.count: Invalid value: -1: must be greater than or equal to 0",
                "spec.drivers[1].nodeID: Required value",
                'spec.drivers[1].name: Duplicate value: "a"',
            ],
            id="node",
        ),
        pytest.param(
            csistoragecapacity.KIND,
            make(storageClassName="a", capacity="-1"),
            ['capacity: Invalid value: "-1": must be greater than or equal to 0'],
            id="capacity",
        ),
        pytest.param(volumeattachment.KIND, attach(), [f"spec.source: Required value: {ONE_OF}"], id="attached to nothing"),
        pytest.param(
            volumeattachment.KIND,
            attach(inlineVolumeSpec={"hostPath": {"path": "/x"}, "capacity": {"storage": "1"}}),
            [
                "spec.source.inlineVolumeSpec.capacity: Forbidden: may not be specified in the context of inline volumes",
                "spec.source.inlineVolumeSpec.csi: Required value: has to be specified in the context of inline volumes",
                "spec.source.inlineVolumeSpec.accessModes: Required value",
            ],
            id="inline",
        ),
    ],
)
def test_validation(kind: Kind, obj: Object, errors: list[str]) -> None:
    assert list_errors(kind, obj) == errors


def test_most_of_a_class_stays() -> None:
    old = create(storageclass.KIND, make(provisioner="a/b", parameters={"a": "b"}))
    new = make(provisioner="a/c", reclaimPolicy="Retain", volumeBindingMode="WaitForFirstConsumer", allowVolumeExpansion=True)
    assert list_update_errors(storageclass.KIND, new, old) == [
        "parameters: Forbidden: updates to parameters are forbidden.",
        "provisioner: Forbidden: updates to provisioner are forbidden.",
        "reclaimPolicy: Forbidden: updates to reclaimPolicy are forbidden.",
        'volumeBindingMode: Invalid value: "WaitForFirstConsumer": field is immutable',
    ]


def test_changes_of_a_driver_are_counted() -> None:
    old, new = create(csidriver.KIND, make()), create(csidriver.KIND, make(spec={"requiresRepublish": True}))
    assert list_update_errors(csidriver.KIND, new, old) == []
    csidriver.KIND.prepare_for_update(new, old)
    assert new["metadata"]["generation"] == 1


def test_a_driver_keeps_its_modes() -> None:
    old, new = create(csidriver.KIND, make()), create(csidriver.KIND, make(spec={"volumeLifecycleModes": ["Ephemeral"]}))
    shown = '[]storage.VolumeLifecycleMode{"Ephemeral"}'
    assert list_update_errors(csidriver.KIND, new, old) == [
        f"spec.volumeLifecycleModes: Invalid value: {shown}: field is immutable"
    ]


def test_old_topologies_are_warned_of() -> None:
    expression = {"key": "beta.kubernetes.io/os", "values": ["linux"]}
    obj = make(provisioner="a/b", allowedTopologies=[{"matchLabelExpressions": [expression]}])
    why = 'deprecated since v1.14; use "kubernetes.io/os" instead'
    assert storageclass.KIND.warnings(obj) == [f"allowedTopologies[0].matchLabelExpressions[0].key: {why}"]


def test_what_is_attached_where_stays() -> None:
    made = create(volumeattachment.KIND, attach(persistentVolumeName="pv"))
    (error,) = list_update_errors(volumeattachment.KIND, attach(persistentVolumeName="other"), made)
    beginning = (
        'spec: Invalid value: storage.VolumeAttachmentSpec{Attacher:"a.example.com", Source:storage.VolumeAttachmentSource{'
    )
    assert error.startswith(beginning + "PersistentVolumeName:(*string)(0x")
    assert error.endswith('InlineVolumeSpec:(*core.PersistentVolumeSpec)(nil)}, NodeName:"n"}: field is immutable')
