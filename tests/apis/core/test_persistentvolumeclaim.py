"""Claims for volumes."""

from __future__ import annotations

from typing import Any

import pytest

from minikube_py.apis.core.persistentvolumeclaim import KIND
from tests.apis.manifests import TWO_MINUTES_AGO, create, list_errors, list_update_errors, show_row

Object = dict[str, Any]
KEPT = (
    "spec: Forbidden: spec is immutable after creation except resources.requests and volumeAttributesClassName for bound claims"
)


def make_claim(size: str = "1Gi", **spec: Any) -> Object:
    metadata = {"name": "data", "namespace": "default", "creationTimestamp": TWO_MINUTES_AGO}
    whole = {"accessModes": ["ReadWriteOnce"], "resources": {"requests": {"storage": size}}, **spec}
    return {"metadata": metadata, "spec": whole}


def bind(claim: Object) -> Object:
    made = create(KIND, claim)
    made["spec"]["volumeName"] = "pv-1"
    made["status"] = {"phase": "Bound", "capacity": {"storage": "2Gi"}, "accessModes": ["ReadOnlyMany", "ReadWriteOnce"]}
    return made


def test_row_of_a_pending_claim() -> None:
    claim = create(KIND, make_claim(storageClassName="fast"))
    assert show_row(KIND, claim, wide=True) == ["data", "Pending", "", "", "", "fast", "<unset>", "2m", "Filesystem"]


def test_row_of_a_bound_claim() -> None:
    assert show_row(KIND, bind(make_claim())) == ["data", "Bound", "pv-1", "2Gi", "RWO,ROX", "", "<unset>", "2m"]


def test_row_of_a_claim_that_goes() -> None:
    claim = bind(make_claim())
    claim["metadata"]["deletionTimestamp"] = TWO_MINUTES_AGO
    assert show_row(KIND, claim)[1] == "Terminating"


def test_the_annotation_of_old_times_is_the_class() -> None:
    claim = make_claim(storageClassName="new")
    claim["metadata"]["annotations"] = {"volume.beta.kubernetes.io/storage-class": "old"}
    assert show_row(KIND, create(KIND, claim))[5] == "old"


def test_what_a_new_claim_is_given() -> None:
    claim = create(KIND, {"metadata": {"name": "a"}, "spec": {}, "status": {"phase": "Bound"}})
    assert claim["spec"] == {"volumeMode": "Filesystem", "resources": {}}
    assert claim["status"] == {"phase": "Pending"}


SNAPSHOT = {"apiGroup": "snapshot.storage.k8s.io", "kind": "VolumeSnapshot", "name": "s"}
BACKUP = {"apiGroup": "example.com", "kind": "Backup", "name": "b"}


@pytest.mark.parametrize(
    ("given", "kept"),
    [
        pytest.param({"dataSource": SNAPSHOT}, {"dataSource": SNAPSHOT, "dataSourceRef": SNAPSHOT}, id="source"),
        pytest.param({"dataSourceRef": BACKUP}, {"dataSource": BACKUP, "dataSourceRef": BACKUP}, id="reference"),
        pytest.param({"dataSource": BACKUP}, {}, id="source of a kind unknown to old servers"),
        pytest.param({"dataSourceRef": {**BACKUP, "namespace": "other"}}, {}, id="other namespace"),
        pytest.param({"volumeAttributesClassName": "gold"}, {}, id="gate is off"),
    ],
)
def test_data_sources(given: Object, kept: Object) -> None:
    spec = create(KIND, make_claim(**given))["spec"]
    names = ("dataSource", "dataSourceRef", "volumeAttributesClassName")
    assert {name: spec[name] for name in names if name in spec} == kept


