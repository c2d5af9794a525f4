"""Stateful sets."""

from __future__ import annotations

from typing import Any

import pytest

from minikube_py.apis.apps.statefulset import KIND
from tests.apis.manifests import TWO_MINUTES_AGO, create, list_errors, list_update_errors, make_workload, show_row

Object = dict[str, Any]
MISMATCH = "`selector` does not match template `labels`"
LABEL = (
    "a lowercase RFC 1123 label must consist of lower case alphanumeric characters or '-', and must start and end with an "
    "alphanumeric character (e.g. 'my-name',  or '123-abc', regex used for validation is '[a-z0-9]([-a-z0-9]*[a-z0-9])?')"
)
UNCHANGEABLE = (
    "spec: Forbidden: updates to statefulset spec for fields other than 'replicas', 'ordinals', 'template', 'updateStrategy', "
    "'revisionHistoryLimit', 'persistentVolumeClaimRetentionPolicy' and 'minReadySeconds' are forbidden"
)


def test_defaults() -> None:
    claim = {
        "metadata": {"name": "data"},
        "spec": {"accessModes": ["ReadWriteOnce"], "resources": {"requests": {"storage": "1Gi"}}},
    }
    made = create(KIND, make_workload(volumeClaimTemplates=[claim]))
    spec = {key: value for key, value in made["spec"].items() if key not in ("selector", "template")}
    assert spec == {
        "persistentVolumeClaimRetentionPolicy": {"whenDeleted": "Retain", "whenScaled": "Retain"},
        "podManagementPolicy": "OrderedReady",
        "replicas": 1,
        "revisionHistoryLimit": 10,
        "serviceName": "",
        "updateStrategy": {"type": "RollingUpdate", "rollingUpdate": {"partition": 0}},
        "volumeClaimTemplates": [
            {
                "apiVersion": "v1",
                "kind": "PersistentVolumeClaim",
                "metadata": {"name": "data", "creationTimestamp": None},
                "spec": {**claim["spec"], "volumeMode": "Filesystem"},
                "status": {"phase": "Pending"},
            }
        ],
    }
    assert made["status"] == {"replicas": 0, "availableReplicas": 0}


def test_row() -> None:
    stateful_set = create(KIND, make_workload(replicas=3))
    stateful_set["metadata"]["creationTimestamp"] = TWO_MINUTES_AGO
    stateful_set["status"] = {"readyReplicas": 2}
    assert show_row(KIND, stateful_set, wide=True) == ["web", "2/3", "2m", "c", "nginx"]


@pytest.mark.parametrize(
    ("strategy", "stored"),
    [
        pytest.param(None, {"type": "RollingUpdate", "rollingUpdate": {"partition": 0}}, id="none"),
        pytest.param({"type": "RollingUpdate"}, {"type": "RollingUpdate"}, id="only the type"),
        pytest.param({"type": "OnDelete"}, {"type": "OnDelete"}, id="on delete"),
        pytest.param(
            {"rollingUpdate": {"maxUnavailable": 2}}, {"type": "RollingUpdate", "rollingUpdate": {"partition": 0}}, id="alpha"
        ),
    ],
)
def test_strategies(strategy: Object | None, stored: Object) -> None:
    given = {"updateStrategy": strategy} if strategy else {}
    assert create(KIND, make_workload(**given))["spec"]["updateStrategy"] == stored


ERRORS: dict[str, tuple[Object, list[str]]] = {
    "right": (make_workload(serviceName="web"), []),
    "pods are judged when they are made": (make_workload(pod={"containers": []}), []),
    "management": (
        make_workload(podManagementPolicy="Random"),
        ["spec.podManagementPolicy: Invalid value: \"Random\": must be 'OrderedReady' or 'Parallel'"],
    ),
    "strategy": (
        make_workload(updateStrategy={"type": "Never"}),
        [
            'spec.updateStrategy: Invalid value: apps.StatefulSetUpdateStrategy{Type:"Never", '
            "RollingUpdate:(*apps.RollingUpdateStatefulSetStrategy)(nil)}: must be 'RollingUpdate' or 'OnDelete'"
        ],
    ),
    "on delete rolls": (
        make_workload(updateStrategy={"type": "OnDelete", "rollingUpdate": {"partition": 1}}),
        [
            "spec.updateStrategy.rollingUpdate: Invalid value: apps.RollingUpdateStatefulSetStrategy{Partition:1, "
            "MaxUnavailable:(*intstr.IntOrString)(nil)}: only allowed for updateStrategy 'RollingUpdate'"
        ],
    ),
    "numbers": (
        make_workload(
            replicas=-1, minReadySeconds=-2, ordinals={"start": -3}, updateStrategy={"rollingUpdate": {"partition": -4}}
        ),
        [
            f"spec.{field}: Invalid value: {value}: must be greater than or equal to 0"
            for field, value in (
                ("updateStrategy.rollingUpdate.partition", -4),
                ("replicas", -1),
                ("minReadySeconds", -2),
                ("ordinals.start", -3),
            )
        ],
    ),
    "retention": (
        make_workload(persistentVolumeClaimRetentionPolicy={"whenScaled": "Maybe"}),
        [
            'spec.persistentVolumeClaimRetentionPolicy.whenScaled: Unsupported value: "Maybe": '
            'supported values: "Retain", "Delete"'
        ],
    ),
    "empty selector": (
        make_workload(selector={}),
        [
            "spec.selector: Invalid value: v1.LabelSelector{MatchLabels:map[string]string(nil), "
            "MatchExpressions:[]v1.LabelSelectorRequirement(nil)}: empty selector is invalid for statefulset"
        ],
    ),
    "no selector": (
        make_workload(selector=None),
        [
            "spec.selector: Required value",
            f'spec.template.metadata.labels: Invalid value: map[string]string{{"app":"web"}}: {MISMATCH}',
        ],
    ),
    "ends": (
        make_workload(pod={"restartPolicy": "Never", "activeDeadlineSeconds": 5}),
        [
            'spec.template.spec.restartPolicy: Unsupported value: "Never": supported values: "Always"',
            "spec.template.spec.activeDeadlineSeconds: Forbidden: activeDeadlineSeconds in StatefulSet is not Supported",
        ],
    ),
    "service name": (make_workload(serviceName="Bad"), [f'spec.serviceName: Invalid value: "Bad": {LABEL}']),
}


@pytest.mark.parametrize(("stateful_set", "errors"), ERRORS.values(), ids=ERRORS.keys())
def test_errors(stateful_set: Object, errors: list[str]) -> None:
    assert list_errors(KIND, stateful_set) == errors


CHANGES: dict[str, tuple[Object, list[str]]] = {
    "nothing": ({}, []),
    "what may change": ({"replicas": 5, "revisionHistoryLimit": 2, "minReadySeconds": 3, "ordinals": {"start": 1}}, []),
    "service name": ({"serviceName": "other"}, [UNCHANGEABLE]),
    "management": ({"podManagementPolicy": "Parallel"}, [UNCHANGEABLE]),
}


@pytest.mark.parametrize(("spec", "errors"), CHANGES.values(), ids=CHANGES.keys())
def test_changes(spec: Object, errors: list[str]) -> None:
    assert list_update_errors(KIND, make_workload(**spec), create(KIND, make_workload())) == errors


def test_a_service_name_that_was_wrong_may_stay() -> None:
    wrong = make_workload(serviceName="Bad")
    assert list_update_errors(KIND, make_workload(serviceName="Bad", replicas=2), create(KIND, wrong)) == []


def test_status() -> None:
    new: Object = {"status": {"replicas": 1, "readyReplicas": 2, "availableReplicas": 3, "currentReplicas": -1}}
    assert [str(error) for error in KIND.validate_status_update(new, {"status": {"collisionCount": 1}})] == [
        "status.currentReplicas: Invalid value: -1: must be greater than or equal to 0",
        "status.readyReplicas: Invalid value: 2: cannot be greater than status.replicas",
        "status.availableReplicas: Invalid value: 3: cannot be greater than status.replicas",
        "status.availableReplicas: Invalid value: 3: cannot be greater than status.readyReplicas",
        "status.collisionCount: Invalid value: 0: cannot be decremented",
    ]


def test_a_limit_below_zero_is_warned_of() -> None:
    assert KIND.warnings(create(KIND, make_workload(revisionHistoryLimit=-1))) == [
        "spec.revisionHistoryLimit: a negative value retains all historical revisions; a value >= 0 is recommended"
    ]