@pytest.mark.parametrize(
    ("spec", "errors"),
    [
        ({}, []),
        ({"accessModes": []}, ["accessModes: Required value: at least 1 access mode is required"]),
        (
            {"accessModes": ["Often"]},
            [
                'accessModes: Unsupported value: "Often": supported values: '
                '"ReadOnlyMany", "ReadWriteMany", "ReadWriteOnce", "ReadWriteOncePod"'
            ],
        ),
        (
            {"accessModes": ["ReadWriteOnce", "ReadWriteOncePod"]},
            ["accessModes: Forbidden: may not use ReadWriteOncePod with other access modes"],
        ),
        ({"resources": {}}, ["resources[storage]: Required value"]),
        (
            {"resources": {"requests": {"storage": "0"}}},
            ['resources[storage]: Invalid value: "0": must be greater than zero'],
        ),
        ({"volumeMode": "Tape"}, ['volumeMode: Unsupported value: "Tape": supported values: "Block", "Filesystem"']),
        (
            {"dataSource": {"kind": "PersistentVolumeClaim", "name": ""}},
            ["dataSource.name: Required value", "dataSourceRef.name: Required value"],
        ),
        (
            {"dataSourceRef": {"kind": "Backup", "name": "b"}},
            [
                "dataSource: Invalid value: \"Backup\": must be 'PersistentVolumeClaim' when referencing the default apiGroup",
                "dataSourceRef: Invalid value: \"Backup\": must be 'PersistentVolumeClaim' when referencing the default apiGroup",
            ],
        ),
    ],
)
def test_validation(spec: Object, errors: list[str]) -> None:
    assert list_errors(KIND, make_claim(**spec)) == [f"spec.{error}" for error in errors]


def test_a_bad_class_is_named() -> None:
    (error,) = list_errors(KIND, make_claim(storageClassName="Fast_"))
    assert error.startswith('spec.storageClassName: Invalid value: "Fast_": a lowercase RFC 1123 subdomain')


def test_a_bound_claim_may_grow() -> None:
    assert list_update_errors(KIND, {**bind(make_claim("3Gi"))}, bind(make_claim())) == []


def test_a_bound_claim_does_not_shrink_below_what_it_has() -> None:
    assert list_update_errors(KIND, bind(make_claim("1Gi")), bind(make_claim("3Gi"))) == [
        "spec.resources.requests.storage: Forbidden: field can not be less than status.capacity"
    ]


def test_a_pending_claim_does_not_grow() -> None:
    (error,) = list_update_errors(KIND, create(KIND, make_claim("3Gi")), create(KIND, make_claim()))
    assert error.splitlines()[0] == KEPT


@pytest.mark.parametrize(
    ("old", "new", "fine"),
    [
        pytest.param({}, {"volumeName": "pv-2"}, True, id="first volume"),
        pytest.param({"volumeName": "pv-1"}, {"volumeName": "pv-2"}, False, id="other volume"),
        pytest.param({}, {"storageClassName": "fast"}, True, id="first class"),
        pytest.param({"storageClassName": ""}, {"storageClassName": "fast"}, False, id="other class"),
        pytest.param({}, {"accessModes": ["ReadWriteMany"]}, False, id="other mode"),
    ],
)
def test_what_may_change(old: Object, new: Object, fine: bool) -> None:
    errors = list_update_errors(KIND, create(KIND, make_claim(**{**old, **new})), create(KIND, make_claim(**old)))
    assert [error.splitlines()[0] for error in errors] == ([] if fine else [KEPT])


def test_the_mode_of_a_volume_stays() -> None:
    errors = list_update_errors(KIND, create(KIND, make_claim(volumeMode="Block")), create(KIND, make_claim()))
    assert errors[-1] == 'volumeMode: Invalid value: "Block": field is immutable'


def test_a_class_in_the_annotation_may_become_a_field() -> None:
    old = create(KIND, make_claim())
    old["metadata"]["annotations"] = {"volume.beta.kubernetes.io/storage-class": "old"}
    new = create(KIND, make_claim(storageClassName="old"))
    assert list_update_errors(KIND, new, old) == []


def test_fractions_of_bytes_are_warned_of() -> None:
    assert KIND.warnings(create(KIND, make_claim("100m"))) == [
        'spec.resources.requests[storage]: fractional byte value "100m" is invalid, must be an integer'
    ]


def test_status_is_checked() -> None:
    claim = bind(make_claim())
    claim["status"] |= {"allocatedResourceStatuses": {"cpu": "Resized"}, "allocatedResources": {"storage": "-1"}}
    assert [str(error) for error in KIND.validate_status_update(claim, claim)] == [
        'status.allocatedResourceStatus: Unsupported value: "cpu": supported values: "storage"',
        'status.allocatedResourceStatus: Unsupported value: cpu: supported values: "ControllerResizeInProgress", '
        '"ControllerResizeInfeasible", "NodeResizeInProgress", "NodeResizeInfeasible", "NodeResizePending"',
        "status.allocatedResources[storage]: Invalid value: -1: must be a valid resource quantity",
    ]
